/**
 * Batches by Powertools under AWS's own runtime client, with 64 invocations under way in one worker: records of many
 * tenants in each, and to each its own partial response. `AWS_SCOPE_SOAK_INVOCATIONS` sets how many.
 */

import { afterAll, beforeAll, expect, test } from "vitest";
import { EXTERNAL_ID, isUnscoped, meantFor, OWN, startTenants, type TenantAws } from "../helpers/aws.js";
import { prng } from "../helpers/prng.js";
import { sampled, scale } from "../helpers/scale.js";
import { AT_ONCE } from "../load/runtime.js";
import { deployExample } from "./examples.js";
import { type Deployment, deploy, type RunningFunction, start } from "./function.js";
import { load } from "./load.js";
import type { Outcome } from "./runtime-api.js";

const INVOCATIONS = Number(process.env["AWS_SCOPE_SOAK_INVOCATIONS"] ?? scale(70, 500));
const TENANTS = Math.min(1_000, Math.max(scale(40, 100), INVOCATIONS / 20));
const APART = scale(70, 200);
/** Enough for a processor that mixes batches to do so. */
const MIXED = scale(120, 400);
const RECIPES_AT_ONCE = scale(16, AT_ONCE);
const KINDS = ["sqs", "inTurn", "fifo", "kinesis"] as const;

let deployment: Deployment;
beforeAll(() => {
	deployment = deploy();
	deployExample(deployment, "batch");
});
afterAll(() => deployment[Symbol.dispose]());

const run = (all: TenantAws, handler: string, concurrency = AT_ONCE): Promise<RunningFunction> =>
	start({ deployment, aws: all.aws, handler, concurrency, env: { EXTERNAL_ID } });

interface Order {
	readonly id: string;
	readonly tenant: string;
	readonly fails: boolean;
}

/** Four records of several tenants; the first never fails, since Powertools throws when all do. */
function batch(index: number, tenants: readonly string[]): readonly Order[] {
	const random = prng(index);
	return Array.from({ length: 4 }, (_, position) => ({
		id: `${index}-${position}`,
		tenant: tenants[(7 * index + 13 * position) % tenants.length] as string,
		fails: position > 0 && random() < 0.25,
	}));
}

/** What must come again; a FIFO queue's records also after the first that failed. */
function again(orders: readonly Order[], inOrder: boolean): string[] {
	const first = orders.findIndex(({ fails }) => fails);
	return orders.filter(({ fails }, index) => fails || (inOrder && first !== -1 && index > first)).map(({ id }) => id);
}

const message = ({ id, tenant }: Order, body: string) => ({
	messageId: id,
	body,
	attributes: { MessageGroupId: "1" },
	messageAttributes: { tenant: { stringValue: tenant, dataType: "String" } },
	eventSource: "aws:sqs",
});
const data = ({ id, tenant }: Order, body: string) => ({
	kinesis: { sequenceNumber: id, partitionKey: tenant, data: Buffer.from(body).toString("base64") },
	eventSource: "aws:kinesis",
});
const change = ({ id, tenant }: Order, body: string | undefined) => ({
	dynamodb: {
		SequenceNumber: id,
		Keys: { tenant: { S: tenant } },
		NewImage: body === undefined ? undefined : { id: { S: id }, note: { S: body } },
	},
	eventSource: "aws:dynamodb",
});

const reported = ({ kind, body }: Outcome): string[] | undefined =>
	kind === "error"
		? undefined
		: (JSON.parse(body) as { batchItemFailures: { itemIdentifier: string }[] }).batchItemFailures
				.map(({ itemIdentifier }) => itemIdentifier)
				.toSorted();

/** What became of records that failed: named in their own response, in nobody's, or in that of another invocation. */
interface Mixed {
	right: number;
	lost: number;
	foreign: number;
	failed: number;
}

/** Sends batches and compares each partial response with what failed in its own invocation. */
async function compare(all: TenantAws, running: RunningFunction, count: number, kinds: readonly string[]) {
	const mixed: Mixed = { right: 0, lost: 0, foreign: 0, failed: 0 };
	const kindOf = (index: number): string => kinds[index % kinds.length] as string;
	await load(
		running,
		count,
		(index, { seed }) => {
			const orders = batch(index, all.tenants);
			const shape = kindOf(index) === "kinesis" ? data : message;
			const records = orders.map((order, position) =>
				shape(order, JSON.stringify({ seed: seed + 5 * index + position, fails: order.fails })),
			);
			return { kind: kindOf(index), tenant: orders[0]?.tenant, Records: records };
		},
		(index, outcome) => {
			const wanted = again(batch(index, all.tenants), kindOf(index) === "fifo");
			const given = reported(outcome);
			if (given === undefined) mixed.failed += 1;
			else if (given.join() === wanted.join()) mixed.right += 1;
			else if (given.some((id) => !wanted.includes(id))) mixed.foreign += 1;
			else mixed.lost += 1;
		},
	);
	return mixed;
}

