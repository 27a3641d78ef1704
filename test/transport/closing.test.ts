/** close() beside work that goes on: what is opened while it waits, what scopes that stay open find after it. */

import { setImmediate as turn } from "node:timers/promises";
import { DynamoDB } from "@aws-sdk/client-dynamodb";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { systemClock, useClock } from "../../src/home/clock.js";
import { client, clients, close, configure, currentAwsScope, runInAwsScope, stats } from "../../src/index.js";
import { startTenants, type TenantAws, tenant } from "../helpers/aws.js";
import { eventually, gate } from "../helpers/barrier.js";
import { failure } from "../helpers/pool.js";
import { any, type Refusal, testRefusals } from "../helpers/refusals.js";

const A = tenant(0);

let all: TenantAws;
beforeAll(async () => {
	all = await startTenants({ tenants: 1 });
});
beforeEach(() => all.aws.resetCounts());
afterEach(() => close({ within: 0 }));
afterAll(() => all[Symbol.asyncDispose]());

const asA = <Result>(fn: () => Result): Result => runInAwsScope({ account: A, accounts: all.accounts }, fn);

/** Lets close() look only when it is told to. */
function heldLooks(): { look(): Promise<void> } & Disposable {
	const waiting: (() => void)[] = [];
	const restore = useClock({
		...systemClock,
		after(milliseconds, callback) {
			if (milliseconds !== 10) return systemClock.after(milliseconds, callback);
			waiting.push(callback);
			return () => undefined;
		},
	});
	return {
		async look() {
			for (const callback of waiting.splice(0)) callback();
			await turn();
		},
		[Symbol.dispose]: restore,
	};
}

test("close() waits for a transport that was opened while it waited, and ends that one too", async () => {
	using looks = heldLooks();
	const [first, second] = [gate(), gate()];
	using _first = all.aws.fail({ service: "dynamodb", region: "eu-west-1", kind: "delay", until: first.opened });
	using _second = all.aws.fail({ service: "dynamodb", region: "eu-west-2", kind: "delay", until: second.opened });
	const ask = (region: string, requestTimeout: number) =>
		asA(() => clients.dynamodb({ region, maxAttempts: 1, requestHandler: { requestTimeout } }).listTables({}));
	const one = ask("eu-west-1", 21_000);
	await eventually(() => expect(stats().busySockets).toBe(1));
	let closed = false;
	const closing = close().then(() => {
		closed = true;
	});
	const other = ask("eu-west-2", 22_000);
	await eventually(() => expect(stats()).toMatchObject({ busySockets: 2, transports: 3 }));
	first.open();
	expect((await one).TableNames).toEqual([A]);
	await looks.look();
	expect(closed).toBe(false);
	second.open();
	expect((await other).TableNames).toEqual([A]);
	await looks.look();
	await closing;
	await eventually(() => expect(all.aws.stats().connections.open).toBe(0));
	expect(stats()).toMatchObject({ transports: 0, freeSockets: 0, busySockets: 0 });
});

describe("a scope that stays open across close()", () => {
	const calls: readonly (readonly [string, () => DynamoDB])[] = [
		["no argument", () => clients.dynamodb()],
		["a region", () => clients.dynamodb("eu-west-1")],
		["options", () => clients.dynamodb({ retryMode: "standard" })],
		["client(Class)", () => client(DynamoDB)],
		["the session's own clients", () => currentAwsScope().session.clients.dynamodb()],
	];
	test.each(calls)("finds by %s a new client with the settings set since, counted and working", async (_what, get) => {
		await asA(async () => {
			const former = get();
			expect(get()).toBe(former);
			await close();
			configure({ clientDefaults: { maxAttempts: 7 } });
			const fresh = get();
			expect(fresh).not.toBe(former);
			expect(get()).toBe(fresh);
			expect(await fresh.config.maxAttempts()).toBe(7);
			expect(stats().clients).toBe(1);
			expect((await fresh.listTables({})).TableNames).toEqual([A]);
		});
	});
});

const limits: readonly Refusal[] = ["soon", "5", null, Number.NaN, -1, true].map((within) => [
	`a limit of ${within === "5" ? '"5"' : String(within)} for close()`,
	"INVALID_OPTION",
	/close\(\{ within \}\) takes a number of milliseconds, 0 or more, not/,
	() => close(any({ within })),
]);

const options: readonly Refusal[] = [
	[
		"a misspelt option of close()",
		"INVALID_OPTION",
		/close\(\) has no option "wihtin"/,
		() => close(any({ wihtin: 5 })),
	],
	[
		"a limit alone for close()",
		"INVALID_OPTION",
		/close\(\) takes an options object, not the number 5/,
		() => close(any(5)),
	],
];

testRefusals([...limits, ...options], () => all.aws);

test("a close() that is refused has closed nothing", async () => {
	await asA(() => clients.dynamodb().listTables({}));
	const before = stats();
	expect(await failure(close(any({ within: "soon" })))).toMatchObject({ code: "INVALID_OPTION" });
	expect(stats()).toEqual(before);
	expect(before.freeSockets).toBeGreaterThan(0);
});
