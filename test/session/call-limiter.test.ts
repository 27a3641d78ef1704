/** How many STS calls are under way at once, who goes first, and how the places are shared. */

import { afterEach, beforeEach, expect, test } from "vitest";
import { CallLimiter, NoTurnError, type Sharer } from "../../src/session/call-limiter.js";
import { gate } from "../helpers/barrier.js";
import { failure } from "../helpers/pool.js";
import { type TestTime, testTime } from "../helpers/time.js";

let time: TestTime;
beforeEach(() => {
	time = testTime();
});
afterEach(() => time[Symbol.dispose]());

const attempt = (urgent = false, timeLeft = 10_000) => ({
	force: false,
	urgent,
	abandoned: false,
	waiting: false,
	timeLeft,
});
const throttle = () => Object.assign(new Error("Rate exceeded"), { name: "Throttling" });

/** Calls that are held until they are ended, in the order in which they began. */
function held(limiter: CallLimiter) {
	const begun: string[] = [];
	const gates = new Map<string, ReturnType<typeof gate>>();
	const errors = new Map<string, Error>();
	return {
		begun,
		/** By default each call is for a role of its own, by one caller. */
		call(name: string, by = attempt(), { role = name, caller = "caller" }: Partial<Sharer> = {}): Promise<unknown> {
			const own = gate();
			gates.set(name, own);
			const done = limiter.run(by, { role, caller }, async () => {
				begun.push(name);
				await own.opened;
				const error = errors.get(name);
				if (error !== undefined) throw error;
			});
			done.catch(() => undefined);
			return done;
		},
		async end(name: string, error?: Error) {
			if (error !== undefined) errors.set(name, error);
			gates.get(name)?.open();
			await time.advance(0);
		},
	};
}

test("so many at once, the others in their order", async () => {
	const { begun, call, end } = held(new CallLimiter(2));
	for (const name of ["a", "b", "c", "d"]) void call(name);
	expect(begun).toEqual(["a", "b"]);
	await end("b");
	expect(begun).toEqual(["a", "b", "c"]);
	await end("a");
	expect(begun).toEqual(["a", "b", "c", "d"]);
});

test("those that callers wait for go first, also when the callers came later than the attempt", async () => {
	const { begun, call, end } = held(new CallLimiter(1));
	void call("running");
	void call("background");
	const joined = attempt();
	void call("joined", joined);
	void call("urgent", attempt(true));
	joined.urgent = true;
	await end("running");
	await end("joined");
	await end("urgent");
	expect(begun).toEqual(["running", "joined", "urgent", "background"]);
});

test("after three that callers wait for comes one that nobody waits for", async () => {
	const { begun, call, end } = held(new CallLimiter(1));
	void call("running");
	void call("background");
	for (let n = 0; n < 5; n += 1) void call(`urgent ${n}`, attempt(true));
	for (const name of ["running", "urgent 0", "urgent 1", "urgent 2", "background"]) await end(name);
	expect(begun).toEqual(["running", "urgent 0", "urgent 1", "urgent 2", "background", "urgent 3"]);
});

test("a burst of throttled calls halves the limit once", async () => {
	const { begun, call, end } = held(new CallLimiter(16));
	for (let n = 0; n < 16; n += 1) void call(`first ${n}`);
	for (let n = 0; n < 16; n += 1) void call(`second ${n}`);
	for (let n = 0; n < 16; n += 1) await end(`first ${n}`, throttle());
	expect(begun.filter((name) => name.startsWith("second"))).toHaveLength(8);
	// Those began under the new limit, so what STS says of them counts; still each burst counts once.
	for (let n = 0; n < 8; n += 1) await end(`second ${n}`, throttle());
	expect(begun.filter((name) => name.startsWith("second"))).toHaveLength(12);
});

test("calls that began before the limit was halved give nothing back", async () => {
	const { begun, call, end } = held(new CallLimiter(16));
	for (let n = 0; n < 32; n += 1) void call(String(n));
	await end("0", throttle());
	for (let n = 1; n < 16; n += 1) await end(String(n));
	expect(begun).toHaveLength(16 + 8);
	await end("16");
	expect(begun).toHaveLength(16 + 8 + 2);
});

