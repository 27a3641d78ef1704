/** The engine that keeps one session's credentials alive: shared attempts, patience, hung sources, clocks. */

import { getEventListeners } from "node:events";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { NoTurnError } from "../../src/session/call-limiter.js";
import { CredentialKeeper } from "../../src/session/credential-keeper.js";
import type { CredentialOptions } from "../../src/session/credential-options.js";
import { failure } from "../helpers/pool.js";
import { scale } from "../helpers/scale.js";
import { HOUR, MINUTE, SECOND, settle, type TestTime, testTime } from "../helpers/time.js";
import { failing, fakeOwner, fakeSource, issue } from "./fake-source.js";

let time: TestTime;
beforeEach(() => {
	time = testTime();
});
afterEach(() => {
	expect(time.timers(), "timers left behind").toBe(0);
	time[Symbol.dispose]();
});

/** A keeper that holds KEY-1, so many seconds old. */
async function aged(seconds: number, source = fakeSource()) {
	const keeper = new CredentialKeeper(source, fakeOwner);
	await keeper.get();
	await time.advance(seconds * SECOND);
	return { keeper, source };
}

describe("the warm path", () => {
	test("gives the very same resolved promise while the credentials are fresh", async () => {
		const { keeper } = await aged(60);
		expect(keeper.get()).toBe(keeper.get());
		expect(keeper.get({})).toBe(keeper.get());
	});

	test("gives frozen credentials, all parts of one answer", async () => {
		const { keeper } = await aged(0);
		const value = await keeper.get();
		expect(Object.isFrozen(value)).toBe(true);
		expect(value).toMatchObject({ accessKeyId: "KEY-1", secretAccessKey: "secret-1", sessionToken: "token-1" });
	});
});

describe("callers who wait for one attempt", () => {
	test("64 of them, 63 abort: one attempt, one answer, no listener left behind", async () => {
		const source = fakeSource();
		source.answer = "hang";
		const keeper = new CredentialKeeper(source, fakeOwner);
		const controllers = Array.from({ length: 63 }, () => new AbortController());
		const shared = new AbortController();
		const leaving = controllers.map(({ signal }) => failure(keeper.get({ signal })));
		const staying = keeper.get({ signal: shared.signal });
		await settle();
		for (const controller of controllers) controller.abort(new Error("left"));
		expect((await Promise.all(leaving)).map(({ message }) => message)).toEqual(Array(63).fill("left"));
		expect(getEventListeners(shared.signal, "abort")).toHaveLength(1);
		source.hanging[0]?.(issue(1, 3_600));
		expect(await staying).toMatchObject({ accessKeyId: "KEY-1" });
		expect(source.made).toHaveLength(1);
		for (const { signal } of [...controllers, shared]) expect(getEventListeners(signal, "abort")).toHaveLength(0);
	});

	test("an aborted signal reaches no source", async () => {
		const source = fakeSource();
		const keeper = new CredentialKeeper(source, fakeOwner);
		expect(await failure(keeper.get({ signal: AbortSignal.abort(new Error("gone")) }))).toMatchObject({
			message: "gone",
		});
		expect(source.made).toHaveLength(0);
	});

	test("all of them get the error, and the next attempt waits for its time", async () => {
		const source = fakeSource();
		source.answer = failing("denied");
		const keeper = new CredentialKeeper(source, fakeOwner);
		const errors = await Promise.all(Array.from({ length: 20 }, () => failure(keeper.get())));
		expect(new Set(errors.map(({ cause }) => cause))).toEqual(new Set([source.answer]));
		expect(source.made).toHaveLength(1);
	});

	test("in the advisory window nobody waits for a source that hangs", async () => {
		const { keeper, source } = await aged(2_500);
		source.answer = "hang";
		for (let n = 0; n < 200; n += 1) expect((await keeper.get()).accessKeyId).toBe("KEY-1");
		expect(source.made).toHaveLength(2);
		source.hanging[0]?.(issue(2, 3_600));
		await settle();
		expect((await keeper.get()).accessKeyId).toBe("KEY-2");
	});

	test("in the mandatory window they wait two seconds for a source that hangs, and no longer", async () => {
		const { keeper, source } = await aged(3_570);
		source.answer = "hang";
		const waiting = [keeper.get(), keeper.get()];
		let answered = 0;
		for (const one of waiting) void one.then(() => (answered += 1));
		await time.advance(1_999);
		expect(answered).toBe(0);
		await time.advance(1);
		expect(answered).toBe(2);
		expect(source.made).toHaveLength(2);
		source.hanging[0]?.(issue(2, 3_600));
		await settle();
		expect((await keeper.get()).accessKeyId).toBe("KEY-2");
	});
});

