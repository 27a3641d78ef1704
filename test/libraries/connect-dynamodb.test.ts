/** connect-dynamodb: one store for the sessions of all tenants' users, each in its tenant's table. */

import { DynamoDB } from "@aws-sdk/client-dynamodb";
import connectDynamoDB from "connect-dynamodb";
import session, { type SessionData } from "express-session";
import { expect, test } from "vitest";
import { storeOfProcess, storeOfTenants } from "../../examples/library-connect-dynamodb.js";
import { clients, currentAwsScope, errors } from "../../src/index.js";
import { OWN } from "../helpers/aws.js";
import { interleave } from "../helpers/interleave.js";
import { failure } from "../helpers/pool.js";
import { runSeed } from "../helpers/prng.js";
import { scale } from "../helpers/scale.js";
import { type Shops, startShops } from "./shops.js";

const OPERATIONS = scale(200, 1_000);
const SEED = runSeed();

type Store = Pick<typeof storeOfTenants, "get" | "destroy"> & session.Store;
interface UserSession extends SessionData {
	readonly user: string;
}

const put = (store: Store, id: string, user: string): Promise<void> =>
	new Promise((resolve, reject) => {
		const data = { cookie: {}, user } as unknown as UserSession;
		store.set(id, data, (error) => (error === undefined ? resolve() : reject(error)));
	});
const read = (store: Store, id: string): Promise<unknown> =>
	new Promise((resolve, reject) => {
		store.get(id, (error: unknown, data: unknown) =>
			error ? reject(error) : resolve((data as UserSession | null)?.user),
		);
	});

/** Tenants with a table of sessions each. */
async function start(count: number): Promise<Shops> {
	const shops = await startShops(count);
	const create = () =>
		clients.dynamodb().createTable({
			TableName: "sessions",
			KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
			AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
			BillingMode: "PAY_PER_REQUEST",
		});
	await Promise.all(shops.tenants.map((account) => shops.as(account, create)));
	return shops;
}

/** The users of the sessions that an account has. */
const usersOf = (): Promise<unknown[]> =>
	clients
		.dynamodb()
		.scan({ TableName: "sessions" })
		.then(({ Items = [] }) => Items.map(({ sess }) => JSON.parse(sess?.S ?? "").user as unknown));

test("with a following client: 0 sessions in another account, 0 of another tenant read", async () => {
	await using shops = await start(20);
	const { as, tenants } = shops;
	const failures = await interleave(
		{ seed: SEED, invocations: OPERATIONS, tenants, concurrency: 50 },
		({ tenant: account, index, pause }) =>
			as(account, async () => {
				// The same ids for all tenants.
				const id = `${Math.floor(index / tenants.length)}`;
				await pause();
				await put(storeOfTenants, id, account);
				await pause();
				expect(await read(storeOfTenants, id)).toBe(account);
			}),
	);
	expect(failures, `TEST_SEED=${SEED}`).toEqual([]);
	for (const account of tenants) {
		const users = await as(account, usersOf);
		expect(users).toHaveLength(OPERATIONS / tenants.length);
		expect(new Set(users)).toEqual(new Set([account]));
	}
}, 120_000);

test("outside every scope, such as before the middleware that opens it, is refused", async () => {
	await using shops = await start(1);
	const { requests } = shops.aws.stats();
	expect(await failure(read(storeOfTenants, "1"))).toBeInstanceOf(errors.LostScopeError);
	expect(shops.aws.stats().requests).toBe(requests);
});

test("a store of the process's session is the process's in every scope", async () => {
	await using shops = await start(2);
	const store = storeOfProcess();
	await put(store, "1", "before the tenant is known");
	for (const account of shops.tenants) {
		expect(await shops.as(account, () => read(store, "1"))).toBe("before the tenant is known");
		expect(await shops.as(account, usersOf)).toEqual([]);
	}
	expect(shops.aws.stats().accounts[OWN]).toBeGreaterThan(0);
});

const Store = connectDynamoDB(session);

test("with the first tenant's client refuses the others", async () => {
	await using shops = await start(2);
	const [first, second] = shops.tenants as [string, string];
	const one = shops.as(first, () => new Store({ client: clients.dynamodb(), initialized: true }));
	await shops.as(first, () => put(one, "1", first));
	expect(await failure(shops.as(second, () => read(one, "1")))).toBeInstanceOf(errors.StrayedClientError);
});

test("with a client whose credentials follow the scope reads the first tenant's sessions for all, which nobody can refuse", async () => {
	await using shops = await start(2);
	const [first, second] = shops.tenants as [string, string];
	const client = new DynamoDB({ credentials: () => currentAwsScope().session.credentials() });
	const one = new Store({ client, initialized: true });
	await shops.as(first, () => put(one, "1", first));
	expect(await shops.as(second, () => read(one, "1"))).toBe(first);
});
