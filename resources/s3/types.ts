// biome-ignore-all lint/suspicious/noTsIgnore: whether a package is missing depends on what the user has installed
/** S3's transfers: files, buffers and streams; copies; signed URLs. */

import type { Readable, Writable } from "node:stream";
/** @ts-ignore optional peer */
import type * as sdk from "@aws-sdk/client-s3";

/** How far a transfer is. */
export interface TransferProgress {
	/** Bytes done. */
	readonly loaded: number;
	/** Bytes in all, where that is known. */
	readonly total: number | undefined;
}

interface Transfer {
	readonly onProgress?: (progress: TransferProgress) => void;
	readonly abortSignal?: AbortSignal;
}

type Put = Omit<sdk.PutObjectCommandInput, "Bucket" | "Key" | "Body">;

/** Parameters of `PutObject` beside the body, and how to upload. */
export interface UploadOptions extends Transfer {
	readonly params?: Put;
	/** Bytes of a part; more than one part makes a multipart upload. S3 takes 5 MiB at least, which is the default. */
	readonly partSize?: number;
	/** Parts at a time; 4 by default. */
	readonly queueSize?: number;
}

/** Parameters of `GetObject`. */
export interface DownloadOptions extends Transfer {
	readonly params?: Omit<sdk.GetObjectCommandInput, "Bucket" | "Key">;
}

/** What is copied. */
export interface CopySource {
	readonly Bucket: string;
	readonly Key: string;
	readonly VersionId?: string;
}

/** Parameters of `CopyObject`, and how to copy. */
export interface CopyOptions {
	readonly params?: Omit<sdk.CopyObjectCommandInput, "Bucket" | "Key" | "CopySource">;
	/** Objects of this size and larger are copied in parts. 5 GiB by default: S3 copies no more at once. */
	readonly multipartThreshold?: number;
	/** Bytes of a part; 512 MiB by default. */
	readonly partSize?: number;
	readonly abortSignal?: AbortSignal;
}

/** What can be signed for somebody else to send. */
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

/** How to sign. */
export interface PresignOptions<Operation extends PresignedOperation = "getObject"> {
	/** Seconds until the URL is refused; 900 by default. */
	readonly expiresIn?: number;
	/** `getObject` by default. */
	readonly operation?: Operation;
	/** Parameters of the operation, which are part of the signature. */
	readonly params?: Partial<Omit<PresignedInputs[Operation], "Bucket" | "Key">>;
}

export type Body = NonNullable<sdk.PutObjectCommandInput["Body"]>;

export type Uploaded = sdk.CompleteMultipartUploadCommandOutput;

export interface ObjectTransfers {
	uploadFile(path: string, options?: UploadOptions): Promise<Uploaded>;
	/** Uploads a buffer, text or a stream. */
	uploadFileobj(body: Body | Readable, options?: UploadOptions): Promise<Uploaded>;
	/** Downloads to a file, which is there only once it is complete. */
	downloadFile(path: string, options?: DownloadOptions): Promise<void>;
	downloadFileobj(to: Writable, options?: DownloadOptions): Promise<void>;
	/** Copies another object to this one, within S3. */
	copy(source: CopySource, options?: CopyOptions): Promise<void>;
	/** A URL with which anybody can do this one thing to this object. */
	presignedUrl<Operation extends PresignedOperation = "getObject">(
		options?: PresignOptions<Operation>,
	): Promise<string>;
}

export interface BucketTransfers {
	uploadFile(path: string, key: string, options?: UploadOptions): Promise<Uploaded>;
	/** Uploads a buffer, text or a stream. */
	uploadFileobj(body: Body | Readable, key: string, options?: UploadOptions): Promise<Uploaded>;
	/** Downloads to a file, which is there only once it is complete. */
	downloadFile(key: string, path: string, options?: DownloadOptions): Promise<void>;
	downloadFileobj(key: string, to: Writable, options?: DownloadOptions): Promise<void>;
	/** Copies an object to this bucket, within S3. */
	copy(source: CopySource, key: string, options?: CopyOptions): Promise<void>;
}