describe("a source that hangs", () => {
	test("is given up after its time, which counts as a failure that callers are told", async () => {
		const source = fakeSource();
		source.answer = "hang";
		const keeper = new CredentialKeeper(source, fakeOwner);
		const asked = failure(keeper.get());
		await time.advance(10 * SECOND);
		expect((await asked).cause).toMatchObject({ message: "The test's session received no response within 10 s." });
		source.answer = "good";
		expect((await failure(keeper.get())).message).toContain("next at");
		await time.advance(1 * SECOND);
		expect((await keeper.get()).accessKeyId).toBe("KEY-1");
	});

	test("answers too late: that answer counts only if it lives longer than what was got since", async () => {
		const { keeper, source } = await aged(2_500);
		source.answer = "hang";
		await keeper.get();
		await time.advance(10.5 * SECOND);
		await keeper.get();
		expect(source.made).toHaveLength(3);
		source.hanging[1]?.(issue(3, 3_600));
		await settle();
		source.hanging[0]?.(issue(2, 3_000));
		await settle();
		expect((await keeper.get()).accessKeyId).toBe("KEY-3");
		// And the other way round.
		await time.advance(2_500 * SECOND);
		await keeper.get();
		await time.advance(10.5 * SECOND);
		await keeper.get();
		source.hanging[3]?.(issue(5, 3_000));
		await settle();
		source.hanging[2]?.(issue(4, 3_600));
		await settle();
		expect((await keeper.get()).accessKeyId).toBe("KEY-4");
	});

	test("fails too late: nobody is told, and no patience is asked for", async () => {
		const { keeper, source } = await aged(2_500);
		source.answer = "hang";
		await keeper.get();
		await time.advance(10.5 * SECOND);
		source.answer = "good";
		await keeper.get();
		await settle();
		source.hanging[0]?.(failing("failed"));
		await settle();
		expect((await keeper.get()).accessKeyId).toBe("KEY-2");
	});

	test("is not waited for longer because the wall clock was stepped back", async () => {
		const source = fakeSource();
		source.answer = "hang";
		const keeper = new CredentialKeeper(source, fakeOwner);
		const asked = failure(keeper.get());
		time.stepWall(-10 * MINUTE);
		await time.advance(10 * SECOND);
		expect((await asked).message).toContain("failed, next at");
	});
});

describe("a frozen process", () => {
	test("has its attempt replaced when it thaws, uncounted", async () => {
		const { keeper, source } = await aged(2_500);
		source.answer = "hang";
		await keeper.get();
		time.freeze(15 * MINUTE);
		source.answer = "good";
		source.hanging[0]?.(failing("failed"));
		await settle();
		await keeper.get();
		await settle();
		expect((await keeper.get()).accessKeyId).toBe("KEY-2");
	});

	test("does not take an answer of before the freeze for fresh", async () => {
		const source = fakeSource();
		source.answer = "hang";
		const keeper = new CredentialKeeper(source, fakeOwner);
		const before = issue(1, 3_600);
		const asked = keeper.get();
		await settle();
		time.freeze(59 * MINUTE);
		source.answer = "good";
		source.hanging[0]?.(before);
		await settle();
		// A minute is left of the hour.
		await asked;
		await time.advance(61 * SECOND);
		expect((await keeper.get()).secretAccessKey).not.toBe("secret-99");
		expect(source.made).toHaveLength(2);
	});

	test("does not serve what expired during the freeze, whatever the monotonic clock says", async () => {
		const { keeper, source } = await aged(60);
		time.freeze(HOUR);
		expect((await keeper.get()).accessKeyId).toBe("KEY-2");
		expect(source.made).toHaveLength(2);
	});
});

