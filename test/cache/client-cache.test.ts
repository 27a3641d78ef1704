/** ClientCache as one uses it by hand: every method, every refusal, and what happens while a client is being made. */

import { DynamoDB } from "@aws-sdk/client-dynamodb";
import { describe, expect, test } from "vitest";
import { type CachedClient, ClientCache, type ClientKey, clientKey, errors } from "../../src/index.js";
import { gate } from "../helpers/barrier.js";
import { failure } from "../helpers/pool.js";
import { fakeClient, key } from "./clients.js";

interface Left {
	readonly client: CachedClient;
	readonly key: ClientKey;
	readonly reason: string;
}

function recorded(maxSize = 3) {
	const left: Left[] = [];
	const cache = new ClientCache({
		maxSize,
		dispose: (client, gone, reason) => left.push({ client, key: gone, reason }),
	});
	return { cache, left };
}

const [A, B, C, D] = [key(1), key(2), key(3), key(4)] as const;

describe("the methods", () => {
	test("keep, find, look at and drop clients, as a Map does", () => {
		const { cache } = recorded();
		const one = fakeClient();
		const two = fakeClient();
		expect(cache.set(A, one).set(B, two)).toBe(cache);
		expect([cache.size, cache.maxSize, cache.policy]).toEqual([2, 3, "lru"]);
		expect([cache.get(A), cache.peek(B), cache.get(C), cache.peek(C)]).toEqual([one, two, undefined, undefined]);
		expect([cache.has(A), cache.has(C)]).toEqual([true, false]);
		expect(cache.pop(A)).toBe(one);
		expect([cache.delete(B), cache.delete(B)]).toEqual([true, false]);
		expect(cache.size).toBe(0);
	});

	test("take the keys of real calls and keep real clients", () => {
		const cache = new ClientCache<DynamoDB>({ maxSize: 2 });
		const make = () => new DynamoDB({ region: "eu-central-1" });
		const made = cache.getOrCreate(clientKey(DynamoDB, "eu-central-1"), make);
		expect(made).toBeInstanceOf(DynamoDB);
		expect(cache.getOrCreate(clientKey(DynamoDB, { region: "eu-central-1" }), make)).toBe(made);
	});

	test("give keys, clients and both as they are now, however the cache changes after", () => {
		const { cache } = recorded();
		const clients = [fakeClient(), fakeClient()] as const;
		cache.set(A, clients[0]).set(B, clients[1]);
		const keys = cache.keys();
		const values = cache.values();
		const entries = cache.entries();
		const iterator = cache[Symbol.iterator]();
		cache.clear();
		cache.set(C, fakeClient());
		expect([...keys].sort()).toEqual([A, B]);
		expect(new Set(values)).toEqual(new Set(clients));
		expect(new Map(entries)).toEqual(
			new Map([
				[A, clients[0]],
				[B, clients[1]],
			] as never),
		);
		expect([...{ [Symbol.iterator]: () => iterator }]).toEqual(entries);
	});

	test("peek and has do not count as a use, get does", () => {
		for (const touch of ["peek", "has", "get"] as const) {
			const { cache } = recorded(2);
			cache.set(A, fakeClient()).set(B, fakeClient());
			cache[touch](A);
			cache.set(C, fakeClient());
			expect(cache.has(A), touch).toBe(touch === "get");
		}
	});
});

describe("dispose", () => {
	test("is told who left, under which key and why, and nothing is destroyed", () => {
		const { cache, left } = recorded(2);
		let destroyed = 0;
		const make = (): CachedClient => ({
			send: () => undefined,
			destroy: () => {
				destroyed += 1;
			},
		});
		const made = [make(), make(), make(), make(), make()] as const;
		cache.set(A, made[0]).set(B, made[1]).set(C, made[2]);
		cache.delete(B);
		cache.set(D, made[3]);
		cache.maxSize = 1;
		cache.clear();
		cache.set(A, made[4]);
		cache.pop(A);
		expect(left).toEqual([
			{ client: made[0], key: A, reason: "evicted" },
			{ client: made[1], key: B, reason: "deleted" },
			{ client: made[2], key: C, reason: "resized" },
			{ client: made[3], key: D, reason: "cleared" },
			{ client: made[4], key: A, reason: "deleted" },
		]);
		expect(destroyed).toBe(0);
	});

	test("finds the cache as it is after the change, and may change it again", () => {
		const sizes: number[] = [];
		const again = fakeClient();
		const cache: ClientCache = new ClientCache({
			maxSize: 2,
			dispose: (_client, gone) => {
				sizes.push(cache.size);
				if (gone === A && !cache.has(D)) cache.set(D, again);
			},
		});
		cache.set(A, fakeClient()).set(B, fakeClient()).set(C, fakeClient());
		expect(sizes).toEqual([2, 2]);
		expect(cache.get(D)).toBe(again);
		expect(cache.size).toBe(2);
	});

	test("that throws keeps nobody else from being told, and leaves the cache as it should be", () => {
		const told: ClientKey[] = [];
		const cache = new ClientCache({
			maxSize: 3,
			dispose: (_client, gone) => {
				told.push(gone);
				throw new Error(gone);
			},
		});
		cache.set(A, fakeClient()).set(B, fakeClient()).set(C, fakeClient());
		expect(() => cache.clear()).toThrow("client|Fake|");
		expect(told.sort()).toEqual([A, B, C]);
		expect(cache.size).toBe(0);
	});
});

