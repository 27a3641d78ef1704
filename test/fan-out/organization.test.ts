/** An organization in which not everything works: throttling, denied roles, a region that is down, an account that hangs. */

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { accountsInRegions, fanOut } from "../../fan-out/index.js";
import { clients, configure, stats } from "../../src/index.js";
import { EXTERNAL_ID, meantFor, ROLE, startTenants, type TenantAws, tenant } from "../helpers/aws.js";
import { eventually } from "../helpers/barrier.js";
import { prng, runSeed } from "../helpers/prng.js";
import { throttling } from "./targets.js";

interface Target {
	readonly account: string;
	readonly region: string;
}

let world: TenantAws;

beforeEach(async () => {
	world = await startTenants({ tenants: 40 });
	// The SDK's own retries take seconds. What it gives up is left to fanOut().
	configure({ clientDefaults: { maxAttempts: 1 } });
});

afterEach(() => vi.unstubAllGlobals());
afterEach(() => world[Symbol.asyncDispose]());

const ask = async ({ account }: Target, { signal }: { readonly signal: AbortSignal }) => {
	const input = { ExclusiveStartTableName: meantFor(account) };
	await clients.dynamodb().listTables(input, { abortSignal: signal });
	return (await clients.dynamodb().listTables(input, { abortSignal: signal })).TableNames?.[0];
};

const TIMEOUT_MS = 600_001;

/** Returns a function that lets the time limit of all tasks pass. */
function timeouts(milliseconds: number): () => void {
	const expired: (() => void)[] = [];
	const real = setTimeout;
	vi.stubGlobal("setTimeout", (callback: () => void, delay: number) => {
		if (delay === milliseconds) expired.push(callback);
		return real(callback, delay);
	});
	return () => {
		for (const each of expired) each();
	};
}

const name = ({ account, region }: Target): string => `${account} ${region}`;

test("everything else is done, and the report says exactly what was not", async () => {
	const seed = runSeed();
	const random = prng(seed);
	const { aws, tenants, accounts } = world;
	const denied = tenant(7);
	const hanging = tenant(13);
	aws.fail({ kind: "error", status: 403, code: "AccessDenied", roleArn: `arn:aws:iam::${denied}:role/${ROLE}` });
	aws.fail({ service: "dynamodb", account: hanging, kind: "hang" });
	aws.fail({ service: "dynamodb", region: "ap-south-1", kind: "error", status: 503, code: "ServiceUnavailable" });
	const throttled = new Set<string>();
	aws.fail({
		service: "dynamodb",
		kind: "throttle",
		match: ({ identity, region }) => {
			const key = `${identity?.accountId} ${region}`;
			// Each account and region once at most, so that two retries are enough.
			if (throttled.has(key) || random() >= 0.05) return false;
			throttled.add(key);
			return true;
		},
	});
	const targets = accountsInRegions(tenants, ["eu-central-1", "us-east-1", "ap-south-1"]);
	const expire = timeouts(TIMEOUT_MS);
	const run = fanOut(targets, ask, { accounts, concurrency: 30, timeoutMs: TIMEOUT_MS });
	const reported = run.collect();
	await eventually(() => expect(run.progress).toMatchObject({ done: 76, failed: 38, denied: 3, running: 3 }));
	expire();
	const report = await reported;
	const of = (account: string) => ["eu-central-1", "us-east-1", "ap-south-1"].map((region) => `${account} ${region}`);
	expect(report.denied.map(({ target }) => name(target)).sort(), `seed ${seed}`).toEqual(of(denied).sort());
	expect(report.denied[0]).toMatchObject({ attempts: 0, error: { code: "ASSUME_ROLE_DENIED" } });
	const down = tenants
		.filter((account) => account !== denied && account !== hanging)
		.map((each) => `${each} ap-south-1`);
	expect(report.rejected.map(({ target }) => name(target)).sort(), `seed ${seed}`).toEqual(
		[...down, ...of(hanging)].sort(),
	);
	const codes = new Set(report.rejected.map(({ error }) => (error as Error).name));
	expect([...codes].sort()).toEqual(["ServiceUnavailable", "TimeoutError"]);
	expect(report.fulfilled).toHaveLength(120 - 3 - 38 - 3);
	for (const { target, value } of report.fulfilled) expect(value).toBe(target.account);
	const twice = report.fulfilled.filter(({ attempts }) => attempts > 1).map(({ target }) => name(target));
	expect(twice.sort()).toEqual([...throttled].filter((key) => !key.endsWith("ap-south-1")).sort());
	expect(run.progress).toEqual({ done: 76, failed: 41, denied: 3, running: 0, total: 120 });
	expect(world.wrong()).toEqual([]);
	expect(aws.stats().connections.byService["sts"]).toBeLessThanOrEqual(16);
	expect(stats().queuedRequests).toBe(0);
});

