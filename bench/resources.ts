/**
 * What do resources cost beside the bare SDK? `npm run ts -- bench/resources.ts`
 *
 * Against a bare server on loopback in another process. The baseline is the same SDK client built by hand with a request
 * handler of its own, called inside a bare `als.run()`. Baseline and resource take turns in one process, so that other load
 * on the machine affects both. The memory is the heap after a garbage collection, while 100,000 objects are read.
 */

import { AsyncLocalStorage } from "node:async_hooks";
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { DynamoDB } from "@aws-sdk/client-dynamodb";
import { paginateListObjectsV2, S3 } from "@aws-sdk/client-s3";
import { DynamoDBDocument } from "@aws-sdk/lib-dynamodb";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import { dynamodb, type S3 as S3Types, s3 } from "../resources/index.js";
import { clients, configure, runInAwsScope, session } from "../src/index.js";
import {
	answer,
	compare,
	type Figure,
	figuresOf,
	inFreshProcess,
	median,
	must,
	ownPart,
	SMOKE,
	show,
} from "./support/measure.js";

const REGION = "us-east-1";
const OBJECTS = 10_000;
const PAGE = 1_000;
const ITEMS = 10_000;
const ROUNDS = SMOKE ? 8 : 24;
const GETS = 200;

const own = new AsyncLocalStorage<object>();
const credentials = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "example" };

/** One of the two sides; returns what it has read or written. */
type Call = () => Promise<number>;
/** What a turn costs, in milliseconds. */
type Cost = "wall" | "CPU";

interface Pair {
	/** What both return. */
	readonly gives: number;
	readonly bare: Call;
	readonly resource: Call;
}

function bareClient<Client>(Class: new (config: object) => Client, endpoint: string): Client {
	const requestHandler = new NodeHttpHandler({ httpAgent: { keepAlive: true, maxSockets: 128 } });
	return new Class({ region: REGION, endpoint, requestHandler, credentials });
}

function listing(endpoint: string): Pair {
	const client = bareClient(S3, endpoint);
	return {
		gives: OBJECTS,
		bare: async () => {
			let found = 0;
			for await (const page of paginateListObjectsV2({ client }, { Bucket: String(OBJECTS) })) {
				for (const { Key } of page.Contents ?? []) found += Key === undefined ? 0 : 1;
			}
			return found;
		},
		resource: async () => {
			let found = 0;
			for await (const { key } of s3.Bucket(String(OBJECTS)).objects.all()) found += key === undefined ? 0 : 1;
			return found;
		},
	};
}

function getting(endpoint: string): Pair {
	const document = DynamoDBDocument.from(bareClient(DynamoDB, endpoint));
	const Key = { id: "1" };
	const repeat =
		(get: () => Promise<{ readonly Item?: object | undefined }>): Call =>
		async () => {
			let found = 0;
			while (found < GETS && (await get()).Item !== undefined) found += 1;
			return found;
		};
	return {
		gives: GETS,
		bare: repeat(() => document.get({ TableName: "orders", Key })),
		resource: repeat(() => dynamodb.Table("orders").getItem({ Key })),
	};
}

const itemOf = (index: number) => ({ id: String(index), total: index, tags: ["a", "b"], address: { city: "Bern" } });

function writing(endpoint: string): Pair {
	const document = DynamoDBDocument.from(bareClient(DynamoDB, endpoint));
	return {
		gives: ITEMS,
		bare: async () => {
			let written = 0;
			while (written < ITEMS) {
				let orders = Array.from({ length: 25 }, (_, at) => ({ PutRequest: { Item: itemOf(written + at) } }));
				written += orders.length;
				while (orders.length > 0) {
					const { UnprocessedItems = {} } = await document.batchWrite({ RequestItems: { orders } });
					orders = (UnprocessedItems["orders"] ?? []) as typeof orders;
				}
			}
			return written;
		},
		resource: async () => {
			const batch = dynamodb.Table("orders").batchWriter();
			for (let index = 0; index < ITEMS; index += 1) await batch.putItem({ Item: itemOf(index) });
			await batch.close();
			return ITEMS - batch.unwritten.length;
		},
	};
}

const attribute = "300,000 attributes of 100 loaded objects" as const;
const calls = 's3.Bucket("b") beside clients.s3()' as const;

