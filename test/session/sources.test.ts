/** Sessions of given credentials and of a user's own provider: asked once, told what is needed, never served expired. */

import { afterEach, beforeEach, expect, test } from "vitest";
import { session } from "../../src/index.js";
import { resetAwsScope } from "../../src/testing/index.js";
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
	const provider = async (options?: unknown) => {
		calls.push(options);
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

test("given credentials with an expiry are never served past it, and asking goes on within bounds", async () => {
	const made = session({ credentials: key(1, 10 * MINUTE) });
	for (let second = 0; second < 599; second += 10) {
		expect((await made.credentials()).accessKeyId).toBe("AKIA1");
		await time.advance(10 * SECOND);
	}
	const error = await failure(made.credentials());
	expect(error).toMatchObject({ code: "CREDENTIALS_UNAVAILABLE" });
	expect(error.message).toMatch(/given credentials.*expired.*next attempt is at/);
	expect(error.message).not.toContain("secret-1");
});

test.each<[string, Answer]>([
	["nothing", undefined],
	["no key", { accessKeyId: "", secretAccessKey: "secret-x" }],
	["no secret", { accessKeyId: "AKIA", secretAccessKey: "" }],
	["an expiration that is no date", { accessKeyId: "AKIA", secretAccessKey: "secret-x", expiration: new Date("soon") }],
	["credentials that have expired", { accessKeyId: "AKIA", secretAccessKey: "secret-x", expiration: new Date(0) }],
])("a provider that gives %s fails by name", async (_, answer) => {
	const { calls, made } = counting(() => answer);
	const error = await failure(made.credentials());
	expect(error).toMatchObject({ code: "CREDENTIALS_UNAVAILABLE" });
	expect(error.message).not.toContain("secret-x");
	expect(calls).toHaveLength(3);
});

test("a provider that throws is asked three times while callers wait, then left alone for a moment", async () => {
	const cause = new Error("no network");
	let down = true;
	const { calls, made } = counting((n) => (down ? Promise.reject(cause) : key(n)));
	const errors = await Promise.all(Array.from({ length: 20 }, () => failure(made.credentials())));
	expect(new Set(errors.map((error) => error.cause))).toEqual(new Set([cause]));
	expect(calls).toHaveLength(3);
	await failure(made.credentials());
	expect(calls).toHaveLength(3);
	down = false;
	await time.advance(SECOND);
	expect((await made.credentials()).accessKeyId).toBe("AKIA4");
});

test("a provider that never answers is given a minute, and its callers an error", async () => {
	const { calls, made } = counting(() => new Promise(() => undefined));
	const asked = failure(made.credentials());
	await time.advance(MINUTE);
	expect((await asked).cause).toMatchObject({ message: expect.stringContaining("got no answer within 60 s") });
	expect(calls).toHaveLength(1);
});
