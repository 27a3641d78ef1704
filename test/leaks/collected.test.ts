/** What nothing refers to any more is collected, whatever was kept alive in the meantime. */

import { setImmediate as turn } from "node:timers/promises";
import { DynamoDB } from "@aws-sdk/client-dynamodb";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { home } from "../../src/home/home.js";
import {
	assumeRole,
	bindAwsScope,
	ClientCache,
	clientKey,
	clients,
	close,
	configure,
	runInAwsScope,
	session,
	stats,
	withAwsScope,
} from "../../src/index.js";
import { EXTERNAL_ID, ROLE, startTenants, type TenantAws } from "../helpers/aws.js";

let all: TenantAws;
beforeAll(async () => {
	all = await startTenants({ tenants: 40 });
});
afterAll(() => all[Symbol.asyncDispose]());
afterEach(() => close());

const collect = globalThis.gc;
test("this needs node --expose-gc", () => {
	expect(collect).toBeTypeOf("function");
});

/** Counts what is collected. */
function watched() {
	const gone = new Set<string>();
	const registry = new FinalizationRegistry<string>((name) => gone.add(name));
	const names = new Set<string>();
	return {
		watch<Value extends object>(name: string, value: Value): Value {
			names.add(name);
			registry.register(value, name);
			return value;
		},
		/** Collects until all of it has gone; gives what has not. */
		async left(): Promise<string[]> {
			for (let round = 0; round < 50 && gone.size < names.size; round += 1) {
				await turn();
				collect?.();
			}
			return [...names].filter((name) => !gone.has(name));
		},
	};
}

const account = (index: number): string => all.tenants[index] as string;

test("scopes, their specs, events and results go, also when a keep-alive socket was opened inside of them", async () => {
	const { watch, left } = watched();
	const handler = withAwsScope(
		async (event: { readonly tenant: number; readonly body: object }) => {
			watch(`cell ${event.tenant}`, home.storage.getStore() as object);
			const answer = await clients.dynamodb().listTables({});
			return watch(`result ${event.tenant}`, { answer, event });
		},
		(event) => watch(`spec ${event.tenant}`, { account: account(event.tenant), accounts: all.accounts }),
	);
	await Promise.all(
		Array.from({ length: 20 }, async (_, tenant) => {
			await handler(watch(`event ${tenant}`, { tenant, body: { large: new Uint8Array(1_000) } }));
		}),
	);
	expect(stats().freeSockets).toBeGreaterThan(10);
	expect(stats()).toMatchObject({ clients: 20, sessions: 20 });
	expect(await left()).toEqual([]);
});

test("scopes of other libraries go too: a pooled socket retains nobody's store", async () => {
	const { watch, left } = watched();
	const { AsyncLocalStorage } = await import("node:async_hooks");
	const foreign = new AsyncLocalStorage<object>();
	await foreign.run(watch("a foreign store", { large: new Uint8Array(1_000) }), () =>
		runInAwsScope({ account: account(0), accounts: all.accounts }, () => clients.dynamodb().listTables({})),
	);
	expect(stats().freeSockets).toBeGreaterThan(0);
	expect(await left()).toEqual([]);
});

test("scopes that were bound late, nested, generated or failed go", async () => {
	const { watch, left } = watched();
	const cell = (name: string): void => void watch(name, home.storage.getStore() as object);
	await runInAwsScope({ bindLater: true }, async () => {
		cell("bound late");
		bindAwsScope({ account: account(1), accounts: all.accounts });
		await runInAwsScope({ region: "eu-west-1", clientDefaults: { maxAttempts: 2 } }, async () => {
			cell("nested");
			await clients.dynamodb().listTables({});
		});
	});
	const failing = withAwsScope(
		async () => {
			cell("failed");
			await clients.dynamodb({ maxAttempts: 1 }).listTables({});
			throw new Error("failed");
		},
		{ account: account(2), accounts: all.accounts },
	);
	await expect(failing()).rejects.toThrow("failed");
	const generate = withAwsScope(
		async function* () {
			cell("generated");
			yield (await clients.dynamodb().listTables({})).TableNames;
			yield "never asked for";
		},
		{ account: account(3), accounts: all.accounts },
	);
	const askOnce = async (): Promise<void> => {
		for await (const _ of generate()) break;
	};
	await askOnce();
	expect(await left()).toEqual([]);
});

