/** Powertools' batch: the records of one event are each written in their own tenant's account. */

import { BatchProcessor, EventType, processPartialResponse } from "@aws-lambda-powertools/batch";
import type { Context, SQSEvent, SQSRecord } from "aws-lambda";
import { afterAll, expect, test } from "vitest";
import { handler } from "../../examples/library-powertools-batch.js";
import { clients, errors, followingClient, runInAwsScope } from "../../src/index.js";
import { isUnscoped, meantFor, OWN, startTenants, type TenantAws, tenant } from "../helpers/aws.js";
import { scale } from "../helpers/scale.js";
import { forgetPowertools } from "./shops.js";

afterAll(forgetPowertools);

const EVENTS = scale(4, 20);
const RECORDS = 50;
const context = { awsRequestId: "1" } as Context;

/** Any role exists, as the example assumes one. */
const start = (tenants: number): Promise<TenantAws> =>
	startTenants({
		tenants,
		options: { accounts: [OWN, ...Array.from({ length: tenants }, (_, index) => tenant(index))] },
	});

const record = (id: number, account: string): SQSRecord =>
	({
		messageId: `${id}`,
		body: JSON.stringify({ TableName: meantFor(account), Item: { id: "1" } }),
		messageAttributes: { account: { dataType: "String", stringValue: account } },
		eventSource: "aws:sqs",
	}) as unknown as SQSRecord;

const eventOf = ({ tenants }: TenantAws, count: number): SQSEvent => ({
	Records: Array.from({ length: count }, (_, id) => record(id, tenants[id % tenants.length] as string)),
});

test("each record is written by its tenant, through one client: 0 wrong, 0 as the process, with events at once", async () => {
	await using all = await start(20);
	const events = Array.from({ length: EVENTS }, () => eventOf(all, RECORDS));
	const results = await Promise.all(events.map((event) => handler(event, context)));
	expect(results.flatMap(({ batchItemFailures }) => batchItemFailures)).toEqual([]);
	expect(all.seen).toHaveLength(EVENTS * RECORDS);
	expect(all.wrong()).toEqual([]);
	expect(all.seen.filter(isUnscoped)).toEqual([]);
}, 120_000);

test("a record of no tenant fails alone", async () => {
	await using all = await start(3);
	const { Records } = eventOf(all, 3);
	const result = await handler({ Records: [...Records, { ...record(3, tenant(0)), messageAttributes: {} }] }, context);
	expect(result).toEqual({ batchItemFailures: [{ itemIdentifier: "3" }] });
	expect(all.seen).toHaveLength(3);
});

const documents = followingClient(clients.dynamodbDocument);
const save = ({ body }: SQSRecord) => documents.put(JSON.parse(body));

test("without a scope around the function that handles a record, every record is refused", async () => {
	await using all = await start(3);
	runInAwsScope({ account: tenant(0), accounts: all.accounts }, () => undefined); // as one that acts for tenants
	const processor = new BatchProcessor(EventType.SQS);
	const error = await processPartialResponse(eventOf(all, 3), save, processor, { context }).catch((thrown) => thrown);
	const causes = (error as { readonly recordErrors: readonly Error[] }).recordErrors;
	for (const cause of causes) expect(cause).toBeInstanceOf(errors.LostScopeError);
	expect(causes).toHaveLength(3);
	expect(all.seen).toEqual([]);
});

test("with one scope around the handler, all records are written by the tenant of the first, which nobody can refuse", async () => {
	await using all = await start(3);
	await runInAwsScope({ account: tenant(0), accounts: all.accounts }, () =>
		processPartialResponse(eventOf(all, 3), save, new BatchProcessor(EventType.SQS), { context }),
	);
	expect(all.wrong()).toHaveLength(2);
});
