/** Ends before all targets are done: break, a signal, the first error, a source that fails. */

import { expect, test } from "vitest";
import { accountsInRegions, fanOut } from "../../fan-out/index.js";
import { eventually, gate } from "../helpers/barrier.js";
import { failure } from "../helpers/pool.js";
import { hang, ids, many, type Numbered } from "./targets.js";

/** A source that tells when it was closed. */
function closable(targets: readonly Numbered[]) {
	const seen = { closed: 0, read: 0 };
	function* source() {
		try {
			for (const target of targets) {
				seen.read += 1;
				yield target;
			}
		} finally {
			seen.closed += 1;
		}
	}
	return { seen, source: source() };
}

test("break aborts what runs, closes the source, and waits until nothing runs", async () => {
	const { seen, source } = closable(many(1_000));
	const reasons: string[] = [];
	let running = 0;
	const run = fanOut(
		source,
		async ({ id }, { signal }) => {
			if (id === 0) return;
			running += 1;
			try {
				await hang(signal);
			} catch (error) {
				// As a request that ends a little after its abort.
				await new Promise((resolve) => setImmediate(resolve));
				reasons.push((error as Error).name);
				throw error;
			} finally {
				running -= 1;
			}
		},
		{ concurrency: 10 },
	);
	for await (const { target } of run) {
		expect(target.id).toBe(0);
		await eventually(() => expect(running).toBe(10));
		break;
	}
	expect(running).toBe(0);
	expect(reasons).toEqual(Array(10).fill("AbortError"));
	expect(seen.closed).toBe(1);
	expect(run.progress.running).toBe(0);
	expect(await run.next()).toEqual({ done: true, value: undefined });
	expect(seen.read).toBeLessThan(200);
});

test("await using ends it, and a fan-out that was never read runs nothing", async () => {
	let started = 0;
	const { seen, source } = closable(many(10));
	{
		await using run = fanOut(source, () => ++started);
		expect(run.progress.running).toBe(0);
	}
	expect([started, seen.read]).toEqual([0, 0]);
});

test("a signal aborts the tasks, whose targets are reported, and then throws its reason", async () => {
	const controller = new AbortController();
	const { seen, source } = closable(many(100));
	const run = fanOut(source, ({ id }, { signal }) => (id < 3 ? id : hang(signal)), {
		concurrency: 10,
		signal: controller.signal,
	});
	const results: string[] = [];
	const error = await failure(async () => {
		for await (const result of run) {
			results.push(`${result.target.id} ${result.status}`);
			if (results.length !== 3) continue;
			await eventually(() => expect(run.progress.running).toBe(10));
			controller.abort(new Error("enough"));
		}
	});
	expect(error.message).toBe("enough");
	expect(results.slice(0, 3)).toEqual(["0 fulfilled", "1 fulfilled", "2 fulfilled"]);
	expect(results.slice(3)).toEqual(Array.from({ length: 10 }, (_, index) => `${index + 3} rejected`));
	expect(seen.closed).toBe(1);
	expect((await run.next()).done).toBe(true);
});

test("a signal that is aborted already starts nothing", async () => {
	let started = 0;
	const run = fanOut(many(3), () => ++started, { signal: AbortSignal.abort(new Error("too late")) });
	expect((await failure(run.collect())).message).toBe("too late");
	expect(started).toBe(0);
});

test("nothing listens to the signal after the end", async () => {
	const { signal } = new AbortController();
	const listening = new Set<unknown>();
	const { addEventListener, removeEventListener } = signal;
	signal.addEventListener = (...args: Parameters<typeof addEventListener>) => {
		listening.add(args[1]);
		addEventListener.apply(signal, args);
	};
	signal.removeEventListener = (...args: Parameters<typeof removeEventListener>) => {
		listening.delete(args[1]);
		removeEventListener.apply(signal, args);
	};
	const run = fanOut(many(3), () => expect(listening.size).toBe(1), { signal });
	expect((await run.collect()).rejected).toEqual([]);
	expect(listening.size).toBe(0);
});

test("with stopOnError, the first failure ends it and is thrown", async () => {
	const run = fanOut(
		many(50),
		({ id }, { signal }) => {
			if (id === 2) throw new Error("two");
			return id < 2 ? id : hang(signal);
		},
		{ concurrency: 5, stopOnError: true },
	);
	const results: number[] = [];
	const error = await failure(async () => {
		for await (const { target } of run) results.push(target.id);
	});
	expect(error.message).toBe("two");
	expect(results.slice(0, 3)).toEqual([0, 1, 2]);
	expect(run.progress).toMatchObject({ done: 2, running: 0 });
});

test("without it, all others are done", async () => {
	const { fulfilled, rejected } = await fanOut(many(50), ({ id }) => {
		if (id % 10 === 2) throw new Error(String(id));
		return id;
	}).collect();
	expect(fulfilled).toHaveLength(45);
	expect(ids(rejected)).toEqual([2, 12, 22, 32, 42]);
	expect(rejected[1]).toMatchObject({ status: "rejected", error: new Error("12"), attempts: 1 });
});

test("if the source fails, what was read before is finished, and then its error is thrown", async () => {
	async function* source() {
		yield* many(5);
		throw new Error("Organizations is down");
	}
	const seen: number[] = [];
	const error = await failure(async () => {
		for await (const { target } of fanOut(source(), () => undefined)) seen.push(target.id);
	});
	expect(seen).toEqual([0, 1, 2, 3, 4]);
	expect(error.message).toBe("Organizations is down");
});

