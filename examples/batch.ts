/** One event, many tenants: each record is handled in its own tenant's account, and only failed records are retried. */

import { BatchProcessor, EventType, processPartialResponse } from "@aws-lambda-powertools/batch";
import type {
	Context,
	DynamoDBBatchResponse,
	DynamoDBRecord,
	DynamoDBStreamEvent,
	KinesisStreamBatchResponse,
	KinesisStreamEvent,
	KinesisStreamRecord,
	SQSBatchResponse,
	SQSEvent,
	SQSRecord,
} from "aws-lambda";
import { accountSessions, clients, withAwsScope } from "aws-scope";
import { tenantOfAttribute, tenantOfValue } from "aws-scope/lambda";

const accounts = accountSessions({ role: "orders" });

/** Your tenant directory. */
const directory = new Map([
	["acme", "111111111111"],
	["blum", "222222222222"],
	["corp", "333333333333"],
]);

/** The scope of a tenant. An unknown tenant fails only its own record. */
function ofTenant(tenant: string) {
	const account = directory.get(tenant);
	if (account === undefined) throw new Error(`There is no tenant "${tenant}".`);
	return { account, accounts };
}

/** Shared code. It takes no tenant, client or credentials. */
async function save(order: Record<string, unknown>): Promise<void> {
	await clients.dynamodbDocument().put({ TableName: "orders", Item: order });
}

//#region sqs
const saveMessage = withAwsScope(
	(record: SQSRecord) => save(JSON.parse(record.body)),
	(record) => ofTenant(tenantOfAttribute(record, "tenant")),
);

export async function sqs({ Records }: SQSEvent): Promise<SQSBatchResponse> {
	// async, so that an error from the spec function also fails only its own record.
	const results = await Promise.allSettled(Records.map(async (record) => saveMessage(record)));
	const failed = Records.filter((_, index) => results[index]?.status === "rejected");
	return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) };
}
//#endregion

//#region ordered
const tenantOfData = ({ kinesis }: KinesisStreamRecord) => tenantOfValue(kinesis.partitionKey);
const tenantOfChange = (record: DynamoDBRecord) => tenantOfAttribute(record, "tenant");

const saveData = withAwsScope(
	({ kinesis }: KinesisStreamRecord) => save(JSON.parse(Buffer.from(kinesis.data, "base64").toString())),
	(record) => ofTenant(tenantOfData(record)),
);

const saveChange = withAwsScope(
	async ({ dynamodb: { NewImage: image } = {} }: DynamoDBRecord) => {
		if (image === undefined) throw new Error("This function needs a stream of new images.");
		await save({ id: image["id"]?.S, note: image["note"]?.S });
	},
	(record) => ofTenant(tenantOfChange(record)),
);

/** Handles tenants in parallel and each tenant's records in order. After a failure, that tenant's later records are skipped. */
async function inOrder<Rec>(
	records: readonly Rec[],
	tenantOf: (record: Rec) => string,
	handle: (record: Rec) => Promise<unknown>,
): Promise<Rec[]> {
	const last = new Map<string, Promise<unknown>>();
	const results = await Promise.allSettled(
		records.map(async (record) => {
			const tenant = tenantOf(record);
			const mine = (last.get(tenant) ?? Promise.resolve()).then(() => handle(record));
			last.set(tenant, mine);
			return mine;
		}),
	);
	return records.filter((_, index) => results[index]?.status === "rejected");
}

export async function kinesis({ Records }: KinesisStreamEvent): Promise<KinesisStreamBatchResponse> {
	const failed = await inOrder(Records, tenantOfData, saveData);
	return { batchItemFailures: failed.map(({ kinesis }) => ({ itemIdentifier: kinesis.sequenceNumber })) };
}

export async function dynamodb({ Records }: DynamoDBStreamEvent): Promise<DynamoDBBatchResponse> {
	const failed = await inOrder(Records, tenantOfChange, saveChange);
	return { batchItemFailures: failed.map(({ dynamodb }) => ({ itemIdentifier: dynamodb?.SequenceNumber ?? "" })) };
}
//#endregion

//#region powertools
export const sqsByPowertools = (event: SQSEvent, context: Context) =>
	processPartialResponse(event, saveMessage, new BatchProcessor(EventType.SQS), { context });

export const kinesisByPowertools = (event: KinesisStreamEvent, context: Context) =>
	processPartialResponse(event, saveData, new BatchProcessor(EventType.KinesisDataStreams), { context });

export const dynamodbByPowertools = (event: DynamoDBStreamEvent, context: Context) =>
	processPartialResponse(event, saveChange, new BatchProcessor(EventType.DynamoDBStreams), { context });
//#endregion