describe("a cache made smaller or larger", () => {
	test.each(["lru", "lfu", "sieve"] as const)("evicts down to its bound at once, and grows: %s", (policy) => {
		const cache = new ClientCache({ policy, maxSize: 10 });
		for (let index = 0; index < 10; index += 1) cache.set(key(index), fakeClient());
		cache.maxSize = 4;
		expect([cache.size, cache.maxSize]).toEqual([4, 4]);
		cache.set(key(10), fakeClient());
		expect(cache.size).toBe(4);
		cache.maxSize = 6;
		for (let index = 20; index < 40; index += 1) cache.set(key(index), fakeClient());
		expect(cache.size).toBe(6);
	});
});

describe("refusals", () => {
	const client = fakeClient();
	const any = (value: unknown): never => value as never;
	test.each<[code: string, message: RegExp, fn: (cache: ClientCache) => unknown]>([
		["KEY_EXISTS", /already has a client for client\|Fake\|1;/, (cache) => cache.set(A, client)],
		["KEY_MISSING", /has no client for client\|Fake\|2/, (cache) => cache.pop(B)],
		["NOT_A_KEY", /not "s3"/, (cache) => cache.get(any("s3"))],
		["NOT_A_KEY", /not an object/, (cache) => cache.peek(any({ region: "eu-central-1" }))],
		["NOT_A_KEY", /not undefined/, (cache) => cache.has(any(undefined))],
		["NOT_A_KEY", /not the number 1/, (cache) => cache.set(any(1), client)],
		["NOT_A_KEY", /not null/, (cache) => cache.delete(any(null))],
		["NOT_A_KEY", /not "a"/, (cache) => cache.pop(any("a"))],
		["NOT_A_KEY", /not "a"/, (cache) => cache.getOrCreate(any("a"), () => client)],
		["NOT_A_CLIENT", /not undefined/, (cache) => cache.set(B, any(undefined))],
		["NOT_A_CLIENT", /not an object/, (cache) => cache.set(B, any({ send: () => undefined }))],
		["NOT_A_CLIENT", /not a function/, (cache) => cache.set(B, any(DynamoDB))],
		["NOT_A_CLIENT", /not null/, (cache) => cache.getOrCreate(B, () => any(null))],
		["BAD_SIZE", /not the number 0/, (cache) => Object.assign(cache, { maxSize: 0 })],
		["BAD_SIZE", /not the number 1.5/, () => new ClientCache({ maxSize: 1.5 })],
		["BAD_SIZE", /not the number Infinity/, () => new ClientCache({ maxSize: Number.POSITIVE_INFINITY })],
		["BAD_SIZE", /not "10"/, () => new ClientCache({ maxSize: any("10") })],
		["BAD_SIZE", /not undefined/, () => new ClientCache(any({}))],
		["BAD_POLICY", /"sieve", "lru" or "lfu", not "fifo"/, () => new ClientCache({ maxSize: 1, policy: any("fifo") })],
		["BAD_POLICY", /not "toString"/, () => new ClientCache({ maxSize: 1, policy: any("toString") })],
		["INVALID_OPTION", /has no option "ttl"/, () => new ClientCache(any({ maxSize: 1, ttl: 5 }))],
		["INVALID_OPTION", /takes a function/, () => new ClientCache({ maxSize: 1, dispose: any(true) })],
		["INVALID_OPTION", /not undefined/, () => new ClientCache(any(undefined))],
	])("%s %s", async (code, message, fn) => {
		const { cache, left } = recorded();
		cache.set(A, client);
		const error = await failure(() => fn(cache));
		expect(error).toBeInstanceOf(errors.AwsScopeError);
		expect(error).toMatchObject({ code, message: expect.stringMatching(message) });
		expect(cache.entries()).toEqual([[A, client]]);
		expect(left).toEqual([]);
	});

	test("a client that a promise brings and that is none", async () => {
		const { cache } = recorded();
		const error = await failure(cache.getOrCreate(A, () => Promise.resolve({} as CachedClient)));
		expect(error).toBeInstanceOf(errors.NotAClientError);
		expect(cache.size).toBe(0);
	});
});

