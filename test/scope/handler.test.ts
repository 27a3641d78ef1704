/** A wrapped handler is still that handler, only each of its calls runs in a scope. */

import { setImmediate as turn } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { resetAwsScope } from "../../local-aws/index.js";
import {
	clients,
	currentAwsScope,
	defaultSession,
	runInAwsScope,
	tryCurrentAwsScope,
	withAwsScope,
} from "../../src/index.js";
import { startTenants, type TenantAws, tenant } from "../helpers/aws.js";
import { barrier, gate } from "../helpers/barrier.js";
import { failure } from "../helpers/pool.js";

const A = tenant(0);
const B = tenant(1);

let all: TenantAws;
beforeAll(async () => {
	all = await startTenants({ tenants: 2 });
});
afterAll(() => all[Symbol.asyncDispose]());
afterEach(() => resetAwsScope());

const ofA = () => all.accounts(A);
const seen = (): string | undefined => tryCurrentAwsScope()?.account;
const STREAMING = Symbol.for("aws.lambda.runtime.handler.streaming");

describe("a wrapped handler keeps", () => {
	test("this and its arguments", () => {
		const tenants = {
			name: "shop",
			serve: withAwsScope(function (this: { name: string }, ...args: number[]) {
				return [this.name, seen(), ...args];
			}, ofA()),
		};
		expect(tenants.serve(1, 2, 3, 4)).toEqual(["shop", A, 1, 2, 3, 4]);
	});

	test("its own properties, Lambda's marker of response streaming among them, but no parameters to count", () => {
		function serve(_event: object, _stream: object, _context: object): void {}
		const handler = Object.assign(serve, { [STREAMING]: "response", version: 2 });
		const wrapped = withAwsScope(handler, ofA());
		expect(wrapped[STREAMING]).toBe("response");
		expect(wrapped.version).toBe(2);
		expect(wrapped.name).toBe("serve");
		expect(wrapped).toHaveLength(0);
		expect(handler).toHaveLength(3);
	});

	test("accessors and hidden properties as they are", () => {
		const handler = (): undefined => undefined;
		let reads = 0;
		Object.defineProperty(handler, "reads", { get: () => ++reads, configurable: true });
		Object.defineProperty(handler, "hidden", { value: 1, enumerable: false });
		const wrapped = withAwsScope(handler, ofA()) as typeof handler & { reads: number; hidden: number };
		expect(reads).toBe(0);
		expect([wrapped.reads, wrapped.reads, wrapped.hidden]).toEqual([1, 2, 1]);
		expect(Object.keys(wrapped)).toEqual([]);
	});

	test("being synchronous, or not", async () => {
		expect(withAwsScope(() => seen(), ofA())()).toBe(A);
		expect(withAwsScope(seen, ofA)()).toBe(A);
		const later = withAwsScope(async () => seen(), ofA())();
		expect(later).toBeInstanceOf(Promise);
		expect(await later).toBe(A);
		const found = withAwsScope(seen, async () => ofA())();
		expect(found).toBeInstanceOf(Promise);
		expect(await found).toBe(A);
	});

	test("what it throws, at once or later", async () => {
		const error = new Error("mine");
		const fails = (): never => {
			throw error;
		};
		expect(await failure(() => withAwsScope(fails, ofA())())).toBe(error);
		expect(await failure(() => withAwsScope(async () => fails(), ofA())())).toBe(error);
		expect(seen()).toBeUndefined();
	});

	test("methods that return it: what is chained after wrapping stays wrapped", () => {
		const hooks: string[] = [];
		const handler = Object.assign((): string | undefined => seen(), {
			use(this: unknown, hook: string) {
				hooks.push(hook);
				return this === handler ? handler : undefined;
			},
			count: () => hooks.length,
		});
		const wrapped = withAwsScope(handler, ofA());
		const chained = wrapped.use("one")?.use("two");
		expect(chained).toBe(wrapped);
		expect(hooks).toEqual(["one", "two"]);
		expect(wrapped.count()).toBe(2);
		expect(chained?.()).toBe(A);
	});
});