/** What takes turns, and what counts. */
const REQUESTS = {
	"10,000 objects of bucket.objects.all(), wall": [listing, "wall"],
	"10,000 objects of bucket.objects.all(), CPU": [listing, "CPU"],
	"200 times Table().getItem(), CPU": [getting, "CPU"],
	"10,000 items of table.batchWriter(), CPU": [writing, "CPU"],
	"10,000 items of table.batchWriter(), wall": [writing, "wall"],
} as const satisfies Record<string, readonly [(endpoint: string) => Pair, Cost]>;

const WAYS = { ...REQUESTS, [attribute]: undefined, [calls]: undefined };

/** What is compared. */
export type Way = keyof typeof REQUESTS | typeof attribute | typeof calls;

/** Heap after a garbage collection, in bytes, when so many of the objects were read. */
export type Memory = readonly { readonly objects: number; readonly heap: number }[];

async function inTurns({ gives, bare, resource }: Pair, cost: Cost): Promise<Figure> {
	const scoped = session({ credentials });
	const sides = [() => own.run({}, bare), () => runInAwsScope({ session: scoped, region: REGION }, resource)] as const;
	const turn = async (side: Call): Promise<number> => {
		const [cpu, start] = [process.cpuUsage(), performance.now()];
		const given = await side();
		const { user, system } = process.cpuUsage(cpu);
		must(given === gives, `${given} instead of ${gives}`);
		return cost === "wall" ? performance.now() - start : (user + system) / 1_000;
	};
	for (let round = 0; round < 6; round += 1) for (const side of sides) await turn(side);
	const rounds: { readonly floor: number; readonly time: number }[] = [];
	for (let round = 0; round < ROUNDS; round += 1) {
		if (round % 2 === 0) rounds.push({ floor: await turn(sides[0]), time: await turn(sides[1]) });
		else rounds.push({ time: await turn(sides[1]), floor: await turn(sides[0]) });
	}
	return {
		floor: median(rounds.map(({ floor }) => floor)),
		time: median(rounds.map(({ time }) => time)),
		ratio: median(rounds.map(({ floor, time }) => time / floor)),
	};
}

const milliseconds = ({ floor, time, ratio }: Figure): Figure => ({ floor: floor / 1e6, time: time / 1e6, ratio });

const scope = <Result>(fn: () => Result): Result =>
	runInAwsScope({ session: session({ credentials }), region: REGION }, fn);

/** What is read of each object. */
type Read = Pick<S3Types.ObjectSummary, "size" | "eTag" | "storageClass">;

/** Loaded resources against plain objects with the same values. */
async function attributes(): Promise<Figure> {
	const loaded = await scope(() => s3.Bucket(String(OBJECTS)).objects.limit(100).toArray());
	const plain = loaded.map(({ size, eTag, storageClass }): Read => ({ size, eTag, storageClass }));
	const sum = (list: readonly Read[]): number => {
		let total = 0;
		for (let round = 0; round < 1_000; round += 1) {
			for (let at = 0; at < list.length; at += 1) {
				const { size, eTag, storageClass } = list[at] as Read;
				if (eTag !== undefined && storageClass === "STANDARD") total += size ?? 0;
			}
		}
		return total;
	};
	// A function of its own for each, or one would make the other's property accesses polymorphic.
	const sumOfLoaded = new Function("list", `return (${sum})(list)`) as typeof sum;
	must(sum(plain) === 100_000 && sumOfLoaded(loaded) === 100_000, "the sizes");
	return milliseconds(
		await compare(
			() => sum(plain),
			() => sumOfLoaded(loaded),
		),
	);
}

/** 10,000 resources against 10,000 warm clients. */
function callPath(): Promise<Figure> {
	return scope(async () => {
		must(s3.Bucket("b").client === (clients.s3() as object), "the client");
		let kept: unknown;
		const repeat = (fn: () => unknown) => () => {
			for (let count = 0; count < 10_000; count += 1) kept = fn();
			return kept;
		};
		return milliseconds(
			await compare(
				repeat(() => clients.s3()),
				repeat(() => s3.Bucket("b")),
			),
		);
	});
}

