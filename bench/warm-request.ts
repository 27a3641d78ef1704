/**
 * What does one warm request cost? `npm run ts -- bench/warm-request.ts`
 *
 * GetItem against a bare server on loopback in another process, 20 accounts, 20 requests at a time. The baseline is the same
 * SDK client built by hand, one per account with one shared handler, called inside a bare `als.run()`. Figures are this
 * process's CPU time, because on loopback no work is hidden by network latency, and CPU time limits a busy server.
 * Baseline and way take turns of a few hundred requests in one process, so that other load on the machine affects both.
 */

import { AsyncLocalStorage } from "node:async_hooks";
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { DynamoDB } from "@aws-sdk/client-dynamodb";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import { type AwsSession, clients, configure, runInAwsScope, session } from "aws-scope";
import { answer, type Figure, figuresOf, median, must, ownPart, SMOKE, show } from "./support/measure.js";

const ACCOUNTS = 20;
const AT_ONCE = 20;
const ROUNDS = SMOKE ? 24 : 80;
/** Requests of one turn, and before the first one. */
const REQUESTS = 400;
const WARM_UP = 3_000;
const REGION = "us-east-1";
const ITEM = JSON.stringify({ Item: { id: { S: "1" } } });

const own = new AsyncLocalStorage<object>();
const credentialsOf = (index: number) => ({ accessKeyId: `AKIDEXAMPLE${index}`, secretAccessKey: "example" });
const input = { TableName: "orders", Key: { id: { S: "1" } } };

type Call = (index: number) => Promise<{ readonly Item?: object | undefined }>;

/** How the calls of each way are made, once the server listens. */
const WAYS = {
	"session.clients.dynamodb(region)": ofSessions((each) => each.clients.dynamodb(REGION).getItem(input)),
	"runInAwsScope(session, () => clients.dynamodb(region))": ofSessions((each) =>
		runInAwsScope(each, () => clients.dynamodb(REGION).getItem(input)),
	),
} as const satisfies Record<string, (endpoint: string) => Call>;

function byHand(endpoint: string): Call {
	const requestHandler = new NodeHttpHandler({ httpAgent: { keepAlive: true, maxSockets: 128 } });
	const made = Array.from(
		{ length: ACCOUNTS },
		(_, index) => new DynamoDB({ region: REGION, endpoint, requestHandler, credentials: credentialsOf(index) }),
	);
	return (index) => own.run({ account: index }, () => (made[index] as DynamoDB).getItem(input));
}

function ofSessions(use: (each: AwsSession) => ReturnType<Call>): (endpoint: string) => Call {
	return (endpoint) => {
		configure({ clientDefaults: { endpoint } });
		const made = Array.from({ length: ACCOUNTS }, (_, index) => session({ credentials: credentialsOf(index) }));
		return (index) => use(made[index] as AwsSession);
	};
}

/** One way to send a request. */
export type Way = keyof typeof WAYS;

/** Microseconds of CPU per request, and the ratio to the baseline. */
async function part(way: Way): Promise<Figure> {
	const child = fork(fileURLToPath(import.meta.url), [], {
		env: { ...process.env, BENCH_SERVER: "1" },
		execArgv: process.execArgv,
	});
	try {
		const [endpoint] = (await once(child, "message")) as [string];
		const calls = [byHand(endpoint), WAYS[way](endpoint)] as const;
		for (const call of calls) {
			must((await call(0)).Item !== undefined, `${way} gets no item`);
			await send(call, WARM_UP);
		}
		const rounds: { readonly floor: number; readonly time: number }[] = [];
		for (let round = 0; round < ROUNDS; round += 1) {
			const [floor, variant] = calls;
			if (round % 2 === 0) rounds.push({ floor: await turn(floor), time: await turn(variant) });
			else rounds.push({ time: await turn(variant), floor: await turn(floor) });
		}
		return {
			floor: median(rounds.map(({ floor }) => floor)),
			time: median(rounds.map(({ time }) => time)),
			ratio: median(rounds.map(({ floor, time }) => time / floor)),
		};
	} finally {
		await ended(child);
	}
}

async function turn(call: Call): Promise<number> {
	const before = process.cpuUsage();
	await send(call, REQUESTS);
	const { user, system } = process.cpuUsage(before);
	return (user + system) / REQUESTS;
}

async function send(call: Call, requests: number): Promise<void> {
	let left = requests;
	const one = async (): Promise<void> => {
		while (left > 0) {
			left -= 1;
			await call(left % ACCOUNTS);
		}
	};
	await Promise.all(Array.from({ length: AT_ONCE }, one));
}

async function ended(child: ChildProcess): Promise<void> {
	child.kill();
	await once(child, "exit");
}

/** The figures of every way. */
export const warmRequests = (): Map<Way, Figure> => figuresOf(import.meta.url, WAYS);

/** Prints them. */
export function showWarmRequests(figures: ReadonlyMap<Way, Figure>): void {
	show(
		["one warm request (GetItem)", "µs of CPU", "by hand, in als.run()", "× by hand"],
		[...figures].map(([way, { floor, time, ratio }]) => [way, time.toFixed(0), floor.toFixed(0), ratio.toFixed(3)]),
	);
}

if (process.env["BENCH_SERVER"] !== undefined) {
	const server = createServer((request, response) => {
		request.resume().on("end", () => {
			response.setHeader("content-type", "application/x-amz-json-1.0");
			response.end(ITEM);
		});
	});
	server.listen(0, "127.0.0.1", () => {
		process.send?.(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
	});
} else if (process.argv[1]?.endsWith("/warm-request.ts")) {
	const way = ownPart();
	if (way === undefined) showWarmRequests(warmRequests());
	else answer(await part(way as Way));
}
