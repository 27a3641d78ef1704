// biome-ignore-all lint/suspicious/noTsIgnore: whether a package is missing depends on what the user has installed
/** Handwritten types of S3: uploads, downloads, copies and presigned URLs. */

import type { Readable, Writable } from "node:stream";
/** @ts-ignore optional peer */
import type * as sdk from "@aws-sdk/client-s3";

/** The progress of a transfer. */
export interface TransferProgress {
	/** The bytes transferred so far. */
	readonly loaded: number;
	/** The total number of bytes, if known. */
	readonly total: number | undefined;
}

interface Transfer {
	/** Called after each chunk or part. */
	readonly onProgress?: (progress: TransferProgress) => void;
	/** Aborts the transfer. */
	readonly abortSignal?: AbortSignal;
}

type Put = Omit<sdk.PutObjectCommandInput, "Bucket" | "Key" | "Body">;

/** The options of an upload. */
export interface UploadOptions extends Transfer {
	/** More parameters of `PutObject`, such as `ContentType`. */
	readonly params?: Put;
	/** The size of a part in bytes. A larger body becomes a multipart upload. Default and minimum: 5 MiB. */
	readonly partSize?: number;
	/** The number of parts to upload concurrently. Default: 4. */
	readonly queueSize?: number;
}

/** The options of a download. */
export interface DownloadOptions extends Transfer {
	/** More parameters of `GetObject`, such as `Range`. */
	readonly params?: Omit<sdk.GetObjectCommandInput, "Bucket" | "Key">;
}

/** The object to copy. */
export interface CopySource {
	readonly Bucket: string;
	readonly Key: string;
	readonly VersionId?: string;
}

/** The options of a copy. */
export interface CopyOptions {
	/** More parameters of `CopyObject`. */
	readonly params?: Omit<sdk.CopyObjectCommandInput, "Bucket" | "Key" | "CopySource">;
	/** Objects of at least this size in bytes are copied in parts. Default: 5 GiB, the limit of `CopyObject`. */
	readonly multipartThreshold?: number;
	/** The size of a part in bytes. Default: 512 MiB. */
	readonly partSize?: number;
	/** Aborts the copy. */
	readonly abortSignal?: AbortSignal;
}

/** An operation that `presignedUrl()` can sign. */
export type PresignedOperation = keyof PresignedInputs;

interface PresignedInputs {
	abortMultipartUpload: sdk.AbortMultipartUploadCommandInput;
	completeMultipartUpload: sdk.CompleteMultipartUploadCommandInput;
	copyObject: sdk.CopyObjectCommandInput;
	createMultipartUpload: sdk.CreateMultipartUploadCommandInput;
	deleteObject: sdk.DeleteObjectCommandInput;
	deleteObjectTagging: sdk.DeleteObjectTaggingCommandInput;
	getObject: sdk.GetObjectCommandInput;
	getObjectAcl: sdk.GetObjectAclCommandInput;
	getObjectAttributes: sdk.GetObjectAttributesCommandInput;
	getObjectTagging: sdk.GetObjectTaggingCommandInput;
	headObject: sdk.HeadObjectCommandInput;
	listParts: sdk.ListPartsCommandInput;
	putObject: sdk.PutObjectCommandInput;
	putObjectAcl: sdk.PutObjectAclCommandInput;
	putObjectTagging: sdk.PutObjectTaggingCommandInput;
	restoreObject: sdk.RestoreObjectCommandInput;
	uploadPart: sdk.UploadPartCommandInput;
	uploadPartCopy: sdk.UploadPartCopyCommandInput;
}

/** The options of a presigned URL. */
export interface PresignOptions<Operation extends PresignedOperation = "getObject"> {
	/** The lifetime of the URL in seconds. Default: 900. */
	readonly expiresIn?: number;
	/** The operation that the URL allows. Default: `getObject`. */
	readonly operation?: Operation;
	/** More parameters of the operation. They are part of the signature. */
	readonly params?: Partial<Omit<PresignedInputs[Operation], "Bucket" | "Key">>;
}

/** The content of an upload: a string, a buffer or a stream. */
export type Body = NonNullable<sdk.PutObjectCommandInput["Body"]>;

/** The output of an upload. */
export type Uploaded = sdk.CompleteMultipartUploadCommandOutput;

/** The transfers of an object. */
export interface ObjectTransfers {
	/** Uploads a file. Requires `@aws-sdk/lib-storage`. */
	uploadFile(path: string, options?: UploadOptions): Promise<Uploaded>;
	/** Uploads a string, a buffer or a stream. Requires `@aws-sdk/lib-storage`. */
	uploadFileobj(body: Body | Readable, options?: UploadOptions): Promise<Uploaded>;
	/** Downloads to a file. The file appears when the download is complete. */
	downloadFile(path: string, options?: DownloadOptions): Promise<void>;
	/** Downloads to a stream and ends it. */
	downloadFileobj(to: Writable, options?: DownloadOptions): Promise<void>;
	/** Copies another object to this one without downloading it, with a multipart upload if it is large. */
	copy(source: CopySource, options?: CopyOptions): Promise<void>;
	/**
	 * Returns a URL that allows one operation on this object without credentials. Requires `@aws-sdk/s3-request-presigner`.
	 * @example
	 * const url = await s3.Object("photos", "2026/cat.jpg").presignedUrl({ expiresIn: 3600 });
	 */
	presignedUrl<Operation extends PresignedOperation = "getObject">(
		options?: PresignOptions<Operation>,
	): Promise<string>;
}

/** The transfers of a bucket. */
export interface BucketTransfers {
	/** Uploads a file. Requires `@aws-sdk/lib-storage`. */
	uploadFile(path: string, key: string, options?: UploadOptions): Promise<Uploaded>;
	/** Uploads a string, a buffer or a stream. Requires `@aws-sdk/lib-storage`. */
	uploadFileobj(body: Body | Readable, key: string, options?: UploadOptions): Promise<Uploaded>;
	/** Downloads to a file. The file appears when the download is complete. */
	downloadFile(key: string, path: string, options?: DownloadOptions): Promise<void>;
	/** Downloads to a stream and ends it. */
	downloadFileobj(key: string, to: Writable, options?: DownloadOptions): Promise<void>;
	/** Copies an object to this bucket without downloading it, with a multipart upload if it is large. */
	copy(source: CopySource, key: string, options?: CopyOptions): Promise<void>;
}
