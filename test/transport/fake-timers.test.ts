/** Tests that fake timers, in any way and at any time, hold up no request: not the first after a quiet second, and none after it. */

import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { resetAwsScope } from "../../local-aws/index.js";
import { clients, close, runInAwsScope, stats } from "../../src/index.js";
import { Ending, waitFor } from "../../src/session/wait.js";
import { EXTERNAL_ID, ROLE, startTenants, type TenantAws, tenant } from "../helpers/aws.js";
import { eventually, gate } from "../helpers/barrier.js";
import { failure } from "../helpers/pool.js";

const [A, B] = [tenant(0), tenant(1)];

let all: TenantAws;
beforeAll(async () => {
	all = await startTenants({ tenants: 2 });
});
afterAll(() => all[Symbol.asyncDispose]());
beforeEach(() => resetAwsScope());
afterEach(() => void vi.useRealTimers());

const list = async (account: string): Promise<string | undefined> =>
	(await runInAwsScope({ account, accounts: all.accounts }, () => clients.dynamodb().listTables({}))).TableNames?.[0];

type Fake = NonNullable<Parameters<typeof vi.useFakeTimers>[0]>;
const ways: readonly (readonly [string, Fake | undefined])[] = [
	["vitest's defaults", undefined],
	// jest's are these; `process.nextTick`, which it fakes for the tests alone, would stop Node's own sockets here.
	[
		"queueMicrotask as well",
		{ toFake: ["setTimeout", "setImmediate", "setInterval", "queueMicrotask", "performance", "Date"] },
	],
];

describe.each(ways)("with %s", (_name, fake) => {
	test("the first requests of all, which get their credentials, are answered", async () => {
		vi.useFakeTimers(fake);
		expect(await Promise.all([list(A), list(B), list(A)])).toEqual([A, B, A]);
	});

	test("the first requests after a quiet second are answered, of one tenant and of another, then and later", async () => {
		await Promise.all([list(A), list(B)]);
		vi.useFakeTimers(fake);
		vi.setSystemTime(Date.now() + 5_000);
		expect(await Promise.all([list(A), list(B)])).toEqual([A, B]);
		vi.setSystemTime(Date.now() + 5_000);
		expect(await list(B)).toBe(B);
		vi.useRealTimers();
		expect(await list(A)).toBe(A);
	});

	test("credentials that are there are given to several at once", async () => {
		await list(A);
		vi.useFakeTimers(fake);
		vi.setSystemTime(Date.now() + 3_599_000);
		expect(await Promise.all([list(A), list(A), list(B)])).toEqual([A, A, B]);
	});

	test("close() waits for what is under way", async () => {
		await list(A);
		vi.useFakeTimers(fake);
		const held = gate();
		using _ = all.aws.fail({ service: "dynamodb", kind: "delay", until: held.opened });
		const answer = list(A);
		await eventually(() => expect(stats().busySockets).toBe(1));
		const closing = close();
		held.open();
		expect(await answer).toBe(A);
		await closing;
	});

	test("close() waits no longer than it was told", async () => {
		await list(A);
		vi.useFakeTimers(fake);
		using _ = all.aws.fail({ service: "dynamodb", kind: "hang" });
		const cut = failure(
			runInAwsScope({ account: A, accounts: all.accounts }, () => clients.dynamodb({ maxAttempts: 1 }).listTables({})),
		);
		await eventually(() => expect(stats().busySockets).toBe(1));
		await close({ within: 20 });
		expect((await cut).message).toMatch(/socket hang up|aborted|ECONNRESET/);
	});

	test("a wait for what has ended ends", async () => {
		vi.useFakeTimers(fake);
		const ending = new Ending<string>();
		ending.end("value");
		expect(await waitFor(ending, {})).toBe("value");
	});
});

test("with timers that were faked before the package was loaded, requests are answered", async () => {
	const root = fileURLToPath(new URL("../..", import.meta.url));
	const { stdout } = await promisify(execFile)(
		process.execPath,
		["--import", "./scripts/ts.mjs", "test/transport/faked-first.ts"],
		{ cwd: root, env: { ...process.env, ...all.aws.env, TENANT: A, ROLE, EXTERNAL_ID }, timeout: 25_000 },
	);
	expect(stdout.trim()).toBe(`${A} ${A}`);
}, 30_000);
