/** Sessions of given credentials and of a user's own provider: asked once, told what is needed, believed as the SDK believes. */

import { afterEach, beforeEach, expect, test } from "vitest";
import { resetAwsScope } from "../../local-aws/index.js";
import { session } from "../../src/index.js";
import { failure } from "../helpers/pool.js";
import { HOUR, MINUTE, SECOND, settle, type TestTime, testTime } from "../helpers/time.js";

let time: TestTime;
beforeEach(() => {
	time = testTime({ hurry: true });
});
afterEach(async () => {
	await resetAwsScope();
	time[Symbol.dispose]();
});

type Answer = { accessKeyId: string; secretAccessKey: string; expiration?: Date } | undefined;

/** A provider that counts. */
function counting(answer: (n: number) => Answer | Promise<Answer>) {
	const calls: unknown[] = [];
	const provider = async ({ callerClientConfig: _, ...options }: Record<string, unknown> = {}) => {
		calls.push(Object.keys(options).length === 0 ? undefined : options);
		return (await answer(calls.length)) as never;
	};
	return { calls, made: session({ credentials: provider }) };
}

const key = (n: number, milliseconds?: number) => ({
	accessKeyId: `AKIA${n}`,
	secretAccessKey: `secret-${n}`,
	...(milliseconds === undefined ? {} : { expiration: new Date(Date.now() + milliseconds) }),
});

test("credentials without an expiry are asked for once and served for ever", async () => {
	const { calls, made } = counting((n) => key(n));
	await Promise.all(Array.from({ length: 20 }, () => made.credentials()));
	await time.advance(1_000 * HOUR);
	expect(made.credentials()).toBe(made.credentials());
	expect(calls).toEqual([undefined]);
});

test("given credentials are the session's, frozen, whole and without a call", async () => {
	const given = { accessKeyId: "AKIA", secretAccessKey: "secret", sessionToken: "token", accountId: "111111111111" };
	const made = session({ credentials: given });
	expect(made.account).toBe("111111111111");
	expect(await made.credentials()).toEqual(given);
	expect(Object.isFrozen(await made.credentials())).toBe(true);
	expect(Object.isFrozen(given)).toBe(false);
	expect(session({ credentials: { ...given } })).toBe(made);
});

test("a provider's expiry is taken as given: it is asked again, past its own memory, before that", async () => {
	const { calls, made } = counting((n) => key(n, 15 * MINUTE));
	await made.credentials();
	await time.advance(8 * MINUTE);
	await made.credentials();
	expect(calls).toHaveLength(1);
	await time.advance(3 * MINUTE);
	expect((await made.credentials()).accessKeyId).toBe("AKIA1");
	await settle();
	expect((await made.credentials()).accessKeyId).toBe("AKIA2");
	expect(calls).toEqual([undefined, { forceRefresh: true }]);
});

test("an expiry that was stamped anew on the same key is progress", async () => {
	const { calls, made } = counting(() => key(1, 15 * MINUTE));
	for (let minute = 0; minute < 60; minute += 1) {
		expect((await made.credentials()).accessKeyId).toBe("AKIA1");
		await time.advance(MINUTE);
	}
	expect(calls.length).toBeGreaterThanOrEqual(5);
	expect(calls.length).toBeLessThanOrEqual(8);
});

test("given credentials are served past their expiry, as by the SDK: this machine's clock may be wrong", async () => {
	const made = session({ credentials: key(1, 10 * MINUTE) });
	for (let second = 0; second < 1_200; second += 10) {
		expect((await made.credentials()).accessKeyId).toBe("AKIA1");
		await time.advance(10 * SECOND);
	}
	expect(made.toJSON()["state"]).toBe("expired");
});

test("a provider that has nothing new is asked again after a fourth of the time to its expiry, then since that", async () => {
	const only = key(1, 20 * MINUTE);
	const { calls, made } = counting(() => only);
	for (let second = 0; second < 1_200; second += 1) {
		expect((await made.credentials()).accessKeyId).toBe("AKIA1");
		await time.advance(SECOND);
	}
	expect(calls.length).toBeLessThanOrEqual(30);
	const expired = calls.length;
	for (let second = 0; second < 1_200; second += 1) {
		expect((await made.credentials()).accessKeyId).toBe("AKIA1");
		await time.advance(SECOND);
	}
	expect(calls.length - expired).toBeLessThanOrEqual(50);
	expect(calls.length - expired).toBeGreaterThanOrEqual(20);
});

test("credentials that look expired when they come are served, and their successors as soon as the provider has them", async () => {
	const { calls, made } = counting((n) => key(n, -10 * MINUTE));
	const served = new Set<string>();
	for (let second = 0; second < 600; second += 1) {
		served.add((await made.credentials()).accessKeyId);
		await time.advance(SECOND);
	}
	expect(served.size).toBe(calls.length);
	expect(calls.length).toBeLessThanOrEqual(12);
	expect(calls.length).toBeGreaterThanOrEqual(9);
});