test("a target that is not valid is reported, and the others are done", async () => {
	const [good] = many(1);
	const targets = [good, { account: 1 }, "111111111111", { session: undefined }, { acount: "1" }, undefined];
	const { fulfilled, rejected } = await fanOut(targets as never[], () => 1).collect();
	expect(fulfilled).toHaveLength(1);
	expect(rejected.map(({ error }) => (error as { code?: string }).code)).toEqual([
		"INVALID_OPTION",
		"INVALID_OPTION",
		"TENANT_NOT_FOUND",
		"INVALID_OPTION",
		"TENANT_NOT_FOUND",
	]);
	expect(rejected[0]?.attempts).toBe(0);
});

test.each([
	[{ concurrency: 0 }, "concurrency"],
	[{ perAccount: 1.5 }, "perAccount"],
	[{ perRegion: "2" }, "perRegion"],
	[{ retry: -1 }, "retry"],
	[{ timeoutMs: 0 }, "timeoutMs"],
	[{ signal: {} }, "signal"],
	[{ ordered: 1 }, "ordered"],
	[{ stopOnError: "no" }, "stopOnError"],
	[{ accounts: {} }, "accounts"],
	[{ parallel: 5 }, "parallel"],
])("refuses %o", (options, name) => {
	expect(() => fanOut([], () => 1, options as object)).toThrow(new RegExp(`fanOut\\(.*${name}`));
});

test.each([[undefined], ["111111111111"], [{ account: "111111111111" }]])("refuses %o as targets", (targets) => {
	expect(() => fanOut(targets as never, () => 1)).toThrow(
		/fanOut\(\) takes an array, an iterable or an async iterable/,
	);
});

test("a task that ignores its signal doesn't hold up its slot after its time", async () => {
	const never = gate();
	const run = fanOut(many(5), async ({ id }) => (id < 2 ? never.opened : undefined), { concurrency: 2, timeoutMs: 20 });
	const { fulfilled, rejected } = await run.collect();
	expect(ids(fulfilled)).toEqual([2, 3, 4]);
	expect(ids(rejected)).toEqual([0, 1]);
	expect(rejected[0]?.error).toMatchObject({ name: "TimeoutError" });
	never.open();
});

test("a task that aborts the signal before its first await is aborted, reported and waited for", async () => {
	const controller = new AbortController();
	let ended = 0;
	const run = fanOut(
		many(5),
		async ({ id }, { signal }) => {
			if (id === 1) controller.abort(new Error("enough"));
			await (signal.aborted ? Promise.reject(signal.reason) : hang(signal)).finally(async () => {
				await new Promise((resolve) => setImmediate(resolve));
				ended += 1;
			});
		},
		{ concurrency: 3, signal: controller.signal },
	);
	const results: string[] = [];
	const error = await failure(async () => {
		for await (const { target, status } of run) results.push(`${target.id} ${status}`);
	});
	expect(error.message).toBe("enough");
	expect(results).toEqual(["0 rejected", "1 rejected"]);
	expect(ended).toBe(2);
});

test.each(["break", "signal"])("a source that fails when it is closed doesn't keep a %s from ending", async (how) => {
	const controller = new AbortController();
	const source = {
		[Symbol.iterator]: () => ({
			next: () => ({ done: false, value: many(1)[0] as Numbered }),
			return: () => {
				throw new Error("cannot close");
			},
		}),
	};
	const run = fanOut(source, () => 1, { signal: controller.signal });
	const error = await failure(async () => {
		for await (const _ of run) {
			if (how === "break") break;
			controller.abort(new Error("enough"));
		}
		throw new Error("left");
	});
	expect(error.message).toBe(how === "break" ? "left" : "enough");
});

test("with stopOnError, nothing is read after a target that is not valid", async () => {
	let read = 0;
	const source = {
		[Symbol.iterator]: () => ({
			next: () => {
				read += 1;
				return { done: false, value: (read === 2 ? { account: "1" } : many(1)[0]) as Numbered };
			},
		}),
	};
	const error = await failure(fanOut(source, () => 1, { stopOnError: true }).collect());
	expect(error).toMatchObject({ code: "INVALID_OPTION" });
	expect(read).toBe(2);
});

test("it can be read once: later loops and collect() get nothing", async () => {
	const run = fanOut(many(3), ({ id }) => id);
	for await (const _ of run);
	for await (const _ of run) expect.unreachable();
	expect(await run.collect()).toEqual({ fulfilled: [], rejected: [], denied: [] });
	expect(run.progress.done).toBe(3);
});

test("in order, with stopOnError, earlier targets come first and then the error", async () => {
	const run = fanOut(
		many(20),
		({ id }, { signal }) => {
			if (id === 4) throw new Error("four");
			return id < 2 ? id : hang(signal);
		},
		{ concurrency: 10, ordered: true, stopOnError: true },
	);
	const results: string[] = [];
	const error = await failure(async () => {
		for await (const { target, status } of run) results.push(`${target.id} ${status}`);
	});
	expect(error.message).toBe("four");
	expect(results.slice(0, 5)).toEqual(["0 fulfilled", "1 fulfilled", "2 rejected", "3 rejected", "4 rejected"]);
});

test.each([
	["111111111111", ["us-east-1"]],
	[["111111111111"], "us-east-1"],
	[undefined, []],
	[[], 1],
])("accountsInRegions(%j, %j) is refused", (accounts, regions) => {
	expect(() => accountsInRegions(accounts as never, regions as never)).toThrow(
		/accountsInRegions\(\) takes an array, an iterable or an async iterable of (accounts|regions)/,
	);
});