/** Reads 100,000 objects one by one. */
async function heaps(): Promise<Memory> {
	setFlagsFromString("--expose-gc");
	const collect = runInNewContext("gc") as () => void;
	const read = async (total: number, marks: readonly number[]): Promise<Memory> => {
		const found: { objects: number; heap: number }[] = [];
		let objects = 0;
		for await (const { key } of scope(() => s3.Bucket(String(total)).objects.all())) {
			objects += key === undefined ? 0 : 1;
			if (!marks.includes(objects)) continue;
			// Twice, with a turn of the event loop between: what is finished may still be referred to until then.
			await new Promise(setImmediate);
			collect();
			collect();
			found.push({ objects, heap: process.memoryUsage().heapUsed });
		}
		must(objects === total, "the number of objects");
		return found;
	};
	await read(2 * PAGE, []);
	return read(100_000, [10_000, 50_000, 100_000]);
}

async function part(way: Way | "memory"): Promise<Figure | Memory> {
	const child = fork(fileURLToPath(import.meta.url), [], {
		env: { ...process.env, BENCH_SERVER: "1" },
		execArgv: process.execArgv,
	});
	try {
		const [endpoint] = (await once(child, "message")) as [string];
		configure({ clientDefaults: { endpoint } });
		if (way === "memory") return await heaps();
		if (way === attribute) return await attributes();
		if (way === calls) return await callPath();
		const [pair, cost] = REQUESTS[way];
		return await inTurns(pair(endpoint), cost);
	} finally {
		await ended(child);
	}
}

async function ended(child: ChildProcess): Promise<void> {
	child.kill();
	await once(child, "exit");
}

/** The figures. */
export interface ResourceFigures {
	readonly ways: ReadonlyMap<Way, Figure>;
	readonly memory: Memory;
}

/** Measures all. */
export const resources = (): ResourceFigures => ({
	ways: figuresOf(import.meta.url, WAYS as Record<Way, unknown>),
	memory: inFreshProcess(import.meta.url, "memory"),
});

/** Prints them. */
export function showResources({ ways, memory }: ResourceFigures): void {
	show(
		["resources", "ms", "bare", "× bare"],
		[...ways].map(([way, { floor, time, ratio }]) => [way, time.toFixed(2), floor.toFixed(2), ratio.toFixed(3)]),
	);
	show(
		["objects of a collection read so far", "heap, MB"],
		memory.map(({ objects, heap }) => [objects.toLocaleString("en"), (heap / 1e6).toFixed(2)]),
	);
}

/** Answers `ListObjects`, `ListObjectsV2`, `GetItem` and `BatchWriteItem`. A bucket has as many objects as its name says. */
function serve(): void {
	const keyAt = (index: number): string => `logs/2026/${String(index).padStart(9, "0")}.json`;
	const contents = (from: number, to: number): string =>
		Array.from(
			{ length: to - from },
			(_, at) =>
				`<Contents><Key>${keyAt(from + at)}</Key><LastModified>2026-08-01T12:00:00.000Z</LastModified><ETag>&quot;d41d8cd98f00b204e9800998ecf8427e&quot;</ETag><Size>1</Size><StorageClass>STANDARD</StorageClass></Contents>`,
		).join("");
	const pages = new Map<number, string>();
	const list = (bucket: string, last: string | null): string => {
		const from = last === null ? 0 : Number(/\d{9}/.exec(last)?.[0]) + 1;
		const to = Math.min(Number(bucket), from + PAGE);
		const page = pages.get(from) ?? contents(from, to);
		pages.set(from, page);
		const more = to < Number(bucket);
		const token = more ? `<NextContinuationToken>${keyAt(to - 1)}</NextContinuationToken>` : "";
		return `<ListBucketResult><Name>${bucket}</Name><IsTruncated>${more}</IsTruncated>${token}${page}</ListBucketResult>`;
	};
	const server = createServer((request, response) => {
		request.resume().on("end", () => {
			const { pathname, searchParams } = new URL(request.url ?? "", "http://host");
			const target = request.headers["x-amz-target"];
			if (target === undefined) {
				response.setHeader("content-type", "application/xml");
				const last = searchParams.get("continuation-token") ?? searchParams.get("marker");
				response.end(list(pathname.replaceAll("/", ""), last));
				return;
			}
			response.setHeader("content-type", "application/x-amz-json-1.0");
			response.end(String(target).endsWith("GetItem") ? '{"Item":{"id":{"S":"1"},"total":{"N":"1"}}}' : "{}");
		});
	});
	server.listen(0, "127.0.0.1", () => {
		process.send?.(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
	});
}

if (process.env["BENCH_SERVER"] !== undefined) serve();
else if (process.argv[1]?.endsWith("/resources.ts")) {
	const way = ownPart();
	if (way === undefined) showResources(resources());
	else answer(await part(way as Way | "memory"));
}
