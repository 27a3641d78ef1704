/** One value per session: when it is made, shared, kept, refused and disposed of. */

import { AsyncLocalStorage } from "node:async_hooks";
import { setImmediate as turn } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { resetAwsScope } from "../../local-aws/index.js";
import { systemClock, useClock } from "../../src/home/clock.js";
import {
	type AwsScopeSpec,
	bindAwsScope,
	clients,
	close,
	configure,
	currentAwsScope,
	defaultSession,
	errors,
	type PerSessionOptions,
	perSession,
	runInAwsScope,
	session,
	stats,
	tryCurrentAwsScope,
} from "../../src/index.js";
import { dropStale } from "../../src/testing.js";
import { meantFor, OWN, startTenants, type TenantAws, tenant } from "../helpers/aws.js";
import { eventually, gate } from "../helpers/barrier.js";
import { failure } from "../helpers/pool.js";

const [A, B, C] = [tenant(0), tenant(1), tenant(2)] as const;

let all: TenantAws;
beforeAll(async () => {
	all = await startTenants({ tenants: 3 });
});
afterAll(() => all[Symbol.asyncDispose]());
beforeEach(() => {
	all.seen.length = 0;
	all.aws.resetCounts();
});
afterEach(() => resetAwsScope());

const as = <Result>(account: string, fn: () => Result, more: object = {}): Result =>
	runInAwsScope({ account, accounts: all.accounts, ...more } as AwsScopeSpec, fn);
/** Counts what is made, as `account:count`. */
const counted = (options?: PerSessionOptions<string>): (() => string) => {
	let count = 0;
	return perSession(() => {
		count += 1;
		return `${tryCurrentAwsScope()?.account}:${count}`;
	}, options);
};

describe("one value", () => {
	test("per session, whatever the scope", () => {
		const value = counted();
		expect([as(A, value), as(B, value), as(A, value), as(B, value)]).toEqual([`${A}:1`, `${B}:2`, `${A}:1`, `${B}:2`]);
		expect(as(B, () => as(A, value))).toBe(`${A}:1`);
		expect(as(A, () => as(A, () => [value(), value()]))).toEqual([`${A}:1`, `${A}:1`]);
	});

	test("per region and client defaults", () => {
		const value = counted();
		const places = [
			{},
			{ region: "eu-central-1" },
			{ region: "us-west-2" },
			{ clientDefaults: { maxAttempts: 5 } },
			{ clientDefaults: { maxAttempts: 6 } },
			{ region: "us-west-2", clientDefaults: { maxAttempts: 5 } },
		];
		const made = places.map((place) => as(A, value, place));
		expect(new Set(made).size).toBe(places.length);
		expect(places.map((place) => as(A, value, place))).toEqual(made);
		// The same region, named elsewhere.
		const { credentials } = all.accounts(B);
		const there = session({ credentials, region: "eu-west-1" });
		expect(there.run(value)).toBe(runInAwsScope({ session: there, region: "eu-west-1" }, value));
	});

	test("per function, also of the same `make`", () => {
		const make = () => ({});
		expect(as(A, perSession(make))).not.toBe(as(A, perSession(make)));
	});

	test("for as long as the session is the same, whatever happens to its credentials", async () => {
		const value = counted();
		as(A, value);
		await as(A, () => clients.dynamodb().listTables({}));
		all.accounts(A).invalidate();
		await as(A, () => clients.dynamodb().listTables({}));
		expect(all.aws.stats().assumeRole.total).toBe(2);
		expect(as(A, value)).toBe(`${A}:1`);
	});

	test("which may be undefined", () => {
		let made = 0;
		const value = perSession(() => {
			made += 1;
		});
		as(A, value);
		as(A, value);
		expect(made).toBe(1);
	});

	test("of the process itself, outside every scope and in one", () => {
		const value = perSession(() => ({ session: clients.dynamodb().config.credentials }));
		expect(value()).toBe(value());
		expect(defaultSession().run(value)).toBe(value());
	});

	test("keeps a client that each tenant may use in its own scope", async () => {
		const table = perSession(() => clients.dynamodb());
		for (const account of [A, B, A]) await as(account, () => table().describeTable({ TableName: meantFor(account) }));
		expect(all.wrong()).toEqual([]);
		expect(all.seen).toHaveLength(3);
	});
});