describe("a stepped wall clock", () => {
	test("an hour ahead: a refresh, and what is held if that fails, for its age has not changed", async () => {
		const { keeper, source } = await aged(60);
		time.stepWall(HOUR);
		source.answer = failing("denied");
		expect((await keeper.get()).accessKeyId).toBe("KEY-1");
		expect((await keeper.get()).accessKeyId).toBe("KEY-1");
		expect(source.made).toHaveLength(2);
	});

	test("an hour ahead: the refresh is taken when it succeeds, and lives its time", async () => {
		const { keeper, source } = await aged(60);
		time.stepWall(HOUR);
		expect((await keeper.get()).accessKeyId).toBe("KEY-2");
		await time.advance(30 * MINUTE);
		expect((await keeper.get()).accessKeyId).toBe("KEY-2");
		expect(source.made).toHaveLength(2);
	});

	test("an hour back: they are refreshed when their time has come, not an hour later", async () => {
		const { keeper, source } = await aged(60);
		time.stepWall(-HOUR);
		await time.advance(41 * MINUTE);
		await keeper.get();
		await settle();
		expect(source.made).toHaveLength(2);
		await time.advance(HOUR);
		await keeper.get();
		expect(source.made).toHaveLength(3);
	});

	test("back during a back-off: it ends in time", async () => {
		const source = fakeSource();
		source.answer = failing("denied");
		const keeper = new CredentialKeeper(source, fakeOwner);
		await failure(keeper.get());
		time.stepWall(-HOUR);
		source.answer = "good";
		await time.advance(1.25 * SECOND);
		expect((await keeper.get()).accessKeyId).toBe("KEY-1");
	});
});

describe("patience under load", () => {
	/** One caller every 100 ms for so long; gives the moments of the attempts. */
	async function load(keeper: CredentialKeeper, seconds: number, made: () => number): Promise<number[]> {
		const moments: number[] = [];
		const asked: Promise<unknown>[] = [];
		let known = made();
		for (let tick = 0; tick < seconds * 10; tick += 1) {
			asked.push(keeper.get().catch(() => undefined));
			await time.advance(100);
			for (; known < made(); known += 1) moments.push(tick / 10);
		}
		await Promise.all(asked);
		return moments;
	}

	test.each(scale([1], [1, 2, 3, 4]))(
		"a source down for 375 s sees at most 18 attempts, ever fewer (seed %d)",
		async (seed) => {
			time[Symbol.dispose]();
			time = testTime({ seed });
			const { keeper, source } = await aged(525, fakeSource({ lifetime: 900 }));
			source.answer = failing("failed");
			const moments = await load(keeper, 374, () => source.made.length);
			expect(moments.length).toBeLessThanOrEqual(18);
			expect(moments.length).toBeGreaterThanOrEqual(8);
			const half = moments.filter((moment) => moment < 187).length;
			expect(moments.length - half).toBeLessThan(half);
			expect(keeper.state).toMatchObject({ state: "valid", accessKeyId: "KEY-1" });
		},
	);

	test("a denied role sees at most 8 calls of 500 requests in a minute", async () => {
		const source = fakeSource();
		source.answer = failing("denied");
		const keeper = new CredentialKeeper(source, fakeOwner);
		const errors: unknown[] = [];
		for (let n = 0; n < 500; n += 1) {
			errors.push((await failure(keeper.get())).cause);
			await time.advance(120);
		}
		expect(source.made.length).toBeLessThanOrEqual(8);
		expect(source.made.length).toBeGreaterThanOrEqual(5);
		expect(new Set(errors)).toEqual(new Set([source.answer]));
	});

	test("expired, a source that comes back is found within five seconds", async () => {
		const { keeper, source } = await aged(3_601);
		source.answer = failing("failed");
		await load(keeper, 120, () => source.made.length);
		source.answer = "good";
		const [first = Infinity] = await load(keeper, 10, () => source.made.length);
		expect(first).toBeLessThanOrEqual(5);
		expect((await keeper.get()).accessKeyId).toBe("KEY-2");
	});

	test("valid, a source that comes back is found within a minute", async () => {
		const { keeper, source } = await aged(2_500);
		source.answer = failing("failed");
		await load(keeper, 300, () => source.made.length);
		source.answer = "good";
		const [first = Infinity] = await load(keeper, 61, () => source.made.length);
		expect(first).toBeLessThanOrEqual(60);
	});

	test("a long back-off shrinks when the credentials expire under it", async () => {
		const { keeper, source } = await aged(3_560);
		source.answer = failing("throttled");
		await load(keeper, 39, () => source.made.length);
		source.answer = "good";
		await time.advance(5 * SECOND);
		expect((await keeper.get()).accessKeyId).toBe("KEY-2");
	});
});

