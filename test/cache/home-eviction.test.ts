/** What eviction from the home does, and what it never breaks. */

import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { DynamoDB } from "@aws-sdk/client-dynamodb";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { resetAwsScope } from "../../local-aws/index.js";
import { systemClock, useClock } from "../../src/home/clock.js";
import { clients, configure, errors, runInAwsScope, stats } from "../../src/index.js";
import { meantFor, startTenants, type TenantAws } from "../helpers/aws.js";
import { gate } from "../helpers/barrier.js";
import { failure } from "../helpers/pool.js";

let held: { readonly arrived: ReturnType<typeof gate>; readonly answer: ReturnType<typeof gate> } | undefined;
let all: TenantAws;
beforeEach(async () => {
	all = await startTenants({
		tenants: 20,
		before: () => {
			held?.arrived.open();
			return held?.answer.opened;
		},
	});
});
afterEach(async () => {
	held = undefined;
	await all[Symbol.asyncDispose]();
});

const as = <Result>(index: number, fn: (account: string) => Result): Result => {
	const account = all.tenants[index] as string;
	return runInAwsScope({ account, accounts: all.accounts }, () => fn(account));
};
const list = (client: DynamoDB, account: string) => client.listTables({ ExclusiveStartTableName: meantFor(account) });

describe.each(["sieve", "lru", "lfu"] as const)("under %s", (policy) => {
	test("no more clients and sessions are kept than configured, and each eviction is counted and told", async () => {
		const told: unknown[] = [];
		const listen = (message: unknown): void => void told.push(message);
		subscribe("aws-scope:client:evicted", listen);
		configure({ policy, maxClients: 5, maxSessions: 3 });
		try {
			for (let turn = 0; turn < 40; turn += 1) await as(turn % 20, (account) => list(clients.dynamodb(), account));
			expect(stats()).toMatchObject({ clients: 5, sessions: 3 });
			expect(stats().clientsEvicted).toBe(stats().clientsBuilt - 5);
			expect(told).toHaveLength(stats().clientsEvicted);
			expect(told[0]).toMatchObject({ reason: "evicted" });
			configure({ maxClients: 2, maxSessions: 1 });
			expect(stats()).toMatchObject({ clients: 2, sessions: 1 });
			expect(told.at(-1)).toMatchObject({ reason: "resized" });
		} finally {
			unsubscribe("aws-scope:client:evicted", listen);
		}
		expect(all.wrong()).toEqual([]);
		expect(all.seen).toHaveLength(40);
	});

	test("a client that is asked for all the time is kept while others pass by", () => {
		configure({ policy, maxClients: 4 });
		const favorite = as(0, () => clients.dynamodb());
		for (let turn = 1; turn < 200; turn += 1) {
			as(1 + (turn % 19), () => clients.dynamodb(`us-east-${turn}`));
			expect(as(0, () => clients.dynamodb())).toBe(favorite);
		}
		expect(stats().clients).toBe(4);
	});
});

test("a request under way finishes for its own account when its client and its session are evicted", async () => {
	configure({ maxClients: 1, maxSessions: 1 });
	const now = { arrived: gate(), answer: gate() };
	held = now;
	const answer = as(0, (account) => list(clients.dynamodb(), account));
	await now.arrived.opened;
	for (let other = 1; other < 10; other += 1) as(other, () => clients.dynamodb());
	expect(stats()).toMatchObject({ clients: 1, sessions: 1, clientsEvicted: 9 });
	configure({ policy: "lru" });
	now.answer.open();
	expect((await answer).TableNames).toEqual([all.tenants[0]]);
	expect(all.wrong()).toEqual([]);
});

test("an evicted client that is still held goes on working, and its identity is assumed once", async () => {
	configure({ maxClients: 1, maxSessions: 1 });
	await as(0, async (account) => {
		const mine = clients.dynamodb();
		await list(mine, account);
		for (let other = 1; other < 10; other += 1) as(other, () => clients.dynamodb());
		for (let turn = 0; turn < 5; turn += 1) expect((await list(mine, account)).TableNames).toEqual([account]);
		expect((await list(clients.dynamodb(), account)).TableNames).toEqual([account]);
	});
	expect(all.wrong()).toEqual([]);
	expect(all.aws.stats().assumeRole.total).toBe(1);
});

describe("destroy()", () => {
	test("on one client leaves the requests of its siblings alone, and its own later ones too", async () => {
		const now = { arrived: gate(), answer: gate() };
		held = now;
		const sibling = as(1, (account) => list(clients.dynamodb(), account));
		await now.arrived.opened;
		const mine = as(0, () => clients.dynamodb());
		mine.destroy();
		now.answer.open();
		expect((await sibling).TableNames).toEqual([all.tenants[1]]);
		expect((await as(0, (account) => list(mine, account))).TableNames).toEqual([all.tenants[0]]);
	});
});