describe("each call", () => {
	test("runs in a scope of its own, however many are open", async () => {
		const bothOpen = barrier(2);
		const handler = withAwsScope(
			async (_event: { tenant: string }) => {
				await bothOpen();
				return (await clients.dynamodb().listTables({})).TableNames?.[0];
			},
			(event) => ({ account: event.tenant, accounts: all.accounts }),
		);
		expect(await Promise.all([handler({ tenant: A }), handler({ tenant: B })])).toEqual([A, B]);
	});

	test("leaves nothing to its caller, and its unfinished work keeps its scope", async () => {
		const returned = gate();
		const left: Promise<unknown>[] = [];
		const handler = withAwsScope(async () => {
			left.push(returned.opened.then(() => clients.dynamodb().listTables({})));
		}, ofA());
		await runInAwsScope(all.accounts(B), async () => {
			await handler();
			expect(seen()).toBe(B);
			returned.open();
			expect(await Promise.all(left)).toMatchObject([{ TableNames: [A] }]);
		});
	});

	test("opens its scope inside the caller's", () => {
		const handler = withAwsScope(() => currentAwsScope(), { region: "eu-west-1" });
		expect(handler()).toMatchObject({ session: defaultSession(), region: "eu-west-1" });
		expect(runInAwsScope(ofA(), handler)).toMatchObject({ account: A, region: "eu-west-1" });
	});
});

describe("a generator", () => {
	test("runs each of its steps in its scope, and the consumer in its own", async () => {
		const events: (string | undefined)[] = [];
		const numbers = withAwsScope(async function* (count: number) {
			try {
				for (let number = 0; number < count; number += 1) {
					events.push(seen());
					await turn();
					yield (await clients.dynamodb().listTables({})).TableNames?.[0];
				}
			} finally {
				events.push(`end ${seen()}`);
			}
		}, ofA());
		await runInAwsScope(all.accounts(B), async () => {
			for await (const account of numbers(2)) {
				expect(account).toBe(A);
				expect(seen()).toBe(B);
			}
			expect(events).toEqual([A, A, `end ${A}`]);
			// Left early, it also cleans up in its scope.
			for await (const _ of numbers(2)) break;
			expect(events.slice(3)).toEqual([A, `end ${A}`]);
		});
	});

	test("may be synchronous, is iterable, and takes values and errors in its scope", () => {
		const steps = withAwsScope(function* (): Generator<string, string, string> {
			let given = "";
			try {
				for (;;) given = yield `${seen()} ${given}`;
			} catch (error) {
				return `${seen()} ${(error as Error).message}`;
			}
		}, ofA());
		const iterator = steps();
		expect(iterator.next().value).toBe(`${A} `);
		expect(iterator.next("x").value).toBe(`${A} x`);
		expect(seen()).toBeUndefined();
		expect(iterator.throw(new Error("stop"))).toEqual({ done: true, value: `${A} stop` });
		expect(steps()[Symbol.iterator]().next().value).toBe(`${A} `);
	});

	test("whose scope is found asynchronously comes as a promise of the generator", async () => {
		const steps = withAwsScope(
			async function* () {
				yield seen();
			},
			async () => ofA(),
		);
		const values = [];
		for await (const value of await (steps() as unknown as Promise<ReturnType<typeof steps>>)) values.push(value);
		expect(values).toEqual([A]);
	});
});