describe("an async make", () => {
	test("is called once for concurrent first uses", async () => {
		const open = gate();
		let made = 0;
		const value = perSession(async () => {
			made += 1;
			await open.opened;
			return currentAwsScope().account;
		});
		const uses = [A, B, A, A, B].map((account) => as(account, value));
		open.open();
		expect(await Promise.all(uses)).toEqual([A, B, A, A, B]);
		expect(made).toBe(2);
		expect(await as(A, value)).toBe(A);
		expect(made).toBe(2);
	});

	test("fails for all who wait, and is called again after that", async () => {
		const open = gate();
		let made = 0;
		const value = perSession(async () => {
			made += 1;
			await open.opened;
			if (made === 1) throw new Error("not yet");
			return made;
		});
		const uses = [as(A, value), as(A, value)];
		open.open();
		for (const use of uses) expect((await failure(use)).message).toBe("not yet");
		expect(await as(A, value)).toBe(2);
	});

	test("runs in the scope that uses it first, with what that call has in other storages", async () => {
		const storage = new AsyncLocalStorage<string>();
		const value = perSession(async () => {
			await null;
			return `${currentAwsScope().account} ${storage.getStore()}`;
		});
		expect(await storage.run("first", () => as(A, value))).toBe(`${A} first`);
		expect(await storage.run("second", () => as(A, value))).toBe(`${A} first`);
	});

	test("keeps nothing of that call alive", async () => {
		const storage = new AsyncLocalStorage<object>();
		const value = perSession(async () => clients.dynamodb());
		const use = async (): Promise<WeakRef<object>> => {
			const ofCall = {};
			await storage.run(ofCall, () => as(A, () => value()));
			return new WeakRef(ofCall);
		};
		const ofCall = await use();
		for (let round = 0; round < 50 && ofCall.deref() !== undefined; round += 1) {
			await turn();
			globalThis.gc?.();
		}
		expect(ofCall.deref()).toBeUndefined();
		expect(await as(A, value)).toBe(as(A, () => clients.dynamodb()));
	});
});

describe("a make", () => {
	test("that throws is called again", () => {
		let made = 0;
		const value = perSession(() => {
			made += 1;
			if (made < 3) throw new Error(`${made}`);
			return made;
		});
		expect(() => as(A, value)).toThrow("1");
		expect(() => as(A, value)).toThrow("2");
		expect(as(A, value)).toBe(3);
		expect(as(A, value)).toBe(3);
	});

	test("that changes the scope makes the value of the scope in which it was used", async () => {
		const value = perSession(() => as(B, () => `made as ${currentAwsScope().account}`));
		expect(as(A, value)).toBe(`made as ${B}`);
		const inB = perSession(() => `made as ${currentAwsScope().account}`);
		expect(as(B, inB)).toBe(`made as ${B}`);
		expect(as(A, inB)).toBe(`made as ${A}`);
	});

	test("that uses its own value is refused, and may use another session's", () => {
		let depth = 0;
		const value: () => string = perSession(() => {
			depth += 1;
			return depth < 9 ? value() : "too deep";
		});
		expect(() => as(A, value)).toThrow(errors.InvalidOptionError);
		expect(depth).toBe(1);
		const other: () => string = perSession(() =>
			currentAwsScope().account === A ? `${as(B, other)} for ${A}` : "of B",
		);
		expect(as(A, other)).toBe(`of B for ${A}`);
		expect(as(B, other)).toBe("of B");
	});
});

