/** One event with records of many tenants: each is saved in its own tenant's account, and only those that failed come again. */

import type { Context, DynamoDBStreamEvent, KinesisStreamEvent, SQSEvent } from "aws-lambda";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import * as batch from "../../examples/batch.js";
import { resetAwsScope } from "../../local-aws/index.js";
import { meantFor, OWN, startTenants, type TenantAws } from "../helpers/aws.js";
import { barrier } from "../helpers/barrier.js";

const accountOf = { acme: "111111111111", blum: "222222222222", corp: "333333333333" } as const;
const TENANTS = Object.keys(accountOf) as (keyof typeof accountOf)[];

let meet: () => Promise<void>;
let all: TenantAws;
beforeAll(async () => {
	all = await startTenants({
		tenants: 0,
		before: () => meet(),
		options: { accounts: [OWN, ...Object.values(accountOf)] },
	});
});
beforeEach(async () => {
	meet = () => Promise.resolve();
	all.seen.splice(0);
	await resetAwsScope();
});
afterAll(() => all[Symbol.asyncDispose]());
afterEach(() => {
	expect(all.wrong()).toEqual([]);
	expect(all.seen.every(({ meant }) => meant !== undefined)).toBe(true);
});

/** A record, before it takes the shape of its service. */
interface Order {
	readonly id: string;
	readonly tenant: string;
	readonly broken?: boolean;
}

const note = ({ tenant }: Order): string => meantFor(accountOf[tenant as keyof typeof accountOf] ?? "000000000000");
/** What cannot be read fails in the handler, not in the spec function. */
const text = (order: Order): string => (order.broken ? "{" : JSON.stringify({ id: order.id, note: note(order) }));

const sqsEvent = (orders: readonly Order[]): SQSEvent =>
	({
		Records: orders.map((order) => ({
			messageId: order.id,
			body: text(order),
			messageAttributes: { tenant: { stringValue: order.tenant, dataType: "String" } },
			eventSource: "aws:sqs",
		})),
	}) as unknown as SQSEvent;

const kinesisEvent = (orders: readonly Order[]): KinesisStreamEvent =>
	({
		Records: orders.map((order) => ({
			kinesis: {
				sequenceNumber: order.id,
				partitionKey: order.tenant,
				data: Buffer.from(text(order)).toString("base64"),
			},
			eventSource: "aws:kinesis",
		})),
	}) as unknown as KinesisStreamEvent;

const dynamodbEvent = (orders: readonly Order[]): DynamoDBStreamEvent =>
	({
		Records: orders.map((order) => ({
			dynamodb: {
				SequenceNumber: order.id,
				Keys: { tenant: { S: order.tenant } },
				NewImage: order.broken ? undefined : { id: { S: order.id }, note: { S: note(order) } },
			},
			eventSource: "aws:dynamodb",
		})),
	}) as unknown as DynamoDBStreamEvent;

const context = { awsRequestId: "1" } as Context;

type Answer = { batchItemFailures: { itemIdentifier: string }[] };
type Handle = (orders: readonly Order[]) => Promise<Answer>;

const handlers: [string, Handle, { readonly keepsOrder: boolean }][] = [
	["SQS", (orders) => batch.sqs(sqsEvent(orders)), { keepsOrder: false }],
	["SQS by Powertools", (orders) => batch.sqsByPowertools(sqsEvent(orders), context), { keepsOrder: false }],
	["Kinesis", (orders) => batch.kinesis(kinesisEvent(orders)) as Promise<Answer>, { keepsOrder: true }],
	[
		"Kinesis by Powertools",
		(orders) => batch.kinesisByPowertools(kinesisEvent(orders), context),
		{ keepsOrder: false },
	],
	["DynamoDB streams", (orders) => batch.dynamodb(dynamodbEvent(orders)) as Promise<Answer>, { keepsOrder: true }],
	[
		"DynamoDB streams by Powertools",
		(orders) => batch.dynamodbByPowertools(dynamodbEvent(orders), context),
		{ keepsOrder: false },
	],
];

const orders = (count: number): Order[] =>
	Array.from({ length: count }, (_, index) => ({ id: `${index}`, tenant: TENANTS[index % TENANTS.length] as string }));
const failures = (...ids: string[]): Answer => ({
	batchItemFailures: ids.map((itemIdentifier) => ({ itemIdentifier })),
});
/** Powertools reports in the order in which the records failed. */
const sorted = ({ batchItemFailures }: Answer): Answer => ({
	batchItemFailures: batchItemFailures.toSorted((a, b) => Number(a.itemIdentifier) - Number(b.itemIdentifier)),
});
const savedFor = (account: string): number => all.seen.filter((request) => request.account === account).length;

test.each(handlers)(
	"%s: records of three tenants are under way together, each in its own account",
	async (_, handle) => {
		// Nothing is answered before one record of every tenant has arrived.
		const arrived = barrier(TENANTS.length);
		const first = new Set<string>();
		meet = () => {
			const { account = "" } = all.seen.at(-1) ?? {};
			if (first.has(account)) return Promise.resolve();
			first.add(account);
			return arrived();
		};
		expect(await handle(orders(30))).toEqual(failures());
		for (const account of Object.values(accountOf)) expect(savedFor(account)).toBe(10);
		expect(all.aws.stats().assumeRole.total).toBeGreaterThan(0);
	},
);

test.each(handlers)(
	"%s: a record that fails, and one of no known tenant, come again alone",
	async (_, handle, { keepsOrder }) => {
		const given = orders(12).map((order) => {
			if (order.id === "4") return { ...order, broken: true };
			return order.id === "6" ? { ...order, tenant: "nobody" } : order;
		});
		// Records 4, 7 and 10 are those of one tenant: what comes after its failure waits for it, where order counts.
		expect(sorted(await handle(given))).toEqual(keepsOrder ? failures("4", "6", "7", "10") : failures("4", "6"));
		expect(all.seen).toHaveLength(keepsOrder ? 8 : 10);
	},
);

test.each(handlers)("%s: records that name no tenant, or a malformed one, come again alone", async (_, handle) => {
	const malformed: Record<string, string> = { "2": "", "3": "acme,blum" };
	const given = orders(6).map((order) => ({ ...order, tenant: malformed[order.id] ?? order.tenant }));
	expect(sorted(await handle(given))).toEqual(failures("2", "3"));
	expect(all.seen).toHaveLength(4);
});

test.each(handlers)("%s: batches that are handled at once are each told of their own failures", async (_, handle) => {
	const broken = Array.from({ length: 16 }, (_, batch) => `${batch % 6}`);
	const given = broken.map((id) => orders(6).map((order) => ({ ...order, broken: order.id === id })));
	// Of each batch at least two records are under way at once, where order counts, too.
	const begun = barrier(given.length * 2);
	meet = () => begun();
	const answers = await Promise.all(given.map((batch) => handle(batch)));
	expect(answers.map((answer) => answer.batchItemFailures[0]?.itemIdentifier)).toEqual(broken);
});

test.each(handlers)("%s: a tenant whose account refuses fails alone", async (_, handle) => {
	using _denied = all.aws.fail({
		service: "dynamodb",
		account: accountOf.blum,
		kind: "error",
		status: 400,
		code: "AccessDeniedException",
	});
	expect(sorted(await handle(orders(6)))).toEqual(failures("1", "4"));
	expect(savedFor(accountOf.blum)).toBe(0);
	expect(all.seen).toHaveLength(4);
});