describe("the function that finds the spec", () => {
	test("is given the handler's arguments, for each call once", async () => {
		const find = vi.fn(async (tenant: string, _more: number) => ({ account: tenant, accounts: all.accounts }));
		const handler = withAwsScope(async (_tenant: string, more: number) => [seen(), more], find);
		expect(await handler(A, 1)).toEqual([A, 1]);
		expect(await handler(B, 2)).toEqual([B, 2]);
		expect(find.mock.calls).toEqual([
			[A, 1],
			[B, 2],
		]);
	});

	test("runs as the process itself where no scope surrounds it, also in a process that acts for tenants", async () => {
		runInAwsScope(ofA(), () => undefined);
		let found: unknown;
		const handler = withAwsScope(seen, async () => {
			await turn();
			found = currentAwsScope().session;
			const [account = ""] = (await clients.dynamodb().listTables({})).TableNames ?? [];
			expect(account).toBe(all.aws.accounts[0]);
			return ofA();
		});
		expect(await handler()).toBe(A);
		expect(found).toBe(defaultSession());
	});

	test("runs in the scope that surrounds it, and does not leave it changed", async () => {
		await runInAwsScope(all.accounts(B), async () => {
			const handler = withAwsScope(
				() => currentAwsScope(),
				async () => {
					expect(seen()).toBe(B);
					return { region: "eu-west-1" };
				},
			);
			expect(await handler()).toMatchObject({ account: B, region: "eu-west-1" });
			expect(currentAwsScope()).toMatchObject({ account: B, region: undefined });
		});
	});

	test("keeps the handler from running when it fails, at once or later", async () => {
		const handle = vi.fn();
		const error = new Error("no such tenant");
		const fail = (): never => {
			throw error;
		};
		expect(await failure(() => withAwsScope(handle, fail)())).toBe(error);
		expect(await failure(() => withAwsScope(handle, async () => fail())())).toBe(error);
		expect(handle).not.toHaveBeenCalled();
	});

	test("keeps an async generator one, whose first value waits for the tenant who is looked up", async () => {
		const looked = gate();
		const pages = withAwsScope(
			async function* (count: number) {
				for (let page = 0; page < count; page += 1) {
					await turn();
					yield `${page} of ${seen()}`;
				}
			},
			async () => {
				await looked.opened;
				return ofA();
			},
		);
		const found: string[] = [];
		const reading = (async () => {
			for await (const page of pages(2)) found.push(page);
		})();
		await turn();
		expect(found).toEqual([]);
		looked.open();
		await reading;
		expect(found).toEqual([`0 of ${A}`, `1 of ${A}`]);
	});

	test("is told of by an async generator when it is asked for a value, if it fails", async () => {
		const error = new Error("no such tenant");
		const pages = withAwsScope(
			async function* () {
				yield seen();
			},
			async () => {
				throw error;
			},
		);
		const [, asked] = [pages(), pages()];
		await turn();
		expect(await failure(asked.next())).toBe(error);
		expect(await asked.next()).toEqual({ done: true, value: undefined });
	});

	test.each<[string, () => unknown]>([
		[
			"throws",
			() => {
				throw new Error("no such tenant");
			},
		],
		[
			"rejects",
			async () => {
				throw new Error("no such tenant");
			},
		],
		["names nobody", () => ({ region: "eu-west-1" })],
		["finds nobody after a while", async () => undefined],
		["names an account that was not found", () => ({ account: undefined })],
		["names an account that is none after a while", async () => ({ account: "1" })],
		["names an account of which nobody knows the role", () => ({ account: A })],
	])("that %s leaves no process behind that acts as itself", async (_, find) => {
		clients.dynamodb();
		await failure(async () => withAwsScope(() => {}, find as never)());
		expect(await failure(() => clients.dynamodb())).toMatchObject({ code: "LOST_SCOPE" });
	});

	test("may leave the identity to the handler", () => {
		const handler = withAwsScope(
			() => seen(),
			() => ({ bindLater: true }),
		);
		expect(handler()).toBeUndefined();
	});
});

test.each<[string, object, RegExp]>([
	["a misspelt option", { regoin: "eu-west-1" }, /has no option "regoin"/],
	["a region that is none", { region: "EU" }, /takes a region such as/],
	["an account that was not found", { account: undefined }, /was given account: undefined/],
	["an account that is none", { account: "1" }, /account/],
	["an identity and a later one", { account: A, bindLater: true }, /takes bindLater or an identity/],
	["two identities", { account: A, session: {} }, /takes session or account, not both/],
])("%s is told of where the handler is wrapped", (_, spec, message) => {
	expect(() => withAwsScope(() => {}, spec as never)).toThrow(message);
});
