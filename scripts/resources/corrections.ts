/** Where boto3's facts do not fit the SDK for JavaScript, or are wrong; and what is written by hand. */

import type { BotoResources } from "./boto.js";

/** Operations that the SDK has under their newer name alone: the same request, with a newer form of its rules. */
export const OPERATIONS: Readonly<Record<string, string>> = {
	GetBucketLifecycle: "GetBucketLifecycleConfiguration",
	PutBucketLifecycle: "PutBucketLifecycleConfiguration",
};

/** Shapes that the SDK has by another name. */
export const SHAPES: Readonly<Record<string, string>> = {
	Object: "_Object",
	GetBucketLifecycleOutput: "GetBucketLifecycleConfigurationOutput",
};

/** Types of resource that have a load by hand, because AWS has no operation for it or boto3 describes none. */
export const LOADED_BY_HAND: Readonly<Record<string, readonly string[]>> = { s3: ["Bucket", "ObjectSummary"] };

/**
 * Interfaces of `resources/<service>/types.ts` with what is written by hand: what a type of resource has besides what is
 * generated, and the methods that it has instead of the generated ones. The service itself has the name "".
 */
export interface HandWritten {
	/** As it stands after `extends`. */
	readonly face: string;
	/** The actions that the face declares itself. */
	readonly instead?: readonly string[];
	/** The type parameter of the resource, as it is declared. */
	readonly parameter?: string;
}

const ITEM = "Item extends object = Record<string, unknown>";

export const HAND_WRITTEN: Readonly<Record<string, Readonly<Record<string, HandWritten>>>> = {
	dynamodb: {
		"": { face: "Batches", instead: ["batchGetItem", "batchWriteItem"] },
		Table: {
			face: "TableItems<Item>",
			instead: ["deleteItem", "getItem", "putItem", "query", "scan", "updateItem"],
			parameter: ITEM,
		},
	},
	ec2: { "": { face: "CreateTags<Tag>", instead: ["createTags"] }, Instance: { face: "DeleteTags" } },
	s3: {
		Bucket: { face: "BucketTransfers" },
		Object: { face: "ObjectTransfers" },
		ObjectSummary: { face: "ObjectTransfers" },
	},
};

/** What is wrong in boto3's own definitions, put right: a text, and what stands in its place. Each must be found. */
const CORRECTIONS: Readonly<Record<string, readonly (readonly [wrong: string, right: string])[]>> = {
	ec2: [
		// boto3 looks a tag up by its key and value alone, and finds that of any resource.
		[
			'{"target":"Filters[1].Values[0]","source":"identifier","name":"Value"}',
			'{"target":"Filters[1].Values[0]","source":"identifier","name":"Value"},{"target":"Filters[2].Name","source":"string","value":"resource-id"},{"target":"Filters[2].Values[0]","source":"identifier","name":"ResourceId"}',
		],
	],
	iam: [
		// The action of the service makes a certificate without the user it belongs to, which boto3 refuses.
		[
			'{"type":"SigningCertificate","identifiers":[{"target":"Id","source":"response","path":"Certificate.CertificateId"}]',
			'{"type":"SigningCertificate","identifiers":[{"target":"UserName","source":"response","path":"Certificate.UserName"},{"target":"Id","source":"response","path":"Certificate.CertificateId"}]',
		],
		['{"target":"PolicyArn","source":"input"}', '{"target":"Arn","source":"input"}'],
	],
};

/** boto3's definitions of a service, without their mistakes. */
export function correct(service: string, resources: BotoResources): BotoResources {
	let text = JSON.stringify(resources);
	for (const [wrong, right] of CORRECTIONS[service] ?? []) {
		if (!text.includes(wrong)) throw new Error(`boto3 no longer says ${wrong} of ${service}; look at its correction.`);
		text = text.replace(wrong, right);
	}
	return JSON.parse(text) as BotoResources;
}
