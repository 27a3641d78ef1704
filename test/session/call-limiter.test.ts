/** How many STS calls are under way at once, and who goes first. */

import { expect, test } from "vitest";
import { CallLimiter } from "../../src/session/call-limiter.js";
import { gate } from "../helpers/barrier.js";
import { failure } from "../helpers/pool.js";
import { settle } from "../helpers/time.js";

const attempt = (urgent = false) => ({ force: false, urgent, abandoned: false });

/** Calls that are held until they are let go, in the order in which they began. */
function held(limiter: CallLimiter) {
	const begun: string[] = [];
	const gates = new Map<string, ReturnType<typeof gate>>();
	return {
		begun,
		call(name: string, by = attempt()) {
			const own = gate();
			gates.set(name, own);
			return limiter.run(by, async () => {
				begun.push(name);
				await own.opened;
			});
		},
		async end(name: string) {
			gates.get(name)?.open();
			await settle();
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

test("a throttle halves the number, and each success gives one back", async () => {
	const limiter = new CallLimiter(16);
	for (let n = 0; n < 2; n += 1) limiter.throttled();
	const { begun, call, end } = held(limiter);
	for (let n = 0; n < 16; n += 1) void call(String(n));
	expect(begun).toHaveLength(4);
	await end("0");
	expect(begun).toHaveLength(6);
	await end("1");
	expect(begun).toHaveLength(8);
});

test("no throttle stops it altogether", async () => {
	const limiter = new CallLimiter(16);
	for (let n = 0; n < 20; n += 1) limiter.throttled();
	expect(await limiter.run(attempt(), async () => "done")).toBe("done");
});

test("an attempt that was abandoned in the queue makes no call, and frees its place", async () => {
	const limiter = new CallLimiter(1);
	const { begun, call, end } = held(limiter);
	void call("running");
	const late = attempt();
	const refused = failure(call("late", late));
	void call("next");
	late.abandoned = true;
	await end("running");
	expect((await refused).message).toContain("too long");
	expect(begun).toEqual(["running", "next"]);
});

test("a call that fails frees its place", async () => {
	const limiter = new CallLimiter(1);
	await failure(limiter.run(attempt(), async () => Promise.reject(new Error("no"))));
	expect(await limiter.run(attempt(), async () => "done")).toBe("done");
});
