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

const { inspect } = process.getBuiltinModule("node:util");
// Node's modules for streams and cryptography are loaded on first use, because importing the package must be cheap.
const fs = () => process.getBuiltinModule("node:fs");
const stream = () => process.getBuiltinModule("node:stream");

/** An object, and the client to access it with. */
export interface Target {
	readonly client: AnyClient;
	readonly Bucket: string;
	readonly Key: string;
}

/** Checks the key and the options of a transfer, before anything is sent. */
export function checkTarget(where: string, { Key }: Target, options: unknown): void {
	if (typeof Key !== "string") refuse(`${where} requires the key of an object as a string.`);
	if (typeof options !== "object" || options === null || Array.isArray(options)) {
		refuse(`${where} takes its options as an object, not ${inspect(options)}.`);
	}
}

function checkPath(where: string, path: unknown): void {
	if (typeof path !== "string") refuse(`${where} requires the path of a file as a string.`);
}

/** Uploads a file. */
export async function uploadFile(target: Target, path: string, options: UploadOptions = {}): Promise<Uploaded> {
	checkPath("uploadFile()", path);
	checkTarget("uploadFile()", target, options);
	const { size } = await fs().promises.stat(path);
	const { onProgress, ...rest } = options;
	const report = onProgress && ((progress: TransferProgress) => onProgress({ ...progress, total: size }));
	return upload(target, fs().createReadStream(path), report === undefined ? rest : { ...rest, onProgress: report });
}

/** Uploads a string, a buffer or a stream, in parts if it is large. */
export async function upload(target: Target, body: Body, options: UploadOptions = {}): Promise<Uploaded> {
	try {
		checkTarget("uploadFileobj()", target, options);
		if (body === undefined || body === null) refuse("uploadFileobj() requires a body: a string, a buffer or a stream.");
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
		client: withSignal(client as unknown as S3, abortSignal),
		params: { ...params, Bucket, Key, Body: body },
		...(partSize === undefined ? {} : { partSize }),
		...(queueSize === undefined ? {} : { queueSize }),
	});
	if (onProgress !== undefined) {
		transfer.on("httpUploadProgress", ({ loaded = 0, total }) => onProgress({ loaded, total }));
	}
	// The SDK's abort() neither ends the requests in flight nor waits until the parts are deleted. Only a web stream needs it,
	// because nothing else can end one.
	const abort = (): void => {
		if (body instanceof stream().Readable) body.destroy(new DOMException("The upload was aborted.", "AbortError"));
		else if (body instanceof ReadableStream) void transfer.abort();
	};
	if (abortSignal?.aborted) abort();
	abortSignal?.addEventListener("abort", abort, { once: true });
	try {
		return await transfer.done();
	} finally {
		abortSignal?.removeEventListener("abort", abort);
	}
}

/** Returns the client with an abort signal for each request, except for the one that deletes the parts. */
function withSignal(client: S3, abortSignal: AbortSignal | undefined): S3 {
	if (abortSignal === undefined) return client;
	const send = (command: Parameters<S3["send"]>[0]): unknown => {
		// By its input, because a bundler may rename its class.
		const { UploadId, PartNumber, MultipartUpload } = command.input as Record<string, unknown>;
		const isAbort = UploadId !== undefined && PartNumber === undefined && MultipartUpload === undefined;
		return client.send(command, isAbort ? {} : { abortSignal });
	};
	return Object.create(client, { send: { value: send } }) as S3;
}

/** Downloads to a temporary file next to the target and renames it when it is complete. */
export async function downloadFile(target: Target, path: string, options: DownloadOptions = {}): Promise<void> {
	checkPath("downloadFile()", path);
	checkTarget("downloadFile()", target, options);
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
export async function download(
	target: Target,
	to: NodeJS.WritableStream,
	options: DownloadOptions = {},
): Promise<void> {
	checkTarget("downloadFileobj()", target, options);
	if (typeof to?.write !== "function") refuse("downloadFileobj() requires a writable stream.");
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
			try {
				onProgress?.({ loaded, total });
			} catch (error) {
				// Thrown from here, it would be an uncaught exception, and the download would never end.
				done(error as Error);
				return;
			}
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
	checkTarget("presignedUrl()", target, options);
	const { expiresIn = 900, operation = "getObject", params } = options;
	if (!PRESIGNED.has(operation)) refuse(`presignedUrl() supports ${[...PRESIGNED].join(", ")} only.`);
	const { getSignedUrl } = await requestPresigner();
	const sdk = await clientS3();
	const name = `${operation.charAt(0).toUpperCase()}${operation.slice(1)}Command`;
	const Command = (sdk as unknown as Record<string, typeof sdk.GetObjectCommand>)[name] as typeof sdk.GetObjectCommand;
	const { client, Bucket, Key } = target;
	return getSignedUrl(client as unknown as S3, new Command({ ...params, Bucket, Key }), { expiresIn });
}