test("AccessDenied of the task's own call is a failure, not a denial", async () => {
	const { aws, accounts } = world;
	aws.fail({ service: "dynamodb", kind: "error", status: 400, code: "AccessDeniedException" });
	const { rejected, denied } = await fanOut([{ account: tenant(1), region: "us-east-1" }], ask, { accounts }).collect();
	expect(denied).toEqual([]);
	expect(rejected[0]).toMatchObject({ attempts: 1, error: { name: "AccessDeniedException" } });
});

test("a denied role of another account, which the task asks for, is a failure of the task", async () => {
	const { aws, accounts } = world;
	aws.fail({ kind: "error", status: 403, code: "AccessDenied", roleArn: `arn:aws:iam::${tenant(2)}:role/${ROLE}` });
	const task = () => clients.dynamodb({ account: tenant(2) }).listTables({});
	const { rejected, denied } = await fanOut([{ account: tenant(1), region: "us-east-1" }], task, {
		accounts,
	}).collect();
	expect(denied).toEqual([]);
	expect(rejected[0]).toMatchObject({ attempts: 1, error: { code: "ASSUME_ROLE_DENIED" } });
});

test("throttling of one account in one region makes that account wait there, and nobody else", async () => {
	const order: string[] = [];
	const first = { account: tenant(1), region: "us-east-1" };
	const others = [2, 3, 4].map((index) => ({ account: tenant(index), region: "us-east-1" }));
	const elsewhere = { account: tenant(1), region: "eu-west-1" };
	const targets = [first, first, elsewhere, ...others];
	let throttle = 1;
	const { fulfilled } = await fanOut(
		targets,
		async (target, { attempt }) => {
			order.push(`${name(target)} ${attempt}`);
			if (target === first && throttle-- > 0) throw throttling();
		},
		{ accounts: world.accounts, concurrency: 1 },
	).collect();
	expect(fulfilled).toHaveLength(6);
	// The second target of the same account and region waited, too, and is not charged with a retry.
	expect(order[0]).toBe(`${name(first)} 1`);
	expect(order.slice(-2).sort()).toEqual([`${name(first)} 1`, `${name(first)} 2`]);
	expect(order.slice(1, 5).every((each) => !each.startsWith(name(first)))).toBe(true);
});

test("what is throttled again and again is reported after the retries", async () => {
	let calls = 0;
	const task = () => {
		calls += 1;
		throw throttling();
	};
	const target = { account: tenant(1), region: "us-east-1" };
	const { rejected } = await fanOut([target], task, { accounts: world.accounts, retry: 1 }).collect();
	expect(rejected[0]).toMatchObject({ attempts: 2, error: { name: "ThrottlingException" } });
	expect(calls).toBe(2);
	await fanOut([target], task, { accounts: world.accounts, retry: 0 }).collect();
	expect(calls).toBe(3);
});

test("a pass over more accounts than the cache holds evicts no client, and builds one per target", async () => {
	const { tenants, accounts } = world;
	configure({ maxClients: 10, clientDefaults: { maxAttempts: 1 } });
	const regular = accounts(tenant(0));
	const warm = Array.from({ length: 8 }, (_, index) => regular.clients.dynamodb(`eu-west-${index + 1}`));
	const before = stats();
	const targets = tenants.map((account) => ({ account, region: "us-east-1" }));
	const { fulfilled } = await fanOut(targets, ask, { accounts, concurrency: 15 }).collect();
	expect(fulfilled).toHaveLength(40);
	expect(stats().clientsBuilt - before.clientsBuilt).toBe(40);
	expect(stats().clientsEvicted).toBe(before.clientsEvicted);
	expect(warm.map((_, index) => regular.clients.dynamodb(`eu-west-${index + 1}`))).toEqual(warm);
	// A second pass finds those that found room.
	await fanOut(targets, ask, { accounts, concurrency: 15 }).collect();
	expect(stats().clientsBuilt - before.clientsBuilt).toBe(80 - 2);
	expect(world.wrong()).toEqual([]);
	expect(world.aws.stats().assumeRole.total).toBe(40);
});

test("roles are assumed ahead of their tasks, at most 16 at a time", async () => {
	const { aws, tenants, accounts } = world;
	const targets = tenants.map((account) => ({ account, region: "us-east-1" }));
	const started: string[] = [];
	const run = fanOut(targets, async ({ account }) => started.push(account), { accounts, concurrency: 1 });
	await run.next();
	await eventually(() => expect(aws.stats().assumeRole.succeeded).toBe(40));
	expect(started.length).toBeLessThan(5);
	expect(aws.stats().assumeRole.maxInFlight).toBeLessThanOrEqual(16);
	await run.return();
});

test("a task that never calls AWS isn't called without its role", async () => {
	let calls = 0;
	const trusted = { account: tenant(0), role: ROLE, externalId: EXTERNAL_ID };
	world.aws.fail({ service: "sts", kind: "error", status: 403, code: "AccessDenied" });
	const run = fanOut([{ ...trusted, region: "us-east-1" }], () => ++calls, { accounts: world.accounts });
	expect((await run.collect()).denied).toHaveLength(1);
	expect(calls).toBe(0);
});
