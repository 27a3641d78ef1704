/** All ways in which the SDK sends or signs a request with a client. */

import { DynamoDB, paginateScan } from "@aws-sdk/client-dynamodb";
import { GetObjectCommand, type S3 } from "@aws-sdk/client-s3";
import { DynamoDBDocument, paginateScan as paginateDocuments } from "@aws-sdk/lib-dynamodb";
import { Upload } from "@aws-sdk/lib-storage";
import { createPresignedPost } from "@aws-sdk/s3-presigned-post";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { client, clients, defineClients } from "../../src/index.js";
import { meantFor, tenant } from "./aws.js";

/** Every request names the first tenant. */
const A = tenant(0);
const TableName = meantFor(A);
const object = { Bucket: meantFor(A), Key: "report.txt" };

const drain = async (pages: AsyncIterable<unknown>): Promise<number> => {
	let count = 0;
	for await (const _ of pages) count += 1;
	return count;
};
const upload = (files: S3, bytes: number): Promise<unknown> =>
	new Upload({ client: files, params: { ...object, Body: Buffer.alloc(bytes) }, partSize: 5 * 2 ** 20 }).done();

/** `get` obtains the client where the test needs it. The result sends the request. */
export const uses: readonly (readonly [
	name: string,
	use: (get: <Client>(make: () => Client) => Client) => () => Promise<unknown>,
])[] = [
	[
		"a call of an operation",
		(get) => {
			const db = get(() => clients.dynamodb());
			return () => db.listTables({});
		},
	],
	[
		"a client of client(Class)",
		(get) => {
			const db = get(() => client(DynamoDB));
			return () => db.listTables({});
		},
	],
	[
		"a client of defineClients()",
		(get) => {
			const db = get(() => defineClients({ db: DynamoDB }).db());
			return () => db.listTables({});
		},
	],
	[
		"a client of keyword arguments",
		(get) => {
			const db = get(() => clients.dynamodb({ maxAttempts: 2 }));
			return () => db.listTables({});
		},
	],
	[
		"a paginator",
		(get) => {
			const db = get(() => clients.dynamodb());
			return () => drain(paginateScan({ client: db }, { TableName }));
		},
	],
	[
		"the client's own paginator",
		(get) => {
			const db = get(() => clients.dynamodb());
			return () => drain(db.paginateScan({ TableName }));
		},
	],
	[
		"lib-dynamodb",
		(get) => {
			const db = get(() => clients.dynamodbDocument());
			return () => db.get({ TableName, Key: { id: "1" } });
		},
	],
	[
		"lib-dynamodb around a client",
		(get) => {
			const db = DynamoDBDocument.from(get(() => clients.dynamodb()));
			return () => db.get({ TableName, Key: { id: "1" } });
		},
	],
	[
		"a paginator of lib-dynamodb",
		(get) => {
			const db = get(() => clients.dynamodbDocument());
			return () => drain(paginateDocuments({ client: db }, { TableName }));
		},
	],
	[
		"lib-storage, in one part",
		(get) => {
			const files = get(() => clients.s3());
			return () => upload(files, 10);
		},
	],
	[
		"lib-storage, in two parts",
		(get) => {
			const files = get(() => clients.s3());
			return () => upload(files, 6 * 2 ** 20);
		},
	],
	[
		"a presigned URL",
		(get) => {
			const files = get(() => clients.s3());
			return () => getSignedUrl(files, new GetObjectCommand(object));
		},
	],
	[
		"a presigned POST",
		(get) => {
			const files = get(() => clients.s3());
			return () => createPresignedPost(files, object);
		},
	],
	[
		"another service",
		(get) => {
			const queues = get(() => clients.sqs());
			return () => queues.listQueues({ QueueNamePrefix: meantFor(A) });
		},
	],
];