describe("is refused", () => {
	test("outside every scope in a process that acts for tenants, also after it was used there", () => {
		const value = counted();
		value();
		as(A, value);
		expect(value).toThrow(errors.LostScopeError);
		expect(value).toThrow(
			"A function that perSession() returned was called outside every scope in a process that acts for tenants; run the caller in withAwsScope() or runInAwsScope().",
		);
		expect(stats().refusals).toBe(2);
		configure({ requireScope: false });
		expect(value()).toBe("undefined:1");
	});

	test("in a scope that has no identity yet, and not after that", () => {
		const value = counted();
		runInAwsScope({ bindLater: true, accounts: all.accounts }, () => {
			expect(value).toThrow(errors.UnboundScopeError);
			bindAwsScope({ account: A });
			expect(value()).toBe(`${A}:1`);
		});
		expect(as(A, value)).toBe(`${A}:1`);
	});

	test.each([
		["a value", [{}], "INVALID_OPTION"],
		["nothing", [], "INVALID_OPTION"],
		["an unknown option", [() => 1, { maxSize: 1 }], "INVALID_OPTION"],
		["no size", [() => 1, { max: 0 }], "BAD_SIZE"],
		["no time", [() => 1, { idleMs: 0 }], "INVALID_OPTION"],
		["no function to dispose", [() => 1, { dispose: "destroy" }], "INVALID_OPTION"],
	])("when it is given %s", (_what, args, code) => {
		expect(() => perSession(...(args as unknown as [() => unknown]))).toThrow(expect.objectContaining({ code }));
	});
});

