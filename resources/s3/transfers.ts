/** Uploads, downloads and presigned URLs of one object. */

import type { S3 } from "@aws-sdk/client-s3";
import { refuse } from "../errors.js";
import type { AnyClient } from "../identity.js";
import { call } from "../resource.js";
import { clientS3, libStorage, requestPresigner } from "./load.js";
import type {
	Body,
	DownloadOptions,
	PresignedOperation,
	PresignOptions,
	TransferProgress,
	Uploaded,
	UploadOptions,
} from "./types.js";

// Node's modules for streams and cryptography are loaded on first use, because importing the package must be cheap.
const fs = () => process.getBuiltinModule("node:fs");
const stream = () => process.getBuiltinModule("node:stream");

/** An object, and the client to access it with. */
export interface Target {
	readonly client: AnyClient;
	readonly Bucket: string;
	readonly Key: string;
}

/** Uploads a file. */
export async function uploadFile(target: Target, path: string, options: UploadOptions = {}): Promise<Uploaded> {
	if (typeof path !== "string") return refuse("uploadFile() requires the path of a file as a string.");
	const { size } = await fs().promises.stat(path);
	const { onProgress, ...rest } = options;
	const report = onProgress && ((progress: TransferProgress) => onProgress({ ...progress, total: size }));
	return upload(target, fs().createReadStream(path), report === undefined ? rest : { ...rest, onProgress: report });
}

/** Uploads a string, a buffer or a stream, in parts if it is large. */
export async function upload(target: Target, body: Body, options: UploadOptions = {}): Promise<Uploaded> {
	try {
		return await sendInParts(target, body, options);
	} finally {
		// If the upload fails, the SDK leaves the stream, and so the file, open.
		if (body instanceof stream().Readable) body.destroy();
	}
}

async function sendInParts({ client, Bucket, Key }: Target, body: Body, options: UploadOptions): Promise<Uploaded> {
	const { Upload } = await libStorage();
	const { params, partSize, queueSize, onProgress, abortSignal } = options;
	const transfer = new Upload({
		client: client as unknown as S3,
		params: { ...params, Bucket, Key, Body: body },
		...(partSize === undefined ? {} : { partSize }),
		...(queueSize === undefined ? {} : { queueSize }),
	});
	if (onProgress !== undefined) {
		transfer.on("httpUploadProgress", ({ loaded = 0, total }) => onProgress({ loaded, total }));
	}
	const abort = (): void => void transfer.abort();
	if (abortSignal?.aborted) abort();
	abortSignal?.addEventListener("abort", abort, { once: true });
	try {
		return await transfer.done();
	} finally {
		abortSignal?.removeEventListener("abort", abort);
	}
}

/** Downloads to a temporary file next to the target and renames it when it is complete. */
export async function downloadFile(target: Target, path: string, options: DownloadOptions = {}): Promise<void> {
	const partial = `${path}.${process.getBuiltinModule("node:crypto").randomUUID().slice(0, 8)}`;
	try {
		await downloadTo(target, () => fs().createWriteStream(partial), options);
		await fs().promises.rename(partial, path);
	} catch (error) {
		await fs().promises.rm(partial, { force: true });
		throw error;
	}
}

/** Downloads to a stream and ends it. */
export function download(target: Target, to: NodeJS.WritableStream, options: DownloadOptions = {}): Promise<void> {
	return downloadTo(target, () => to, options);
}

/** Opens the target only after S3 has responded, so that a failed request creates no file. */
async function downloadTo(
	{ client, Bucket, Key }: Target,
	open: () => NodeJS.WritableStream,
	{ params, onProgress, abortSignal }: DownloadOptions,
): Promise<void> {
	const answer = await call(client, "GetObject", { ...params, Bucket, Key }, { abortSignal });
	const total = answer["ContentLength"] as number | undefined;
	let loaded = 0;
	const { promises, Transform } = stream();
	const count = new Transform({
		transform(chunk: Uint8Array, _encoding, done) {
			loaded += chunk.length;
			onProgress?.({ loaded, total });
			done(null, chunk);
		},
	});
	await promises.pipeline(
		answer["Body"] as NodeJS.ReadableStream,
		count,
		open(),
		abortSignal ? { signal: abortSignal } : {},
	);
}

const PRESIGNED: ReadonlySet<string> = new Set<PresignedOperation>([
	"abortMultipartUpload",
	"completeMultipartUpload",
	"copyObject",
	"createMultipartUpload",
	"deleteObject",
	"deleteObjectTagging",
	"getObject",
	"getObjectAcl",
	"getObjectAttributes",
	"getObjectTagging",
	"headObject",
	"listParts",
	"putObject",
	"putObjectAcl",
	"putObjectTagging",
	"restoreObject",
	"uploadPart",
	"uploadPartCopy",
]);

/** Returns a presigned URL. */
export async function presign(target: Target, options: PresignOptions<PresignedOperation> = {}): Promise<string> {
	const { expiresIn = 900, operation = "getObject", params } = options;
	if (!PRESIGNED.has(operation)) refuse(`presignedUrl() supports ${[...PRESIGNED].join(", ")} only.`);
	const { getSignedUrl } = await requestPresigner();
	const sdk = await clientS3();
	const name = `${operation.charAt(0).toUpperCase()}${operation.slice(1)}Command`;
	const Command = (sdk as unknown as Record<string, typeof sdk.GetObjectCommand>)[name] as typeof sdk.GetObjectCommand;
	const { client, Bucket, Key } = target;
	return getSignedUrl(client as unknown as S3, new Command({ ...params, Bucket, Key }), { expiresIn });
}