test("no throttle takes more than three quarters of the places, and each success gives one back", async () => {
	const limiter = new CallLimiter(16);
	for (let n = 0; n < 20; n += 1) {
		await failure(limiter.run(attempt(), { role: "r", caller: "c" }, () => Promise.reject(throttle())));
	}
	const { begun, call, end } = held(limiter);
	for (let n = 0; n < 16; n += 1) void call(String(n));
	expect(begun).toHaveLength(4);
	await end("0");
	expect(begun).toHaveLength(6);
	await end("1");
	expect(begun).toHaveLength(8);
});

test("a caller, and a role, that holds its part of the places waits for those who hold less, also with urgent attempts", async () => {
	const { begun, call, end } = held(new CallLimiter(4));
	for (let n = 0; n < 9; n += 1) void call(`a${n}`, attempt(true), { role: "A", caller: "one" });
	void call("b", attempt(), { role: "B", caller: "one" });
	void call("c0", attempt(), { role: "C", caller: "two" });
	void call("c1", attempt(), { role: "C", caller: "two" });
	expect(begun).toEqual(["a0", "a1", "a2", "a3"]);
	await end("a0");
	expect(begun.slice(4)).toEqual(["c0"]);
	await end("a1");
	expect(begun.slice(5)).toEqual(["c1"]);
	await end("a2");
	expect(begun.slice(6)).toEqual(["b"]);
	// Nobody else waits, so the rest is theirs.
	await end("b");
	await end("c0");
	expect(begun.slice(7)).toEqual(["a4", "a5"]);
});

test("roles whose calls hang leave a quarter of the places to others, until a call of theirs ends well", async () => {
	const { begun, call, end } = held(new CallLimiter(4));
	for (let n = 0; n < 4; n += 1) void call(`hangs ${n}`, attempt(true), { role: `H${n}` });
	await time.advance(5_000);
	for (let n = 0; n < 4; n += 1) await end(`hangs ${n}`, new Error("timed out"));
	for (let n = 0; n < 4; n += 1) void call(`again ${n}`, attempt(true), { role: `H${n}` });
	expect(begun.slice(4)).toEqual(["again 0", "again 1", "again 2"]);
	void call("good");
	expect(begun.slice(7)).toEqual(["good"]);
	await end("again 0");
	expect(begun.slice(8)).toEqual(["again 3"]);
	await end("good");
	void call("recovered", attempt(), { role: "H0" });
	expect(begun.slice(9)).toEqual(["recovered"]);
});

test("an attempt whose patience ends in the queue leaves it at once, without a call", async () => {
	const { begun, call, end } = held(new CallLimiter(1));
	void call("running");
	const late = attempt(true, 3_000);
	const refused = failure(call("late", late));
	const next = attempt();
	void call("next", next);
	expect([late.waiting, next.waiting]).toEqual([true, true]);
	await time.advance(3_000);
	expect(await refused).toBeInstanceOf(NoTurnError);
	expect(late.waiting).toBe(false);
	await end("running");
	expect(begun).toEqual(["running", "next"]);
	expect(next.waiting).toBe(false);
	expect(time.timers(), "timers of attempts that wait no more").toBe(0);
});

test("an attempt that was abandoned in the queue makes no call, and takes no place", async () => {
	const { begun, call, end } = held(new CallLimiter(1));
	void call("running");
	const late = attempt(true, Number.POSITIVE_INFINITY);
	const refused = failure(call("late", late));
	void call("next");
	late.abandoned = true;
	await end("running");
	expect(await refused).toBeInstanceOf(NoTurnError);
	expect(begun).toEqual(["running", "next"]);
});

test("a call that fails frees its place", async () => {
	const limiter = new CallLimiter(1);
	const by = { role: "r", caller: "c" };
	await failure(limiter.run(attempt(), by, async () => Promise.reject(new Error("no"))));
	expect(await limiter.run(attempt(), by, async () => "done")).toBe("done");
});