describe("idleMs", () => {
	let wall = 0;
	let restore: () => void;
	beforeEach(() => {
		wall = Date.now();
		restore = useClock({ ...systemClock, wall: () => wall });
	});
	afterEach(() => restore());

	test("drops the clients that nobody asked for, when it is looked at, and keeps the others", () => {
		configure({ idleMs: 60_000 });
		const told: unknown[] = [];
		const listen = (message: unknown): void => void told.push(message);
		subscribe("aws-scope:client:evicted", listen);
		const used = clients.dynamodb("eu-west-1");
		clients.dynamodb("eu-west-2");
		wall += 60_000;
		expect(clients.dynamodb("eu-west-1")).toBe(used);
		expect(stats().clients).toBe(2);
		wall += 1;
		expect(stats().clients).toBe(1);
		expect(clients.dynamodb("eu-west-1")).toBe(used);
		unsubscribe("aws-scope:client:evicted", listen);
		expect(told).toEqual([expect.objectContaining({ client: expect.stringContaining("eu-west-2"), reason: "idle" })]);
	});

	test("drops them when another client is built", () => {
		configure({ idleMs: 60_000 });
		clients.dynamodb("eu-west-1");
		wall += 60_001;
		clients.dynamodb("eu-west-2");
		expect(stats()).toMatchObject({ clients: 1, clientsEvicted: 1 });
	});

	test("never drops a client sooner than that after its last use", () => {
		configure({ idleMs: 1_000 });
		const used = clients.dynamodb("eu-west-1");
		for (let turn = 0; turn < 50; turn += 1) {
			wall += 999;
			expect(clients.dynamodb("eu-west-1")).toBe(used);
			clients.dynamodb(`eu-west-${10 + turn}`);
			stats();
		}
		expect(clients.dynamodb("eu-west-1")).toBe(used);
		expect(stats().clients).toBeLessThan(5);
	});

	test("ends a transport that was left idle, and opens it again for a client that somebody still holds", async () => {
		configure({ idleMs: 60_000 });
		await as(0, async (account) => {
			const mine = clients.dynamodb();
			await list(mine, account);
			expect(stats()).toMatchObject({ transports: 2, freeSockets: 2 });
			wall += 60_001;
			stats();
			wall += 60_001;
			expect(stats()).toMatchObject({ clients: 0, transports: 0, freeSockets: 0, busySockets: 0 });
			expect((await list(mine, account)).TableNames).toEqual([account]);
			expect(stats()).toMatchObject({ transports: 1, freeSockets: 1 });
			// A new client of the same options shares it.
			await list(clients.dynamodb(), account);
			expect(stats()).toMatchObject({ clients: 1, transports: 1, freeSockets: 1 });
		});
	});

	test("ends no transport while a request is under way, however long it takes", async () => {
		configure({ idleMs: 60_000 });
		const now = { arrived: gate(), answer: gate() };
		held = now;
		const answer = as(0, (account) => list(clients.dynamodb(), account));
		await now.arrived.opened;
		for (let look = 0; look < 5; look += 1) {
			wall += 60_001;
			stats();
		}
		expect(stats()).toMatchObject({ clients: 0, busySockets: 1 });
		now.answer.open();
		expect((await answer).TableNames).toEqual([all.tenants[0]]);
	});

	test("keeps everything where it is not configured", () => {
		clients.dynamodb("eu-west-1");
		wall += 10 ** 12;
		clients.dynamodb("eu-west-2");
		expect(stats()).toMatchObject({ clients: 2, transports: 1 });
	});
});

test.each<[code: string, settings: object]>([
	["INVALID_OPTION", { idleMs: 0 }],
	["INVALID_OPTION", { idleMs: "60" }],
	["INVALID_OPTION", { idleMs: Number.POSITIVE_INFINITY }],
	["BAD_SIZE", { maxClients: 0 }],
	["BAD_SIZE", { maxSessions: 2.5 }],
	["BAD_POLICY", { policy: "fifo" }],
])("%s: configure(%o) is refused and changes nothing", async (code, settings) => {
	const error = await failure(() => configure(settings));
	expect(error).toBeInstanceOf(errors.AwsScopeError);
	expect(error).toMatchObject({ code });
	clients.dynamodb("eu-west-1");
	clients.dynamodb("eu-west-2");
	expect(stats().clients).toBe(2);
	await resetAwsScope();
});
