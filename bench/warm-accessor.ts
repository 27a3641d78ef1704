/**
 * What does a warm client cost per call, inside a scope? `npm run ts -- bench/warm-accessor.ts`
 *
 * The baseline is the minimum: a store, `als.getStore()`, and one `Map.get()` by region. Each way to get a client has its
 * own processes, in which it and the baseline take turns. The ratio is from the same run.
 */

import { AsyncLocalStorage } from "node:async_hooks";
import { DynamoDB } from "@aws-sdk/client-dynamodb";
import { S3 } from "@aws-sdk/client-s3";
import { client, clients, defineClients, runInAwsScope, session } from "aws-scope";
import { LRUCache } from "lru-cache";
import { answer, compare, type Figure, figuresOf, must, ownPart, show } from "./support/measure.js";

const REGION = "eu-central-1";
const ACCOUNT = "111111111111";
const credentials = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "example" };

interface Store {
	readonly account: string;
	readonly byRegion: Map<string, DynamoDB>;
}
const own = new AsyncLocalStorage<Store>();
const floor = (): unknown => own.getStore()?.byRegion.get(REGION);

const { orders } = defineClients({ orders: DynamoDB });

interface Cache {
	get(key: string): object | undefined;
	set(key: string, client: object): unknown;
}

/** What people write by hand: a key of everything that matters, including the tenant's account. */
function keyed(cache: Cache, Class: new (config: object) => object) {
	return (options: object): object => {
		const key = JSON.stringify([own.getStore()?.account, Class.name, options]);
		let found = cache.get(key);
		if (found === undefined) {
			found = new Class({ ...options, credentials });
			cache.set(key, found);
		}
		return found;
	};
}
const mapped = { dynamodb: keyed(new Map(), DynamoDB), s3: keyed(new Map(), S3) };
const lru = { dynamodb: keyed(new LRUCache<string, object>({ max: 500 }), DynamoDB) };

/** All ways to get a client, by the code that a user writes. */
const WAYS = {
	"als.getStore() + Map.get()": floor,
	'clients.dynamodb("eu-central-1")': () => clients.dynamodb("eu-central-1"),
	"clients.dynamodb()": () => clients.dynamodb(),
	'client(DynamoDB, "eu-central-1")': () => client(DynamoDB, "eu-central-1"),
	'orders("eu-central-1") of defineClients': () => orders("eu-central-1"),
	"clients.s3({ region, maxAttempts: 5 })": () => clients.s3({ region: REGION, maxAttempts: 5 }),
	"Map by JSON.stringify, { region }": () => mapped.dynamodb({ region: REGION }),
	"Map by JSON.stringify, { region, maxAttempts: 5 }": () => mapped.s3({ region: REGION, maxAttempts: 5 }),
	"lru-cache by JSON.stringify, { region }": () => lru.dynamodb({ region: REGION }),
	"new DynamoDB({ region, credentials })": () => new DynamoDB({ region: REGION, credentials }),
} as const satisfies Record<string, () => unknown>;

/** A way to get a client. */
export type Way = keyof typeof WAYS;

const UNCACHED: Way = "new DynamoDB({ region, credentials })";

async function part(way: Way): Promise<Figure> {
	const byRegion = new Map(
		["eu-central-1", "us-east-1"].map((region) => [region, new DynamoDB({ region, credentials })]),
	);
	const run = WAYS[way];
	return runInAwsScope({ session: session({ credentials }), region: REGION }, () =>
		own.run({ account: ACCOUNT, byRegion }, async () => {
			const first = run();
			must((first === run()) === (way !== UNCACHED), `${way} does not give the warm client`);
			must(first instanceof DynamoDB || first instanceof S3, `${way} returns no client`);
			must((await first.config.region()) === REGION, `${way} returns a client for another region`);
			if (way.includes("maxAttempts")) must((await first.config.maxAttempts()) === 5, `${way} loses an option`);
			return compare(floor, run);
		}),
	);
}

/** The figures of every way. */
export const warmAccessor = (): Map<Way, Figure> => figuresOf(import.meta.url, WAYS);

/** Prints them. */
export function showWarmAccessor(figures: ReadonlyMap<Way, Figure>): void {
	show(
		["a warm client, inside a scope", "ns per call", "floor, same run", "× floor"],
		[...figures].map(([way, { time, floor: beside, ratio }]) => [
			way,
			time.toFixed(1),
			beside.toFixed(1),
			ratio.toFixed(2),
		]),
	);
}

if (process.argv[1]?.endsWith("/warm-accessor.ts")) {
	const way = ownPart();
	if (way === undefined) showWarmAccessor(warmAccessor());
	else answer(await part(way as Way));
}
