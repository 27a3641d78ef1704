/** Powertools' idempotency: no tenant gets the result of another's equal event. */

import { IdempotencyConfig, makeIdempotent } from "@aws-lambda-powertools/idempotency";
import { DynamoDBPersistenceLayer } from "@aws-lambda-powertools/idempotency/dynamodb";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { payOnce, payOnceCached } from "../../examples/library-idempotency.js";
import { clients, currentAwsScope, errors, followingClient } from "../../src/index.js";
import { interleave } from "../helpers/interleave.js";
import { failure } from "../helpers/pool.js";
import { runSeed } from "../helpers/prng.js";
import { scale } from "../helpers/scale.js";
import { forgetPowertools, type Shops, startShops } from "./shops.js";

const SEED = runSeed();
const PAYMENTS = scale(100, 500);

type Pay = (payment: { readonly id: string }) => Promise<{ readonly paidBy: string | undefined }>;

async function startRecords(count: number): Promise<Shops> {
	const shops = await startShops(count);
	await Promise.all(
		shops.tenants.map((account) =>
			shops.as(account, () =>
				clients.dynamodb().createTable({
					TableName: "idempotency",
					KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
					AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
					BillingMode: "PAY_PER_REQUEST",
				}),
			),
		),
	);
	return shops;
}

/** Pays each event of each tenant twice. All tenants have equal events. */
async function strangers({ as, tenants }: Shops, pay: Pay, invocations: number): Promise<number> {
	let wrong = 0;
	const failures = await interleave({ seed: SEED, invocations, tenants, concurrency: 50 }, ({ tenant, index, pause }) =>
		as(tenant, async () => {
			const id = `${Math.floor(index / tenants.length)}`;
			for (let again = 0; again < 2; again += 1) {
				await pause();
				if ((await pay({ id })).paidBy !== tenant) wrong += 1;
			}
		}),
	);
	expect(failures, `TEST_SEED=${SEED}`).toEqual([]);
	return wrong;
}

describe("Powertools' idempotency", () => {
	// Powertools misses Lambda's context, which says how much time is left.
	beforeAll(() => void vi.spyOn(console, "warn").mockReturnValue());
	afterAll(() => {
		vi.restoreAllMocks();
		forgetPowertools();
	});

	test.each([
		["a following client", payOnce],
		["a layer and its cache per session", payOnceCached],
	] as const)(
		`with %s: 0 results of another tenant in ${2 * PAYMENTS} calls`,
		async (_how, pay) => {
			await using shops = await startRecords(20);
			expect(await strangers(shops, pay as Pay, PAYMENTS)).toBe(0);
			const stored = await Promise.all(
				shops.tenants.map((account) =>
					shops.as(account, () => clients.dynamodbDocument().scan({ TableName: "idempotency" })),
				),
			);
			for (const [index, { Items = [] }] of stored.entries()) {
				expect(Items).toHaveLength(PAYMENTS / 20);
				for (const { data } of Items) expect(data.paidBy).toBe(shops.tenants[index]);
			}
		},
		120_000,
	);

	test("outside every scope fails before the work is done", async () => {
		await using shops = await startRecords(1);
		await shops.as(shops.tenants[0] as string, () => payOnce({ id: "1" }));
		const error = await failure(() => payOnce({ id: "2" }));
		expect(error.cause).toBeInstanceOf(errors.LostScopeError);
	});

	test("with one layer that has a local cache gives a tenant another's result, which nobody can refuse", async () => {
		await using shops = await startRecords(3);
		const one = makeIdempotent(async ({ id }: { readonly id: string }) => ({ id, paidBy: currentAwsScope().account }), {
			persistenceStore: new DynamoDBPersistenceLayer({
				tableName: "idempotency",
				awsSdkV3Client: followingClient(clients.dynamodb),
			}),
			config: new IdempotencyConfig({ eventKeyJmesPath: "id", useLocalCache: true }),
		});
		const [first, second] = shops.tenants as [string, string];
		expect((await shops.as(first, () => one({ id: "1" }))).paidBy).toBe(first);
		expect((await shops.as(second, () => one({ id: "1" }))).paidBy).toBe(first);
	});

	test("with the first tenant's client refuses the others", async () => {
		await using shops = await startRecords(3);
		const [first, second] = shops.tenants as [string, string];
		const persistenceStore = shops.as(
			first,
			() => new DynamoDBPersistenceLayer({ tableName: "idempotency", awsSdkV3Client: clients.dynamodb() }),
		);
		const one = makeIdempotent(async () => currentAwsScope().account, { persistenceStore, dataIndexArgument: 0 });
		expect(await shops.as(first, () => (one as (event: object) => Promise<unknown>)({ id: "1" }))).toBe(first);
		const error = await failure(shops.as(second, () => (one as (event: object) => Promise<unknown>)({ id: "1" })));
		expect(error.cause).toBeInstanceOf(errors.StrayedClientError);
	});
});
