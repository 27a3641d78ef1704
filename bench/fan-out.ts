/**
 * How many connections do many accounts need? `npm run ts -- bench/fan-out.ts`
 *
 * Three requests in each of 200 accounts, 20 accounts at a time, against the local AWS in another process. It uses plain
 * HTTP on loopback. A TLS handshake with a distant region would make each connection cost more.
 */

import { DynamoDB } from "@aws-sdk/client-dynamodb";
import { fromTemporaryCredentials } from "@aws-sdk/credential-providers";
import { accountSessions, clients, runInAwsScope } from "aws-scope";
import { withServer } from "./support/local-aws.js";
import { answer, collect, median, must, ownPart, SMOKE, show } from "./support/measure.js";

const AT_ONCE = 20;
const REQUESTS = 3;
const REGION = "us-east-1";
const SIZES = SMOKE ? [20, 100] : [20, 200];
const accounts = accountSessions({ role: "Tenant" });

const WAYS: Record<string, (account: string) => Promise<unknown>> = {
	"aws-scope": (account) =>
		runInAwsScope({ account, accounts, region: REGION }, async () => {
			for (let request = 0; request < REQUESTS; request++) await clients.dynamodb().listTables({});
		}),
	"client and provider per account": async (account) => {
		const client = new DynamoDB({
			region: REGION,
			credentials: fromTemporaryCredentials({
				params: { RoleArn: `arn:aws:iam::${account}:role/Tenant`, RoleSessionName: "bench" },
				clientConfig: { region: REGION },
			}),
		});
		for (let request = 0; request < REQUESTS; request++) await client.listTables({});
	},
};

/** The result of one run. */
export interface FanOut {
	readonly connections: number;
	readonly seconds: number;
}

async function part(name: string): Promise<FanOut> {
	const [way = "", size = ""] = name.split(", ");
	const visit = WAYS[way];
	must(visit !== undefined, `there is no way called ${way}`);
	const ids = Array.from({ length: Number.parseInt(size, 10) }, (_, index) => String(100_000_000_000 + index));
	const warmUp = "999999999998";
	return withServer([warmUp, ...ids], async (server) => {
		await visit(warmUp);
		const waiting = ids.values();
		const start = performance.now();
		await Promise.all(
			Array.from({ length: AT_ONCE }, async () => {
				for (const account of waiting) await visit(account);
			}),
		);
		const seconds = (performance.now() - start) / 1_000;
		const { connections, assumeRole, identities } = await server.count();
		const visited = ids.length + 1;
		must(assumeRole === visited && identities === visited, `${name} did not act as every account once`);
		return { connections, seconds };
	});
}

/** The figures of both ways, for a few and for many accounts. */
export function fanOuts(): Map<string, FanOut> {
	const parts = SIZES.flatMap((size) => Object.keys(WAYS).map((way) => `${way}, ${size} accounts`));
	return new Map(
		[...collect<FanOut>(import.meta.url, parts)].map(([name, runs]) => [
			name,
			{
				connections: Math.max(...runs.map(({ connections }) => connections)),
				seconds: median(runs.map(({ seconds }) => seconds)),
			},
		]),
	);
}

/** Prints them. */
export function showFanOuts(figures: ReadonlyMap<string, FanOut>): void {
	show(
		[`${REQUESTS} requests in each account, ${AT_ONCE} at a time`, "connections", "seconds"],
		[...figures].map(([name, { connections, seconds }]) => [name, connections, seconds.toFixed(2)]),
	);
}

if (process.argv[1]?.endsWith("/fan-out.ts")) {
	const name = ownPart();
	if (name === undefined) showFanOuts(fanOuts());
	else answer(await part(name));
}
