import { s3 } from "../../../../resources/index.js";
import { next, type Plan } from "../driver.js";

const bucket = async () => s3().createBucket({ Bucket: `bucket-${next()}` });
const object = async () => {
	const own = await bucket();
	return own.putObject({ Key: "a/b.txt", Body: "hello" });
};
const upload = async () => (await object()).initiateMultipartUpload();

export const plan = (): Plan => {
	const ofBucket = Object.fromEntries(
		[
			"Acl",
			"Cors",
			"Lifecycle",
			"LifecycleConfiguration",
			"Logging",
			"Notification",
			"Policy",
			"RequestPayment",
			"Tagging",
			"Versioning",
			"Website",
		].map((part) => [
			`Bucket${part}`,
			async () => ((await bucket()) as unknown as Record<string, () => unknown>)[part]?.(),
		]),
	);
	const rule = { ID: "r", Status: "Enabled", Filter: { Prefix: "" }, Expiration: { Days: 1 } };
	const cors = { CORSConfiguration: { CORSRules: [{ AllowedMethods: ["GET"], AllowedOrigins: ["*"] }] } };
	const tagging = { Tagging: { TagSet: [{ Key: "a", Value: "b" }] } };
	const website = { WebsiteConfiguration: { IndexDocument: { Suffix: "i.html" } } };
	const policy = (resource: { bucketName: string }) => ({
		Policy: JSON.stringify({
			Version: "2012-10-17",
			Statement: [
				{ Effect: "Allow", Principal: "*", Action: "s3:GetObject", Resource: `arn:aws:s3:::${resource.bucketName}/*` },
			],
		}),
	});
	const put = (input: unknown) => async (resource: { put(input: unknown): unknown }) => resource.put(input);
	return {
		samples: {
			"": () => s3(),
			Bucket: bucket,
			...ofBucket,
			Object: object,
			ObjectAcl: async () => (await object()).Acl(),
			ObjectSummary: async () => {
				const own = await object();
				const [summary] = await own.Bucket().objects.toArray();
				return summary;
			},
			ObjectVersion: async () => {
				const own = await bucket();
				await own.Versioning().enable();
				await own.putObject({ Key: "k", Body: "1" });
				const [version] = await own.objectVersions.toArray();
				return version;
			},
			MultipartUpload: upload,
			MultipartUploadPart: async () => (await upload()).Part(1),
		},
		inputs: {
			".createBucket": () => ({ Bucket: `bucket-${next()}` }),
			"Bucket.create": undefined,
			"Bucket.deleteObjects": { Delete: { Objects: [{ Key: "x" }] } },
			"Bucket.putObject": { Key: "k", Body: "v" },
			"BucketAcl.put": { ACL: "private" },
			"BucketCors.put": cors,
			"BucketLifecycle.put": { LifecycleConfiguration: { Rules: [rule] } },
			"BucketLifecycleConfiguration.put": { LifecycleConfiguration: { Rules: [rule] } },
			"BucketLogging.put": { BucketLoggingStatus: {} },
			"BucketNotification.put": { NotificationConfiguration: {} },
			"BucketPolicy.put": policy,
			"BucketRequestPayment.put": { RequestPaymentConfiguration: { Payer: "BucketOwner" } },
			"BucketTagging.put": tagging,
			"BucketVersioning.put": { VersioningConfiguration: { Status: "Enabled" } },
			"BucketWebsite.put": website,
			"Object.copyFrom": (own: { bucketName: string; key: string }) => ({
				CopySource: `${own.bucketName}/${own.key}`,
				MetadataDirective: "REPLACE",
			}),
			"ObjectSummary.copyFrom": (own: { bucketName: string; key: string }) => ({
				CopySource: `${own.bucketName}/${own.key}`,
				MetadataDirective: "REPLACE",
			}),
			"Object.put": { Body: "new" },
			"ObjectSummary.put": { Body: "new" },
			"Object.restoreObject": { RestoreRequest: { Days: 1 } },
			"ObjectSummary.restoreObject": { RestoreRequest: { Days: 1 } },
			"ObjectAcl.put": { ACL: "private" },
			"MultipartUpload.complete": {
				MultipartUpload: { Parts: [{ PartNumber: 1, ETag: '"5d41402abc4b2a76b9719d911017c592"' }] },
			},
			"MultipartUploadPart.upload": { Body: "hello" },
			"MultipartUploadPart.copyFrom": (part: { bucketName: string; objectKey: string }) => ({
				CopySource: `${part.bucketName}/${part.objectKey}`,
			}),
		},
		before: {
			"BucketCors.load": put(cors),
			"BucketCors.get": put(cors),
			"BucketLifecycle.load": put({ LifecycleConfiguration: { Rules: [rule] } }),
			"BucketLifecycle.get": put({ LifecycleConfiguration: { Rules: [rule] } }),
			"BucketLifecycleConfiguration.load": put({ LifecycleConfiguration: { Rules: [rule] } }),
			"BucketLifecycleConfiguration.get": put({ LifecycleConfiguration: { Rules: [rule] } }),
			"BucketPolicy.load": async (own: { bucketName: string; put(i: unknown): unknown }) => own.put(policy(own)),
			"BucketPolicy.get": async (own: { bucketName: string; put(i: unknown): unknown }) => own.put(policy(own)),
			"BucketTagging.load": put(tagging),
			"BucketTagging.get": put(tagging),
			"BucketWebsite.load": put(website),
			"BucketWebsite.get": put(website),
			"Bucket.create": (own: { delete(): unknown }) => own.delete(),
			"Bucket.waitUntilNotExists": (own: { delete(): unknown }) => own.delete(),
			"Object.waitUntilNotExists": (own: { delete(): unknown }) => own.delete(),
			"ObjectSummary.waitUntilNotExists": (own: { delete(): unknown }) => own.delete(),
			"MultipartUpload.complete": (own: { Part(n: number): { upload(i: unknown): unknown } }) =>
				own.Part(1).upload({ Body: "hello" }),
		} as Plan["before"] & object,
	};
};