describe("getOrCreate", () => {
	test("makes once, and then finds", () => {
		const { cache } = recorded();
		let made = 0;
		const make = (): CachedClient => {
			made += 1;
			return fakeClient();
		};
		const first = cache.getOrCreate(A, make);
		expect(cache.getOrCreate(A, make)).toBe(first);
		expect(made).toBe(1);
	});

	test("lets everybody wait for one asynchronous make", async () => {
		const { cache } = recorded();
		const going = gate();
		let made = 0;
		const make = async (): Promise<CachedClient> => {
			made += 1;
			await going.opened;
			return fakeClient();
		};
		const asked = Array.from({ length: 200 }, () => cache.getOrCreate(A, make));
		expect(cache.size).toBe(0);
		going.open();
		const got = new Set(await Promise.all(asked));
		expect([got.size, made, cache.size]).toEqual([1, 1, 1]);
		expect([...got][0]).toBe(cache.peek(A));
	});

	test("keeps no failure, synchronous or not, and tells everybody who waited", async () => {
		const { cache } = recorded();
		const broken = new Error("broken");
		const fail = (): never => {
			throw broken;
		};
		expect(() => cache.getOrCreate(A, fail)).toThrow(broken);
		const going = gate();
		let calls = 0;
		const failLater = async (): Promise<CachedClient> => {
			calls += 1;
			await going.opened;
			return fail();
		};
		const asked = Array.from({ length: 5 }, () => failure(cache.getOrCreate(A, failLater)));
		going.open();
		expect(await Promise.all(asked)).toEqual(Array(5).fill(broken));
		expect([calls, cache.size]).toEqual([1, 0]);
		const made = fakeClient();
		expect(await cache.getOrCreate(A, () => Promise.resolve(made))).toBe(made);
	});

	test.each<[what: string, change: (cache: ClientCache) => unknown]>([
		["deleted", (cache) => cache.delete(A)],
		["cleared", (cache) => cache.clear()],
	])("does not keep what was %s while it was made; who asked before gets it all the same", async (_what, change) => {
		const { cache, left } = recorded();
		const going = [gate(), gate()] as const;
		const made = [fakeClient(), fakeClient()] as const;
		const make = (turn: 0 | 1) => () => going[turn].opened.then(() => made[turn]);
		const before = cache.getOrCreate(A, make(0));
		change(cache);
		const after = cache.getOrCreate(A, make(1));
		going[0].open();
		expect(await before).toBe(made[0]);
		expect(cache.size).toBe(0);
		// The second is still the one to wait for.
		expect(cache.getOrCreate(A, () => Promise.reject(new Error("made again")))).toBeInstanceOf(Promise);
		going[1].open();
		expect(await after).toBe(made[1]);
		expect(cache.entries()).toEqual([[A, made[1]]]);
		expect(left).toEqual([]);
	});

	test("gives the client that was set while another was made", async () => {
		const { cache } = recorded();
		const going = gate();
		const set = fakeClient();
		const asked = cache.getOrCreate(A, () => going.opened.then(fakeClient));
		cache.set(A, set);
		going.open();
		expect(await asked).toBe(set);
		expect(cache.entries()).toEqual([[A, set]]);
	});

	test("keeps one client when make itself asks for the same key", () => {
		const { cache } = recorded();
		const inner = fakeClient();
		const outer = cache.getOrCreate(A, () => {
			cache.getOrCreate(A, () => inner);
			return fakeClient();
		});
		expect(outer).toBe(inner);
		expect(cache.entries()).toEqual([[A, inner]]);
	});

	test("evicts when the made client arrives, not before", async () => {
		const { cache, left } = recorded(1);
		cache.set(A, fakeClient());
		const going = gate();
		const asked = cache.getOrCreate(B, () => going.opened.then(fakeClient));
		expect(cache.has(A)).toBe(true);
		going.open();
		await asked;
		expect(cache.keys()).toEqual([B]);
		expect(left.map(({ key: gone, reason }) => [gone, reason])).toEqual([[A, "evicted"]]);
	});
});
