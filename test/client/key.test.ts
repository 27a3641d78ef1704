/** What a key is made of, case by case, and what can never be read from it. */

import { setImmediate as turn } from "node:timers/promises";
import { inspect } from "node:util";
import { DynamoDB } from "@aws-sdk/client-dynamodb";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { resetAwsScope } from "../../local-aws/index.js";
import { home } from "../../src/home/home.js";
import { type AwsSession, ClientCache, clientKey, clients, errors, runInAwsScope, session } from "../../src/index.js";
import { scale } from "../helpers/scale.js";
import { DIFFERENT, SAME } from "../home/values.js";

beforeEach(() => vi.stubEnv("AWS_REGION", "us-east-1"));
afterEach(async () => {
	vi.unstubAllEnvs();
	await resetAwsScope();
});

/** The key of a call with one option. */
const keyOf = (option: unknown): string => clientKey(DynamoDB, { option } as never);

describe("equal", () => {
	test("for options of equal content", () => {
		for (const [what, one, other] of SAME) expect(keyOf(one), what).toBe(keyOf(other));
	});

	test("an option that is undefined, and one that the surroundings name", () => {
		const keys = runInAwsScope({ clientDefaults: { maxAttempts: 2 } }, () => [
			clientKey(DynamoDB),
			clientKey(DynamoDB, { maxAttempts: undefined } as never),
			clientKey(DynamoDB, { maxAttempts: 2 }),
			runInAwsScope({ clientDefaults: { maxAttempts: undefined } }, () => clientKey(DynamoDB)),
		]);
		expect(new Set(keys)).toEqual(new Set([clientKey(DynamoDB, { maxAttempts: 2 })]));
	});
});

test("different for options that differ in what matters", () => {
	for (const [what, one, other] of DIFFERENT) expect(keyOf(one), what).not.toBe(keyOf(other));
});

describe("no key", () => {
	const loop: Record<string, unknown> = { name: "secret-inside" };
	loop["self"] = [new Map([[1, loop]])];
	const deep = (levels: number): unknown => (levels === 0 ? "secret-inside" : [deep(levels - 1)]);

	test("for an option that contains itself", () => {
		expect(() => keyOf(loop)).toThrow(errors.InvalidOptionError);
		expect(() => keyOf(loop)).toThrow(/contains itself/);
		expect(() => clients.dynamodb({ option: loop } as never)).toThrow(/contains itself/);
	});

	test("for an option nested beyond all reason, and no overflow of the stack", () => {
		expect(keyOf(deep(150))).toBe(keyOf(deep(150)));
		expect(() => keyOf(deep(5_000))).toThrow(errors.InvalidOptionError);
	});

	test("and the same object twice side by side is no cycle", () => {
		const twice = { a: 1 };
		expect(keyOf([twice, twice])).toBe(keyOf([{ a: 1 }, { a: 1 }]));
	});

	test("of what is no client class", () => {
		expect(() => clientKey(class {} as never)).toThrow(errors.NotAClientError);
	});
});

/** Each collects all garbage. */
const ROUNDS = scale(5, 20);

describe("identity", () => {
	test("is never used again: a function, a handler and a session made after another was collected", async () => {
		const make = (): [keys: string[], made: WeakRef<object>[]] => {
			const provider = async () => ({ accessKeyId: "AKIA", secretAccessKey: "never sent" });
			const named: AwsSession = session({ credentials: provider });
			const handler = { handle: () => undefined };
			const kept = [provider, named, handler].map((value) => new WeakRef<object>(value));
			return [[clientKey(DynamoDB, { session: named }), keyOf(handler), keyOf(provider)], kept];
		};
		const keys = new Set<string>();
		let collected = 0;
		for (let round = 0; round < ROUNDS; round += 1) {
			const [made, kept] = make();
			for (const key of made) keys.add(key);
			// The home lets go of the session, and so does everybody else.
			await resetAwsScope();
			await turn();
			gc?.();
			collected += kept.filter((value) => value.deref() === undefined).length;
		}
		expect(collected).toBeGreaterThan(2 * ROUNDS);
		expect(keys.size).toBe(3 * ROUNDS);
	});
});

describe("secrets", () => {
	const SECRET = "wJalrXUtnFEMI-secret-text";
	const seenIn = (value: unknown): string =>
		[
			inspect(value, { depth: 20, showHidden: true, getters: true }),
			JSON.stringify(value),
			Object.entries(value as object).join(),
			String(value),
		].join("\n");

	test("cannot be read from keys, caches, sessions or the home", () => {
		const credentials = { accessKeyId: "AKIAEXAMPLE", secretAccessKey: SECRET, sessionToken: `${SECRET}-token` };
		const named = session({ credentials });
		const key = clientKey(DynamoDB, { credentials, endpoint: `http://u:${SECRET}@host` });
		const cache = new ClientCache({ maxSize: 2 });
		cache.set(key, { send: () => undefined, destroy: () => undefined });
		clients.dynamodb({ credentials, endpoint: `http://u:${SECRET}@host` });
		for (const value of [key, cache, cache.keys(), named, home, [...home.slots.values()]]) {
			expect(seenIn(value)).not.toContain(SECRET.slice(0, 8));
		}
	});

	test("cannot be read from errors", () => {
		const credentials = { accessKeyId: "AKIAEXAMPLE", secretAccessKey: SECRET };
		const cache = new ClientCache({ maxSize: 2 });
		const key = clientKey(DynamoDB, { credentials });
		cache.set(key, { send: () => undefined, destroy: () => undefined });
		const loop: Record<string, unknown> = { secret: SECRET };
		loop["self"] = loop;
		const attempts = [
			() => cache.set(key, { send: () => undefined, destroy: () => undefined }),
			() => cache.pop(clientKey(DynamoDB, { credentials, maxAttempts: 3 })),
			() => cache.get({ credentials } as never),
			() => cache.set(clientKey(DynamoDB, {}), credentials as never),
			() => clientKey(DynamoDB, loop as never),
			() => clientKey(DynamoDB, { credentials, session: credentials } as never),
			() => session({ credentials: { secretAccessKey: SECRET } as never }),
			() => new ClientCache({ maxSize: credentials as never }),
		];
		for (const attempt of attempts) {
			let error: unknown;
			try {
				attempt();
			} catch (thrown) {
				error = thrown;
			}
			expect(error, String(attempt)).toBeInstanceOf(errors.AwsScopeError);
			expect(seenIn(error)).not.toContain(SECRET);
		}
	});

	test("a digest cannot be made by another process: the key of the same call differs", () => {
		const digestOf = (): string | undefined => clientKey(DynamoDB, { maxAttempts: 7 }).split("|")[4];
		const former = home.slots.get("identity");
		const here = digestOf();
		// What another process starts with.
		home.slots.delete("identity");
		try {
			expect(digestOf()).toMatch(/^[\w-]{32}$/);
			expect(digestOf()).not.toBe(here);
		} finally {
			home.slots.set("identity", former);
		}
	});
});
