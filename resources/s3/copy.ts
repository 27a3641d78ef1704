/** Copies objects within S3: with `CopyObject`, or in parts if they are too large for it. */

import { refuse } from "../errors.js";
import type { PlainObject } from "../paths.js";
import { call } from "../resource.js";
import type { RequestOptions } from "../types.js";
import { checkTarget, type Target } from "./transfers.js";
import type { CopyOptions, CopySource } from "./types.js";

const GIB = 1024 ** 3;
const LARGEST_COPY = 5 * GIB;
const PART_SIZE = GIB / 2;
const MAX_PARTS = 10_000;
/** The number of parts to copy concurrently. */
const CONCURRENCY = 4;

/** The parameters of `CopyObject` that each `UploadPartCopy` takes, too. */
const PART_PARAMS = [
	"CopySourceSSECustomerAlgorithm",
	"CopySourceSSECustomerKey",
	"CopySourceSSECustomerKeyMD5",
	"SSECustomerAlgorithm",
	"SSECustomerKey",
	"SSECustomerKeyMD5",
	"RequestPayer",
	"ExpectedBucketOwner",
	"ExpectedSourceBucketOwner",
	"CopySourceIfMatch",
	"CopySourceIfModifiedSince",
	"CopySourceIfNoneMatch",
	"CopySourceIfUnmodifiedSince",
];
const COPY_ONLY = /^(CopySource|ExpectedSource|MetadataDirective$|TaggingDirective$)/;

/** Copies an object to the target. */
export async function copy(target: Target, source: CopySource, options: CopyOptions = {}): Promise<void> {
	checkTarget("copy()", target, options);
	const { Bucket: from, Key: key, VersionId } = source ?? {};
	if (typeof from !== "string" || typeof key !== "string") refuse("copy() requires its source as { Bucket, Key }.");
	const { params = {}, multipartThreshold = LARGEST_COPY, partSize = PART_SIZE, abortSignal } = options;
	const request = { abortSignal };
	const { client, Bucket, Key } = target;
	const version = VersionId === undefined ? {} : { VersionId };
	const head = await call(client, "HeadObject", { ...ofHead(params), Bucket: from, Key: key, ...version }, request);
	const size = (head["ContentLength"] as number | undefined) ?? 0;
	const bucket = from.startsWith("arn:") ? `${from}/object` : from;
	const path = `${bucket}/${key.split("/").map(encodeURIComponent).join("/")}`;
	const CopySource = VersionId === undefined ? path : `${path}?versionId=${encodeURIComponent(VersionId)}`;
	if (size === 0 || size < multipartThreshold) {
		await call(client, "CopyObject", { ...params, Bucket, Key, CopySource }, request);
		return;
	}
	await copyInParts(
		target,
		CopySource,
		params as PlainObject,
		head,
		Math.max(partSize, Math.ceil(size / MAX_PARTS)),
		request,
	);
}

async function copyInParts(
	{ client, Bucket, Key }: Target,
	CopySource: string,
	params: PlainObject,
	head: PlainObject,
	partSize: number,
	request: RequestOptions,
): Promise<void> {
	const size = head["ContentLength"] as number;
	const ofParts = Object.fromEntries(Object.entries(params).filter(([name]) => PART_PARAMS.includes(name)));
	const begin = Object.fromEntries(Object.entries(params).filter(([name]) => !COPY_ONLY.test(name)));
	const begun = { ...metadataOf(head, params), ...begin, Bucket, Key };
	const { UploadId } = await call(client, "CreateMultipartUpload", begun, request);
	try {
		const count = Math.ceil(size / partSize);
		const parts: PlainObject[] = [];
		let next = 0;
		let failed = false;
		const work = async (): Promise<void> => {
			while (next < count && !failed) {
				const at = next;
				next += 1;
				const last = Math.min(size, (at + 1) * partSize) - 1;
				// If the source changes during the copy, fail instead of mixing two versions.
				const part = {
					CopySourceIfMatch: head["ETag"],
					...ofParts,
					Bucket,
					Key,
					UploadId,
					PartNumber: at + 1,
					CopySource,
					CopySourceRange: `bytes=${at * partSize}-${last}`,
				};
				const { CopyPartResult } = await call(client, "UploadPartCopy", part, request).catch((error: unknown) => {
					failed = true;
					throw error;
				});
				// Keep the checksums, because S3 requires them if the upload has one.
				const { LastModified: _, ...copied } = CopyPartResult as PlainObject;
				parts[at] = { ...copied, PartNumber: at + 1 };
			}
		};
		// Wait for all parts, because an abort does not remove parts that are still in progress.
		const done = await Promise.allSettled(Array.from({ length: Math.min(CONCURRENCY, count) }, work));
		const failure = done.find((one) => one.status === "rejected");
		if (failure !== undefined) throw failure.reason;
		const complete = { Bucket, Key, UploadId, MultipartUpload: { Parts: parts } };
		await call(client, "CompleteMultipartUpload", complete, request);
	} catch (error) {
		await call(client, "AbortMultipartUpload", { Bucket, Key, UploadId }).catch(() => {});
		throw error;
	}
}

/** The names that `HeadObject` has for the parameters to read the source. */
const HEAD_NAMES: Readonly<Record<string, string>> = {
	CopySourceSSECustomerAlgorithm: "SSECustomerAlgorithm",
	CopySourceSSECustomerKey: "SSECustomerKey",
	CopySourceSSECustomerKeyMD5: "SSECustomerKeyMD5",
	ExpectedSourceBucketOwner: "ExpectedBucketOwner",
	RequestPayer: "RequestPayer",
};

const ofHead = (params: object): PlainObject =>
	Object.fromEntries(
		Object.entries(params).flatMap(([name, value]) =>
			HEAD_NAMES[name] === undefined ? [] : [[HEAD_NAMES[name], value]],
		),
	);

/** The metadata that `CopyObject` copies from the source. A multipart upload must set it. */
const METADATA = [
	"CacheControl",
	"ContentDisposition",
	"ContentEncoding",
	"ContentLanguage",
	"ContentType",
	"Metadata",
];

function metadataOf(head: PlainObject, { MetadataDirective }: PlainObject): PlainObject {
	if (MetadataDirective === "REPLACE") return {};
	return Object.fromEntries(METADATA.flatMap((name) => (head[name] === undefined ? [] : [[name, head[name]]])));
}
