/** Fanning out over accounts: what the reader gets, and who signs. */

import { afterEach, beforeEach, expect, test } from "vitest";
import { accountsInRegions, fanOut } from "../../fan-out/index.js";
import { clients, tryCurrentAwsScope } from "../../src/index.js";
import { meantFor, startTenants, type TenantAws } from "../helpers/aws.js";

let world: TenantAws;

beforeEach(async () => {
	world = await startTenants({ tenants: 20 });
});

afterEach(() => world[Symbol.asyncDispose]());

const ask = async ({ account }: { readonly account: string }) =>
	(await clients.dynamodb().listTables({ ExclusiveStartTableName: meantFor(account) })).TableNames?.[0];

test("each task runs once, in its target's account and region", async () => {
	const { tenants, accounts, aws } = world;
	const targets = accountsInRegions(tenants, ["eu-central-1", "us-east-1"]);
	const run = fanOut(targets, async (target) => `${await ask(target)} ${tryCurrentAwsScope()?.region}`, { accounts });
	expect(run.progress).toEqual({ done: 0, failed: 0, denied: 0, running: 0, total: 40 });
	const { fulfilled, rejected, denied } = await run.collect();
	expect([rejected, denied]).toEqual([[], []]);
	expect(fulfilled.map(({ value }) => value).sort()).toEqual(
		tenants.flatMap((account) => [`${account} eu-central-1`, `${account} us-east-1`]),
	);
	expect(world.wrong()).toEqual([]);
	expect(aws.stats().assumeRole.total).toBe(20);
	expect(run.progress).toEqual({ done: 40, failed: 0, denied: 0, running: 0, total: 40 });
	expect(tryCurrentAwsScope()).toBeUndefined();
});
