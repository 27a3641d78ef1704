/** What a scope is: what its call chain sees, inherited and overridden, and gone outside it. */

import { EventEmitter, once } from "node:events";
import { setImmediate as turn, setTimeout as wait } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { resetAwsScope } from "../../local-aws/index.js";
import {
	assumeRole,
	clients,
	configure,
	currentAwsScope,
	defaultSession,
	runInAwsScope,
	tryCurrentAwsScope,
} from "../../src/index.js";
import { EXTERNAL_ID, OWN, ROLE, startTenants, type TenantAws, tenant } from "../helpers/aws.js";
import { gate } from "../helpers/barrier.js";

const A = tenant(0);
const B = tenant(1);

let all: TenantAws;
beforeAll(async () => {
	all = await startTenants({ tenants: 2 });
});
afterAll(() => all[Symbol.asyncDispose]());
afterEach(() => resetAwsScope());

const whoAnswers = async (): Promise<string | undefined> => (await clients.dynamodb().listTables({})).TableNames?.[0];
const as = <Result>(account: string, fn: () => Result): Result =>
	runInAwsScope({ account, accounts: all.accounts }, fn);
const seen = (): string | undefined => tryCurrentAwsScope()?.account;

describe("a nested scope", () => {
	test("overrides only what it names, and the outer one is there again after it", async () => {
		const clientDefaults = { maxAttempts: 2 };
		await runInAwsScope({ account: A, accounts: all.accounts, region: "eu-west-1", clientDefaults }, async () => {
			const outer = currentAwsScope();
			runInAwsScope({ region: "eu-west-2" }, () => {
				expect(currentAwsScope()).toEqual({ session: outer.session, account: A, region: "eu-west-2", clientDefaults });
			});
			runInAwsScope({ account: B }, () => {
				expect(currentAwsScope()).toMatchObject({ account: B, region: "eu-west-1", clientDefaults });
			});
			runInAwsScope({ clientDefaults: { retryMode: "adaptive" } }, () => {
				expect(currentAwsScope()).toMatchObject({
					account: A,
					region: "eu-west-1",
					clientDefaults: { maxAttempts: 2, retryMode: "adaptive" },
				});
			});
			expect(currentAwsScope()).toBe(outer);
			expect(await as(B, whoAnswers)).toBe(B);
			expect(await whoAnswers()).toBe(A);
		});
	});

	test("of the default session acts as the process itself", async () => {
		await as(A, async () => {
			expect(await runInAwsScope(defaultSession(), whoAnswers)).toBe(OWN);
			expect(await whoAnswers()).toBe(A);
		});
	});

	test("takes its session's own region before the outer scope's", () => {
		const session = assumeRole({ account: A, role: ROLE, externalId: EXTERNAL_ID, region: "ap-south-1" });
		runInAwsScope({ session: all.accounts(B), region: "eu-west-1" }, () => {
			runInAwsScope(session, () => expect(currentAwsScope().region).toBe("ap-south-1"));
			runInAwsScope({ session }, () => expect(currentAwsScope().region).toBe("ap-south-1"));
			runInAwsScope({ session, region: "eu-west-3" }, () => expect(currentAwsScope().region).toBe("eu-west-3"));
		});
	});
});

describe("the region of a client", () => {
	const regionOf = async (): Promise<string> => {
		await whoAnswers();
		return all.seen.at(-1)?.region ?? "";
	};
	test("is the scope's, else the session's, else the settings', else the environment's", async () => {
		const session = assumeRole({ account: A, role: ROLE, externalId: EXTERNAL_ID, region: "ap-south-1" });
		expect(await runInAwsScope({ session, region: "eu-west-1" }, regionOf)).toBe("eu-west-1");
		expect(await runInAwsScope(session, regionOf)).toBe("ap-south-1");
		configure({ region: "eu-north-1" });
		expect(await as(A, regionOf)).toBe("eu-north-1");
		configure({ region: undefined });
		expect(await as(A, regionOf)).toBe("us-east-1");
	});
});

describe("a scope reaches", () => {
	const ways: readonly (readonly [string, (work: () => Promise<unknown>) => Promise<unknown>])[] = [
		["awaited work", (work) => work()],
		["promise callbacks", (work) => Promise.resolve().then(work)],
		["setTimeout", (work) => new Promise((resolve) => setTimeout(() => resolve(work()), 1))],
		["setImmediate", (work) => new Promise((resolve) => setImmediate(() => resolve(work())))],
		["process.nextTick", (work) => new Promise((resolve) => process.nextTick(() => resolve(work())))],
		["queueMicrotask", (work) => new Promise((resolve) => queueMicrotask(() => resolve(work())))],
		["timers of node:timers/promises", (work) => wait(1).then(work)],
		["work behind Promise.all", async (work) => (await Promise.all([turn(), work()]))[1]],
		[
			"events awaited in it",
			async (work) => {
				const emitter = new EventEmitter();
				setImmediate(() => emitter.emit("go"));
				await once(emitter, "go");
				return work();
			},
		],
	];
	test.each(ways)("%s", async (_name, run) => {
		const inB = as(B, () => run(whoAnswers));
		expect(await as(A, () => run(whoAnswers))).toBe(A);
		expect(await inB).toBe(B);
	});

	test("work that goes on after what started it has returned", async () => {
		const released = gate();
		const left: Promise<unknown>[] = [];
		const returned = as(A, () => {
			left.push(released.opened.then(whoAnswers));
			left.push(new Promise((resolve) => setTimeout(() => resolve(released.opened.then(whoAnswers)), 1)));
			return "done";
		});
		expect(returned).toBe("done");
		await as(B, async () => {
			released.open();
			expect(await Promise.all(left)).toEqual([A, A]);
			expect(await whoAnswers()).toBe(B);
		});
	});
});

describe("nothing leaks", () => {
	test("to the caller, at once, after an await or after a throw", async () => {
		expect(as(A, seen)).toBe(A);
		expect(seen()).toBeUndefined();
		await as(A, async () => turn());
		expect(seen()).toBeUndefined();
		expect(() =>
			as(A, () => {
				throw new Error("thrown inside");
			}),
		).toThrow("thrown inside");
		expect(seen()).toBeUndefined();
		await expect(as(A, () => turn().then(() => Promise.reject(new Error("rejected inside"))))).rejects.toThrow();
		expect(seen()).toBeUndefined();
	});

	test("to a caller in another scope", async () => {
		await as(A, async () => {
			const inner = as(B, async () => turn());
			expect(seen()).toBe(A);
			await inner;
			expect(seen()).toBe(A);
		});
	});

	test("from a scope's view: it cannot be changed", () => {
		as(A, () => {
			const scope = currentAwsScope();
			expect(Object.isFrozen(scope)).toBe(true);
			expect(Object.isFrozen(scope.clientDefaults)).toBe(true);
			expect(Object.isFrozen(scope.session)).toBe(true);
		});
	});

	test("from the caller's own objects: changing the defaults later changes no scope", () => {
		const clientDefaults: Record<string, unknown> = { maxAttempts: 2 };
		runInAwsScope({ clientDefaults }, () => {
			clientDefaults["maxAttempts"] = 9;
			expect(currentAwsScope().clientDefaults).toEqual({ maxAttempts: 2 });
		});
	});
});

test("a scope gives back exactly what the function gives", async () => {
	for (const value of [
		2,
		[clients],
		{ clients },
		new Map([[1, { body: "text" }]]),
		new Headers(),
		() => 1,
		clients,
		all.accounts(A).clients,
	]) {
		expect(as(A, () => value)).toBe(value);
		expect(await as(A, async () => value)).toBe(value);
	}
});