test("credentials that looked expired when they came are served while their provider is down", async () => {
	const { made } = counting((n) => (n === 1 ? key(1, -10 * MINUTE) : Promise.reject(new Error("down"))));
	for (let minute = 0; minute < 10; minute += 1) {
		expect((await made.credentials()).accessKeyId).toBe("AKIA1");
		await time.advance(MINUTE);
	}
});

test("an answer that looks expired does not take the place of what is valid", async () => {
	const { calls, made } = counting((n) => (n === 1 ? key(1, 15 * MINUTE) : key(2, -MINUTE)));
	for (let minute = 0; minute < 15; minute += 1) {
		expect((await made.credentials()).accessKeyId).toBe("AKIA1");
		await time.advance(MINUTE);
	}
	expect(calls.length).toBeGreaterThan(1);
	expect((await made.credentials()).accessKeyId).toBe("AKIA2");
});

test("forceRefresh gives what the provider says, also when it is the same key or one that expires earlier", async () => {
	let answer = key(1, HOUR);
	const { made } = counting(() => answer);
	await made.credentials();
	expect((await made.credentials({ forceRefresh: true })).accessKeyId).toBe("AKIA1");
	answer = key(2, 10 * MINUTE);
	expect((await made.credentials({ forceRefresh: true })).accessKeyId).toBe("AKIA2");
	answer = { ...key(2, 10 * MINUTE), secretAccessKey: "the right one" };
	expect((await made.credentials({ forceRefresh: true })).secretAccessKey).toBe("the right one");
});

test("forceRefresh reaches past the provider's memory, also as the first call", async () => {
	const { calls, made } = counting((n) => key(n, HOUR));
	await made.credentials({ forceRefresh: true });
	expect(calls).toEqual([{ forceRefresh: true }]);
});

test("after invalidate() the provider is asked past its memory, also when nothing was held", async () => {
	const { calls, made } = counting((n) => key(n));
	made.invalidate();
	await made.credentials();
	made.invalidate();
	await made.credentials();
	expect(calls).toEqual([{ forceRefresh: true }, { forceRefresh: true }]);
});

test.each<[string, Answer]>([
	["nothing", undefined],
	["no key", { accessKeyId: "", secretAccessKey: "secret-x" }],
	["no secret", { accessKeyId: "AKIA", secretAccessKey: "" }],
	["an expiration that is no date", { accessKeyId: "AKIA", secretAccessKey: "secret-x", expiration: new Date("soon") }],
])("a provider that gives %s fails by name", async (_, answer) => {
	const { calls, made } = counting(() => answer);
	const error = await failure(made.credentials());
	expect(error).toMatchObject({ code: "CREDENTIALS_UNAVAILABLE" });
	expect(error.message).not.toContain("secret-x");
	expect(calls).toHaveLength(1);
});

test("a provider that throws is asked once for all who wait, and again by the next caller, as by the SDK", async () => {
	const cause = new Error("no network");
	let down = true;
	const { calls, made } = counting((n) => (down ? Promise.reject(cause) : key(n)));
	const errors = await Promise.all(Array.from({ length: 20 }, () => failure(made.credentials())));
	expect(new Set(errors.map((error) => error.cause))).toEqual(new Set([cause]));
	expect(calls).toHaveLength(1);
	expect((await failure(made.credentials())).message).toMatch(/has no credentials \(no network\); fix their source/);
	expect(calls).toHaveLength(2);
	down = false;
	expect((await made.credentials()).accessKeyId).toBe("AKIA3");
});

test("a provider that fails is left alone for a while when its last credentials are valid", async () => {
	const { calls, made } = counting((n) => (n === 1 ? key(1, 15 * MINUTE) : Promise.reject(new Error("down"))));
	for (let second = 0; second < 899; second += 1) {
		expect((await made.credentials()).accessKeyId).toBe("AKIA1");
		await time.advance(SECOND);
	}
	expect(calls.length).toBeLessThanOrEqual(18);
	await time.advance(SECOND);
	const before = calls.length;
	await failure(made.credentials());
	await failure(made.credentials());
	expect(calls.length - before).toBe(2);
});

test("a provider that never answers is given five minutes, time for a person who types, and its callers an error", async () => {
	const { calls, made } = counting(() => new Promise(() => undefined));
	const asked = failure(made.credentials());
	await time.advance(5 * MINUTE);
	expect((await asked).cause).toMatchObject({ message: expect.stringContaining("received no response within 300 s") });
	expect(calls).toHaveLength(1);
});