describe("disposal", () => {
	/** Values that note who disposes of them: as which account, and in whose storage. */
	const storage = new AsyncLocalStorage<string>();
	const noted = (options: PerSessionOptions<unknown>) => {
		const disposed: string[] = [];
		const value = perSession(() => ({ of: currentAwsScope().account }), {
			...options,
			dispose: async (gone) => {
				const { TableNames } = await clients.dynamodb().listTables({});
				disposed.push(`${gone.of} as ${TableNames?.[0]} in ${storage.getStore()}`);
			},
		});
		return { value, disposed };
	};

	test("of the value that makes room for another, once, as its own session and outside the call that evicts it", async () => {
		const { value, disposed } = noted({ max: 1 });
		as(A, value);
		await storage.run("B's call", () => as(B, value));
		await eventually(() => expect(disposed).toEqual([`${A} as ${A} in undefined`]));
		const again = as(A, value);
		await eventually(() => expect(disposed).toEqual([`${A} as ${A} in undefined`, `${B} as ${B} in undefined`]));
		expect(as(A, value)).toBe(again);
	});

	test("of a value that its scope has used: the next use makes another one", () => {
		const value = counted({ max: 1 });
		const uses = as(A, () => [value(), as(B, value), value(), value()]);
		expect(uses).toEqual([`${A}:1`, `${B}:2`, `${A}:3`, `${A}:3`]);
	});

	test("of what was not used for a while, when another scope uses its own", async () => {
		let now = 1_000;
		const restore = useClock({ ...systemClock, wall: () => now });
		try {
			const disposed: string[] = [];
			const options = { idleMs: 1_000, dispose: (gone: string) => disposed.push(gone) };
			const value = counted(options);
			as(A, value);
			as(B, value);
			now += 600;
			as(B, value);
			now += 600;
			expect(as(B, value)).toBe(`${B}:2`);
			expect(disposed).toEqual([]);
			now += 600;
			as(B, value);
			expect(disposed).toEqual([`${A}:1`]);
			expect(as(A, value)).toBe(`${A}:3`);
			// The one in use stays, however long ago its last use was.
			for (let searches = 0; searches < 2; searches += 1) {
				now += 10_000;
				expect(as(B, value)).toBe(`${B}:2`);
			}
			expect(disposed).toEqual([`${A}:1`, `${A}:3`]);
			now += 10_000;
			expect(as(A, value)).toBe(`${A}:4`);
			now += 10_000;
			expect(as(B, value)).toBe(`${B}:2`);
			expect(disposed).toHaveLength(2);
		} finally {
			restore();
		}
	});

	test("waits for an async make", async () => {
		const open = gate();
		const disposed: unknown[] = [];
		const value = perSession(
			async () => {
				const { account } = currentAwsScope();
				if (account === A) await open.opened;
				return account;
			},
			{ max: 1, dispose: (gone) => disposed.push(gone) },
		);
		const ofA = as(A, value);
		await as(B, value);
		await as(C, value);
		expect(disposed).toEqual([B]);
		open.open();
		expect(await ofA).toBe(A);
		expect(disposed).toEqual([B, A]);
	});

	test("is not for a value that could not be made", async () => {
		const disposed: unknown[] = [];
		const value = perSession(() => Promise.reject(new Error("no")), { max: 1, dispose: (gone) => disposed.push(gone) });
		await failure(as(A, value));
		await failure(as(B, value));
		await close();
		expect(disposed).toEqual([]);
	});

	test.each([
		[
			"throws",
			() => {
				throw new Error("it throws");
			},
		],
		["rejects", () => Promise.reject(new Error("it rejects"))],
	])("that %s is a warning, and not the failure of the call that evicts", async (how, dispose) => {
		const warnings: string[] = [];
		const listen = ({ message }: Error): void => {
			if (message === `it ${how}`) warnings.push(message);
		};
		process.on("warning", listen);
		try {
			const value = counted({ max: 1, dispose });
			as(A, value);
			expect(as(B, value)).toBe(`${B}:2`);
			await eventually(() => expect(warnings).toEqual([`it ${how}`]));
		} finally {
			process.off("warning", listen);
		}
	});

	test("that asks for the value itself, instead of using the one it is given, makes nothing anew", async () => {
		const warnings: string[] = [];
		const listen = ({ message }: Error): void => {
			if (message.startsWith("perSession(")) warnings.push(message);
		};
		process.on("warning", listen);
		try {
			const made: string[] = [];
			const value: () => unknown = perSession(() => made.push(currentAwsScope().account as string), {
				max: 1,
				dispose: () => value(),
			});
			for (const account of [A, B]) as(account, value);
			await eventually(() =>
				expect(warnings).toEqual([
					"perSession({ dispose }) called the function that returns its value; use the value that dispose is given.",
				]),
			);
			expect(made).toEqual([A, B]);
			expect(as(A, value)).toBe(3);
		} finally {
			process.off("warning", listen);
		}
	});

	test("by close(), which waits for it", async () => {
		const { value, disposed } = noted({});
		for (const account of [A, B]) as(account, value);
		await close();
		expect(disposed.sort()).toEqual([`${A} as ${A} in undefined`, `${B} as ${B} in undefined`]);
		expect(all.aws.stats().requests).toBeGreaterThan(0);
		const after = as(A, value);
		expect(as(A, value)).toBe(after);
		await close();
		expect(disposed).toHaveLength(3);
	});

	test("of what a local AWS that was stopped leaves behind", () => {
		const value = counted();
		as(A, value);
		dropStale(() => false);
		expect(as(A, value)).toBe(`${A}:2`);
	});

	test("by close(), which does not wait forever", async () => {
		const value = counted({ dispose: () => new Promise(() => undefined) });
		as(A, value);
		await close({ within: 1 });
		expect(as(A, value)).toBe(`${A}:2`);
	});
});

test("0 values of another tenant: the twin, one value for all, serves others with the first one's", async () => {
	const answers = async (provider: () => { get(): Promise<string> }) => {
		const wrong: string[] = [];
		await Promise.all(
			Array.from({ length: 300 }, (_, index) => {
				const account = all.tenants[index % 3] as string;
				return as(account, async () => {
					if ((await provider().get()) !== account) wrong.push(account);
				});
			}),
		);
		return wrong.length;
	};
	/** Like the parameter providers: it remembers the first answer. */
	class Provider {
		#known: string | undefined;
		readonly #db = clients.dynamodb();
		async get(): Promise<string> {
			this.#known ??= (await this.#db.listTables({})).TableNames?.[0] as string;
			return this.#known;
		}
	}
	expect(await answers(perSession(() => new Provider()))).toBe(0);
	let one: Provider | undefined;
	const twin = () => {
		one ??= new Provider();
		return one;
	};
	await as(A, () => twin().get());
	expect(await answers(twin)).toBe(200);
	expect(all.seen.filter(({ account }) => account === OWN)).toEqual([]);
});