describe("minTtl", () => {
	test("is served from memory when enough is left, and renewed when not", async () => {
		const { keeper, source } = await aged(600);
		expect((await keeper.get({ minTtl: 3_000 })).accessKeyId).toBe("KEY-1");
		expect((await keeper.get({ minTtl: 3_001 })).accessKeyId).toBe("KEY-2");
		expect(source.made).toHaveLength(2);
	});

	test("as long as the lifetime costs one call, not a loop of them", async () => {
		const { keeper, source } = await aged(1);
		expect((await keeper.get({ minTtl: 3_600 })).accessKeyId).toBe("KEY-2");
		expect(source.made).toHaveLength(2);
	});

	test("longer than the lifetime is an error by name, with one call at most", async () => {
		const source = fakeSource();
		const keeper = new CredentialKeeper(source, fakeOwner);
		const error = await failure(keeper.get({ minTtl: 3_601 }));
		expect(error).toMatchObject({ code: "MIN_TTL" });
		expect(error.message).toContain("3601 s");
		await failure(keeper.get({ minTtl: 3_601 }));
		expect(source.made).toHaveLength(1);
	});

	test("that cannot be had because the source is down is that error, and what is held stays", async () => {
		const { keeper, source } = await aged(600);
		source.answer = failing("denied");
		expect((await failure(keeper.get({ minTtl: 3_500 }))).message).toContain("denied");
		expect((await keeper.get()).accessKeyId).toBe("KEY-1");
	});

	test.each([-1, Number.NaN, "soon" as unknown as number])("takes no %s", async (minTtl) => {
		const { keeper } = await aged(0);
		expect(await failure(keeper.get({ minTtl }))).toMatchObject({ code: "INVALID_OPTION" });
	});
});

describe("an attempt that gets no turn to call", () => {
	test("counts as no failure while nobody waits: the next request has it queue again", async () => {
		const { keeper, source } = await aged(45 * 60);
		source.answer = new NoTurnError();
		for (let n = 2; n < 6; n += 1) {
			expect(await keeper.get()).toMatchObject({ accessKeyId: "KEY-1" });
			await settle();
			expect(source.made).toHaveLength(n);
		}
		source.answer = "good";
		await keeper.get();
		await settle();
		expect(await keeper.get()).toMatchObject({ accessKeyId: "KEY-2" });
	});

	test("is an error to those who wait for new credentials", async () => {
		const { keeper, source } = await aged(60);
		source.answer = new NoTurnError();
		const refused = failure(keeper.get({ forceRefresh: true }));
		for (let n = 0; n < 10; n += 1) await time.advance(SECOND);
		expect((await refused).cause).toBe(source.answer);
		expect(await keeper.get()).toMatchObject({ accessKeyId: "KEY-1" });
	});
});

describe("forceRefresh", () => {
	test("by many at once is one attempt", async () => {
		const { keeper, source } = await aged(600);
		const all = await Promise.all(Array.from({ length: 64 }, () => keeper.get({ forceRefresh: true })));
		expect(new Set(all.map(({ accessKeyId }) => accessKeyId))).toEqual(new Set(["KEY-2"]));
		expect(source.made.map(({ force }) => force)).toEqual([false, true]);
	});
});

test("invalidate() forgets what is held and the patience with it", async () => {
	const { keeper, source } = await aged(2_500);
	source.answer = failing("denied");
	await keeper.get();
	await settle();
	keeper.invalidate();
	expect(keeper.state).toEqual({ state: "empty" });
	source.answer = "good";
	expect((await keeper.get()).accessKeyId).toBe("KEY-2");
	expect(keeper.issued("KEY-1")).toBe(true);
});

test("credentials that are as good as expired are never handed out, and do not make a loop of calls", async () => {
	const source = fakeSource({ lifetime: 0.05 });
	const keeper = new CredentialKeeper(source, fakeOwner);
	const options: CredentialOptions = { signal: new AbortController().signal };
	const asked = failure(keeper.get(options));
	for (let n = 0; n < 40; n += 1) await time.advance(50);
	expect((await asked).cause).toMatchObject({ code: "CREDENTIALS_UNAVAILABLE" });
	expect(source.made).toHaveLength(3);
});
