/** Roles are assumed ahead of their tasks: how many at a time, when STS throttles or hangs, and in whose name. */

import { afterEach, beforeEach, expect, test } from "vitest";
import { fanOut } from "../../fan-out/index.js";
import { accountSessions, clients, configure, currentAwsScope, runInAwsScope, stats } from "../../src/index.js";
import { EXTERNAL_ID, meantFor, OWN, ROLE, startTenants, type TenantAws, tenant } from "../helpers/aws.js";
import { eventually, gate } from "../helpers/barrier.js";
import { waits } from "../helpers/scale.js";
import { throttling } from "./targets.js";

let world: TenantAws;

beforeEach(async () => {
	world = await startTenants({ tenants: 40 });
});

afterEach(() => world[Symbol.asyncDispose]());

const ask = async ({ account }: { readonly account: string }) =>
	(await clients.dynamodb().listTables({ ExclusiveStartTableName: meantFor(account) })).TableNames?.[0];

const inRegion = (account: string) => ({ account, region: "us-east-1" });

test("no time limit outlives its fan-out", async () => {
	const { tenants, accounts } = world;
	const timers = () => process.getActiveResourcesInfo().filter((kind) => kind === "Timeout").length;
	const before = timers();
	await fanOut(tenants.map(inRegion), () => 1, { accounts, timeoutMs: 600_000 }).collect();
	expect(timers() - before).toBeLessThan(20);
});

test("a fan-out that ends while roles are assumed asks for no further ones", async () => {
	const { aws, tenants, accounts } = world;
	const answers = gate();
	aws.fail({ service: "sts", kind: "delay", until: answers.opened });
	const controller = new AbortController();
	const run = fanOut(tenants.map(inRegion), ask, { accounts, signal: controller.signal });
	const read = run.next();
	await eventually(() => expect(aws.stats().assumeRole.inFlight).toBe(16));
	controller.abort(new Error("enough"));
	await expect(read).rejects.toThrow("enough");
	answers.open();
	// Its turn comes after all that were asked for before.
	const later = accountSessions({ role: ROLE, externalId: EXTERNAL_ID, sessionName: "later" });
	await later(tenant(0)).credentials();
	expect(aws.stats().assumeRole.total).toBe(16 + 1);
	expect(world.seen).toEqual([]);
	// What was assumed is there for the next one.
	const { fulfilled } = await fanOut(tenants.map(inRegion), ask, { accounts }).collect();
	expect(fulfilled).toHaveLength(40);
	expect(aws.stats().assumeRole.total).toBe(40 + 1);
});

test("a role that STS doesn't return is rejected after the time limit, and the others are done", async () => {
	const { aws, tenants, accounts } = world;
	aws.fail({ kind: "hang", roleArn: `arn:aws:iam::${tenant(3)}:role/${ROLE}` });
	let calls = 0;
	const task = (target: { readonly account: string }) => {
		calls += 1;
		return ask(target);
	};
	const { fulfilled, rejected, denied } = await fanOut(tenants.map(inRegion), task, {
		accounts,
		timeoutMs: 2_000,
	}).collect();
	expect(denied).toEqual([]);
	expect(rejected.map(({ target, attempts }) => [target.account, attempts])).toEqual([[tenant(3), 0]]);
	expect(rejected[0]?.error).toMatchObject({
		name: "TimeoutError",
		message: "The role was not assumed within 2000 ms; raise timeoutMs, or find out what takes so long.",
	});
	expect([fulfilled.length, calls]).toEqual([39, 39]);
	expect(world.wrong()).toEqual([]);
});

test.runIf(waits)(
	"roles for which STS throttles are asked for again after a back-off, and their tasks run once",
	async () => {
		const { aws, tenants, accounts } = world;
		let left = 3;
		const roleArn = `arn:aws:iam::${tenant(5)}:role/${ROLE}`;
		// The session tries three times itself.
		aws.fail({ kind: "throttle", match: (request) => request.roleArn === roleArn && left-- > 0 });
		const { fulfilled, rejected } = await fanOut(tenants.map(inRegion), ask, { accounts }).collect();
		expect(rejected).toEqual([]);
		expect(fulfilled.map(({ attempts }) => attempts)).toEqual(Array(40).fill(1));
		expect(left).toBeLessThan(0);
		expect(world.wrong()).toEqual([]);
	},
);

test.runIf(waits)("roles for which STS throttles again and again are reported as rejected, not as denied", async () => {
	const { aws, accounts } = world;
	aws.fail({ service: "sts", kind: "throttle" });
	const { rejected, denied } = await fanOut([inRegion(tenant(0))], ask, { accounts, retry: 1 }).collect();
	expect(denied).toEqual([]);
	expect(rejected[0]).toMatchObject({ attempts: 0, error: { code: "ASSUME_ROLE_FAILED" } });
	// From the first call on, with the back-off of the session, which is at least this long.
	expect(rejected[0]?.durationMs).toBeGreaterThanOrEqual(2_500);
});

test("a target with accounts: undefined acts with the option's role, not with one of the caller's scope", async () => {
	await world[Symbol.asyncDispose]();
	world = await startTenants({
		tenants: 1,
		options: {
			accounts: [OWN, { id: tenant(0), roles: [{ name: ROLE, externalId: EXTERNAL_ID }, { name: "Admin" }] }],
		},
	});
	const target = { account: tenant(0), accounts: undefined, region: "us-east-1" };
	const task = () => currentAwsScope().session.roleArn?.split("/")[1];
	const admin = accountSessions({ role: "Admin" });
	const { fulfilled } = await runInAwsScope({ account: tenant(0), accounts: admin }, () =>
		fanOut([target, inRegion(tenant(0))], task, { accounts: world.accounts }).collect(),
	);
	expect(fulfilled.map(({ value }) => value)).toEqual([ROLE, ROLE]);
});

test("retries keep the identity that the target got first, whatever accounts() returns later, with a cache of one client", async () => {
	const { tenants, accounts } = world;
	configure({ maxClients: 1 });
	let asked = 0;
	const seen: (string | undefined)[] = [];
	const { fulfilled } = await fanOut(
		tenants.map(inRegion),
		async ({ account }, { attempt }) => {
			seen.push(await ask({ account }));
			if (attempt < 2) throw throttling();
			return ask({ account });
		},
		{
			// Only the first answer for each account is right.
			accounts: (account) => {
				asked += 1;
				return asked <= 40 ? accounts(account) : accounts(tenant(0));
			},
			concurrency: 30,
		},
	).collect();
	expect(fulfilled).toHaveLength(40);
	for (const { target, value, attempts } of fulfilled) expect([value, attempts]).toEqual([target.account, 2]);
	expect([asked, seen.length]).toEqual([40, 80]);
	expect(world.wrong()).toEqual([]);
	expect(stats().clientsEvicted).toBe(0);
});
