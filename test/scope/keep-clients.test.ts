/** `keepClients: false`: a scope's clients take only free space in the cache, and belong to their own session nonetheless. */

import { afterEach, beforeEach, expect, test } from "vitest";
import { clients, configure, runInAwsScope, stats } from "../../src/index.js";
import { meantFor, startTenants, type TenantAws, tenant } from "../helpers/aws.js";
import { failure } from "../helpers/pool.js";

let world: TenantAws;

beforeEach(async () => {
	world = await startTenants({ tenants: 30 });
	configure({ maxClients: 1 });
});

afterEach(() => world[Symbol.asyncDispose]());

const list = (account: string) => clients.dynamodb().listTables({ ExclusiveStartTableName: meantFor(account) });
const inPassing = <Result>(account: string, fn: () => Result): Result =>
	runInAwsScope({ account, accounts: world.accounts, region: "us-east-1", keepClients: false }, fn);

test("a full cache keeps its client, and the scope and those in it get the same client each time", () => {
	const { accounts } = world;
	const kept = accounts(tenant(0)).clients.dynamodb("us-east-1");
	const built = stats().clientsBuilt;
	const [client, document] = inPassing(tenant(1), () => {
		const pair = [clients.dynamodb(), clients.dynamodbDocument()] as const;
		expect([clients.dynamodb(), clients.dynamodbDocument()]).toEqual(pair);
		expect(clients.dynamodb()).toBe(pair[0]);
		expect(clients.dynamodbDocument()).toBe(pair[1]);
		runInAwsScope({ region: "us-east-1" }, () => expect(clients.dynamodb()).toBe(pair[0]));
		return pair;
	});
	expect(stats().clientsBuilt - built).toBe(1);
	expect(inPassing(tenant(1), () => clients.dynamodb())).not.toBe(client);
	expect(inPassing(tenant(1), () => clients.dynamodbDocument())).not.toBe(document);
	expect(accounts(tenant(0)).clients.dynamodb("us-east-1")).toBe(kept);
	expect(stats().clientsEvicted).toBe(0);
});

test("a nested scope of another account gets that account's client, and one with keepClients: true evicts", async () => {
	const { accounts } = world;
	const kept = accounts(tenant(0)).clients.dynamodb("us-east-1");
	await inPassing(tenant(1), async () => {
		const outer = clients.dynamodb();
		await runInAwsScope({ account: tenant(2) }, () => list(tenant(2)));
		await list(tenant(1));
		expect(clients.dynamodb()).toBe(outer);
		expect(stats().clientsEvicted).toBe(0);
		await runInAwsScope({ account: tenant(3), keepClients: true }, () => list(tenant(3)));
	});
	expect(stats().clientsEvicted).toBe(1);
	expect(accounts(tenant(0)).clients.dynamodb("us-east-1")).not.toBe(kept);
	expect(world.seen).toHaveLength(3);
	expect(world.wrong()).toEqual([]);
});

test("many such scopes at the same time sign with their own identities, with a cache of one", async () => {
	const { tenants, accounts } = world;
	await Promise.all(
		tenants.map((account, index) =>
			runInAwsScope({ account, accounts, region: "us-east-1", keepClients: index % 3 === 0 }, async () => {
				for (let turn = 0; turn < 3; turn += 1) await list(account);
			}),
		),
	);
	expect(world.seen).toHaveLength(90);
	expect(world.wrong()).toEqual([]);
});

test("anything but true or false is refused", async () => {
	const spec = { account: tenant(1), accounts: world.accounts, keepClients: "no" };
	const error = await failure(() => runInAwsScope(spec as never, () => 1));
	expect(error.message).toBe('runInAwsScope() { keepClients } takes true or false, not "no".');
});