test.each(["sieve", "lru", "lfu"] as const)(
	"evicted clients and sessions go, and the options they were given: %s",
	async (policy) => {
		const { watch, left } = watched();
		configure({ policy, maxClients: 2, maxSessions: 2 });
		const make = async (index: number): Promise<void> => {
			const from = assumeRole({ account: account(index), role: ROLE, externalId: EXTERNAL_ID });
			const logger = { debug() {}, info() {}, warn() {}, error() {} };
			const made = from.clients.dynamodb({ logger: index < 30 ? watch(`logger ${index}`, logger) : logger });
			if (index < 30) {
				watch(`session ${index}`, from);
				watch(`client ${index}`, made);
			}
			await made.listTables({});
		};
		for (let index = 0; index < 40; index += 1) await make(index);
		// The last ones may still be at the tops of stacks and in the shortcuts of the scope outside.
		expect(stats()).toMatchObject({ clients: 2, sessions: 2 });
		const still = await left();
		// LFU keeps what was used more, SIEVE what it has not passed: at most as many as there are places.
		expect(still.filter((name) => name.startsWith("client")).length).toBeLessThanOrEqual(2);
		expect(still.filter((name) => name.startsWith("session")).length).toBeLessThanOrEqual(3);
		expect(still.length).toBeLessThanOrEqual(7);
	},
);

test("a client that is evicted while it is used through an accessor is in no shortcut any more", async () => {
	const { watch, left } = watched();
	configure({ maxClients: 1 });
	await runInAwsScope({ account: account(0), accounts: all.accounts }, async () => {
		watch("by position", clients.dynamodb("eu-west-1"));
		watch("by position", clients.dynamodb("eu-west-1"));
		watch("by keyword", clients.dynamodb({ region: "eu-west-2" }));
		watch("by keyword", clients.dynamodb({ region: "eu-west-2" }));
		watch("by keyword and number", clients.dynamodb({ region: "eu-west-2", maxAttempts: 4 }));
		watch(
			"by a function",
			clients.dynamodb({ logger: watch("logger", { debug() {}, info() {}, warn() {}, error() {} }) }),
		);
		clients.sqs();
		expect(stats().clients).toBe(1);
		expect(await left()).toEqual([]);
	});
});

test("a client that left a ClientCache goes, and so does one that was deleted while it was made", async () => {
	configure({ requireScope: false });
	for (const policy of ["lru", "lfu", "sieve"] as const) {
		const { watch, left } = watched();
		const cache = new ClientCache<DynamoDB>({ policy, maxSize: 2 });
		const make = (name: string) => () => watch(name, new DynamoDB({ region: "eu-west-1" }));
		const key = (index: number) => clientKey(DynamoDB, `eu-west-${index}`);
		for (let index = 1; index <= 10; index += 1) cache.getOrCreate(key(index), make(`${policy} ${index}`));
		const makeAndDelete = async (): Promise<void> => {
			const going = cache.getOrCreate(key(11), async () => make(`${policy} 11`)());
			cache.delete(key(11));
			await going;
		};
		await makeAndDelete();
		cache.set(key(12), new DynamoDB({ region: "eu-west-1" }));
		cache.set(key(13), new DynamoDB({ region: "eu-west-1" }));
		cache.set(key(14), new DynamoDB({ region: "eu-west-1" }));
		cache.maxSize = 1;
		cache.clear();
		expect(await left()).toEqual([]);
	}
});

test("a session that nobody holds goes when the home lets go of it, with its provider", async () => {
	const { watch, left } = watched();
	configure({ maxSessions: 1 });
	const make = async (index: number): Promise<void> => {
		const provider = async () => ({ accessKeyId: `AKIA${index}`, secretAccessKey: "secret" });
		await watch(`session ${index}`, session({ credentials: watch(`provider ${index}`, provider) })).credentials();
	};
	for (let index = 0; index < 10; index += 1) await make(index);
	session({ profile: "another" });
	expect(await left()).toEqual([]);
});

test("nothing is left of sessions that go, before or after close(), in the list that outlives it", async () => {
	const { references } = home.slots.get("live-sessions") as { readonly references: ReadonlySet<unknown> };
	const { watch, left } = watched();
	const create = (externalId: string) => watch(externalId, assumeRole({ account: account(0), role: ROLE, externalId }));
	const before = references.size;
	configure({ maxSessions: 10 });
	for (let index = 0; index < 100; index += 1) create(`external-${index}`);
	expect(references.size).toBeGreaterThanOrEqual(before + 100);
	await close();
	expect(await left()).toEqual([]);
	await turn();
	expect(references.size).toBeLessThanOrEqual(before + 1);
});
