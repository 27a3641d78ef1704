/** Copies within S3: at once, or in parts where S3 copies no more at once. */

import { refuse } from "../errors.js";
import { call } from "../resource.js";
import type { Target } from "./transfers.js";
import type { CopyOptions, CopySource } from "./types.js";

const GIB = 1024 ** 3;
const LARGEST_COPY = 5 * GIB;
const PART_SIZE = GIB / 2;
const MAX_PARTS = 10_000;
/** Parts at a time. */
const AT_ONCE = 4;

/** Parameters that say how the new object is, which a multipart upload is told when it begins. */
const OF_PARTS = [
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
const ONLY_OF_COPIES = /^(CopySource|ExpectedSource|MetadataDirective$|TaggingDirective$)/;

type Bag = Record<string, unknown>;

/** Copies an object to the target. */
export async function copy(target: Target, source: CopySource, options: CopyOptions = {}): Promise<void> {
	const { Bucket: from, Key: key, VersionId } = source ?? {};
	if (typeof from !== "string" || typeof key !== "string") refuse("copy() takes its source as { Bucket, Key }.");
	const { params = {}, multipartThreshold = LARGEST_COPY, partSize = PART_SIZE, abortSignal } = options;
	const { client, Bucket, Key } = target;
	const version = VersionId === undefined ? {} : { VersionId };
	const head = await call(client, "HeadObject", { Bucket: from, Key: key, ...version });
	const size = (head["ContentLength"] as number | undefined) ?? 0;
	const path = `${from}/${key.split("/").map(encodeURIComponent).join("/")}`;
	const CopySource = VersionId === undefined ? path : `${path}?versionId=${encodeURIComponent(VersionId)}`;
	if (size < multipartThreshold) {
		abortSignal?.throwIfAborted();
		await call(client, "CopyObject", { ...params, Bucket, Key, CopySource });
		return;
	}
	await copyInParts(
		target,
		CopySource,
		params as Bag,
		head,
		Math.max(partSize, Math.ceil(size / MAX_PARTS)),
		abortSignal,
	);
}

async function copyInParts(
	{ client, Bucket, Key }: Target,
	CopySource: string,
	params: Bag,
	head: Bag,
	partSize: number,
	abortSignal: AbortSignal | undefined,
): Promise<void> {
	const size = head["ContentLength"] as number;
	const ofParts = Object.fromEntries(Object.entries(params).filter(([name]) => OF_PARTS.includes(name)));
	const begin = Object.fromEntries(Object.entries(params).filter(([name]) => !ONLY_OF_COPIES.test(name)));
	const { UploadId } = await call(client, "CreateMultipartUpload", { ...kept(head, params), ...begin, Bucket, Key });
	try {
		const count = Math.ceil(size / partSize);
		const parts: Bag[] = [];
		let next = 0;
		const work = async (): Promise<void> => {
			while (next < count) {
				abortSignal?.throwIfAborted();
				const at = next;
				next += 1;
				const last = Math.min(size, (at + 1) * partSize) - 1;
				// Another version of the source must not get into the copy half-way.
				const { CopyPartResult } = await call(client, "UploadPartCopy", {
					CopySourceIfMatch: head["ETag"],
					...ofParts,
					Bucket,
					Key,
					UploadId,
					PartNumber: at + 1,
					CopySource,
					CopySourceRange: `bytes=${at * partSize}-${last}`,
				});
				// With its checksums, which S3 wants back where the upload has one.
				const { LastModified: _, ...part } = CopyPartResult as Bag;
				parts[at] = { ...part, PartNumber: at + 1 };
			}
		};
		// All of them are waited for: an upload that is aborted must have no part under way.
		const done = await Promise.allSettled(Array.from({ length: Math.min(AT_ONCE, count) }, work));
		const failed = done.find((one) => one.status === "rejected");
		if (failed !== undefined) throw failed.reason;
		await call(client, "CompleteMultipartUpload", { Bucket, Key, UploadId, MultipartUpload: { Parts: parts } });
	} catch (error) {
		await call(client, "AbortMultipartUpload", { Bucket, Key, UploadId }).catch(() => {});
		throw error;
	}
}

/** What `CopyObject` takes over from the source by itself. */
const KEPT = ["CacheControl", "ContentDisposition", "ContentEncoding", "ContentLanguage", "ContentType", "Metadata"];

function kept(head: Bag, { MetadataDirective }: Bag): Bag {
	if (MetadataDirective === "REPLACE") return {};
	return Object.fromEntries(KEPT.flatMap((name) => (head[name] === undefined ? [] : [[name, head[name]]])));
}
