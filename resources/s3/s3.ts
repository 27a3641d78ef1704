/** The resources of S3, as in boto3, with transfers. */

import { s3Definition } from "../definitions/s3.js";
import { AnyResource, send } from "../resource.js";
import { type CustomMembers, defineService } from "../service.js";
import type { S3Resources } from "../types/s3.js";
import { copy } from "./copy.js";
import { download, downloadFile, presign, type Target, upload, uploadFile } from "./transfers.js";

const targetOf = (self: AnyResource, key?: unknown): Target => ({
	client: self.client,
	Bucket: AnyResource.identifier(self, 0) as string,
	Key: (key ?? AnyResource.identifier(self, 1)) as string,
});

/** S3 describes a bucket only in the list of all buckets, which the caller may not be allowed to read. */
async function loadBucket(bucket: AnyResource, options: unknown): Promise<unknown> {
	const name = AnyResource.identifier(bucket, 0);
	try {
		let ContinuationToken: unknown;
		do {
			const answer = await send(
				bucket,
				"ListBuckets",
				ContinuationToken === undefined ? {} : { ContinuationToken },
				options,
			);
			const found = (answer["Buckets"] as { Name?: string }[] | undefined)?.find(({ Name }) => Name === name);
			if (found !== undefined) return found;
			ContinuationToken = answer["ContinuationToken"];
		} while (ContinuationToken !== undefined);
	} catch (error) {
		if ((error as Error).name !== "AccessDenied") throw error;
	}
	// It can be a bucket of another account. Only its name is known.
	return {};
}

/** `HeadObject` describes an object, but has another name for its size. */
async function loadSummary(summary: AnyResource, options: unknown): Promise<unknown> {
	const { Bucket, Key } = targetOf(summary);
	const { ContentLength, ...head } = await send(summary, "HeadObject", { Bucket, Key }, options);
	return { ...head, Size: ContentLength };
}

type Arguments = Parameters<NonNullable<CustomMembers["methods"]>[string]>;

const objectMethods: NonNullable<CustomMembers["methods"]> = {
	uploadFile(...[path, options]: Arguments) {
		return changing(this, uploadFile(targetOf(this), path as string, options as object | undefined));
	},
	uploadFileobj(...[body, options]: Arguments) {
		return changing(this, upload(targetOf(this), body as string, options as object | undefined));
	},
	downloadFile(...[path, options]: Arguments) {
		return downloadFile(targetOf(this), path as string, options as object | undefined);
	},
	downloadFileobj(...[to, options]: Arguments) {
		return download(targetOf(this), to as NodeJS.WritableStream, options as object | undefined);
	},
	copy(...[source, options]: Arguments) {
		return changing(this, copy(targetOf(this), source as never, options as object | undefined));
	},
	presignedUrl(options) {
		return presign(targetOf(this), options as object | undefined);
	},
};

const bucketMethods: NonNullable<CustomMembers["methods"]> = {
	uploadFile(...[path, key, options]: Arguments) {
		return uploadFile(targetOf(this, key), path as string, options as object | undefined);
	},
	uploadFileobj(...[body, key, options]: Arguments) {
		return upload(targetOf(this, key), body as string, options as object | undefined);
	},
	downloadFile(...[key, path, options]: Arguments) {
		return downloadFile(targetOf(this, key), path as string, options as object | undefined);
	},
	downloadFileobj(...[key, to, options]: Arguments) {
		return download(targetOf(this, key), to as NodeJS.WritableStream, options as object | undefined);
	},
	copy(...[source, key, options]: Arguments) {
		return copy(targetOf(this, key), source as never, options as object | undefined);
	},
};

/** Marks the resource as changed after a successful transfer. */
async function changing<Value>(self: AnyResource, transfer: Promise<Value>): Promise<Value> {
	const value = await transfer;
	AnyResource.touch(self);
	return value;
}

/**
 * S3's resources: buckets and objects, with transfers.
 * @example
 * for await (const object of s3.Bucket("photos").objects.filter({ Prefix: "2026/" })) console.log(object.key);
 * @throws the errors of `clients`, and {@link ResourceNotLoadedError} code `RESOURCE_NOT_LOADED`
 * @see https://docs.aws.amazon.com/goto/WebAPI/s3-2006-03-01
 */
export const s3: S3Resources = /* @__PURE__ */ defineService(s3Definition, {
	types: {
		Bucket: { load: loadBucket, methods: bucketMethods },
		Object: { methods: objectMethods },
		ObjectSummary: { load: loadSummary, methods: objectMethods },
	},
});