test(`${INVOCATIONS} batches at once are handled in their records' accounts, and each is told of its own failures`, async () => {
	await using all = await startTenants({ tenants: TENANTS, before: () => running.api.saturated() });
	await using running = await run(all, "powertools-batch.soak");
	const mixed = await compare(all, running, INVOCATIONS, KINDS);
	expect(mixed).toEqual({ right: INVOCATIONS, lost: 0, foreign: 0, failed: 0 });
	expect(JSON.parse((await running.invoke({ report: true })).body)).toEqual({ leaks: 0 });
	expect(all.wrong()).toEqual([]);
	expect(all.seen.filter(isUnscoped)).toEqual([]);
	expect(running.api.mostInFlight).toBe(AT_ONCE);
	const { accounts, assumeRole, errors } = all.aws.stats();
	expect(all.tenants.filter((account) => (accounts[account] ?? 0) === 0)).toEqual([]);
	expect(assumeRole.total).toBe(TENANTS);
	expect(errors).toEqual({});
	console.log(`${process.version}: ${INVOCATIONS} batches, ${all.seen.length} requests, ${JSON.stringify(mixed)}.`);
}, 600_000);

const NAMES = { acme: "111111111111", blum: "222222222222", corp: "333333333333" } as const;
const noteOf = ({ tenant }: Order): string => meantFor(NAMES[tenant as keyof typeof NAMES]);
const text = (order: Order): string => (order.fails ? "{" : JSON.stringify({ id: order.id, note: noteOf(order) }));

const recipes: [string, (order: Order) => object][] = [
	["sqs", (order) => message(order, text(order))],
	["sqsByPowertools", (order) => message(order, text(order))],
	["kinesisByPowertools", (order) => data(order, text(order))],
	["dynamodbByPowertools", (order) => change(order, order.fails ? undefined : noteOf(order))],
];

test.each(recipes.filter((_, index) => sampled(4, index)))(
	`the recipe %s is right with ${RECIPES_AT_ONCE} invocations under way in one worker`,
	async (handler, shape) => {
		const options = { accounts: [OWN, ...Object.values(NAMES)] };
		await using all = await startTenants({ tenants: 0, options, before: () => running.api.saturated() });
		await using running = await run(all, `batch.${handler}`, RECIPES_AT_ONCE);
		const ordersOf = (index: number) => batch(index, Object.keys(NAMES));
		const outcomes = await Promise.all(
			Array.from({ length: scale(1, 2) * RECIPES_AT_ONCE }, (_, index) =>
				running.invoke({ Records: ordersOf(index).map(shape) }),
			),
		);
		expect(outcomes.map(reported)).toEqual(outcomes.map((_, index) => again(ordersOf(index), false)));
		expect(running.api.mostInFlight).toBe(RECIPES_AT_ONCE);
		expect(all.seen.length).toBeGreaterThan(3 * RECIPES_AT_ONCE);
		expect(all.wrong()).toEqual([]);
		expect(all.seen.filter(isUnscoped)).toEqual([]);
	},
);

test("a processor that is made when the function is loaded is an init error in this mode", async () => {
	await using all = await startTenants({ tenants: 0 });
	await using running = await run(all, "powertools-batch-init.handler");
	expect(await running.initError).toMatchObject({ errorMessage: "No context available" });
});

test("one processor for all invocations, made in the first of them, keeps them apart in this mode", async () => {
	await using all = await startTenants({ tenants: TENANTS });
	await using running = await run(all, "powertools-batch.madeInInvocation");
	expect(await compare(all, running, APART, ["sqs"])).toMatchObject({ right: APART });
});

test("one that keeps its state itself tells invocations of each other's failures, and loses some", async () => {
	await using all = await startTenants({ tenants: TENANTS });
	await using running = await run(all, "powertools-batch.ofAllInvocations");
	const mixed = await compare(all, running, MIXED, ["sqs"]);
	console.log(`A shared processor that keeps its state itself, ${MIXED} batches: ${JSON.stringify(mixed)}.`);
	expect(mixed.lost).toBeGreaterThan(0);
	expect(mixed.foreign).toBeGreaterThan(0);
	// The scope is the record's own, whoever handles it.
	expect(all.wrong()).toEqual([]);
});

test("and handles records with the function of another invocation, which may be another tenant's", async () => {
	await using all = await startTenants({ tenants: TENANTS });
	await using running = await run(all, "powertools-batch.ofAllTenants");
	await compare(all, running, APART, ["sqs"]);
	expect(all.wrong().length).toBeGreaterThan(0);
});
