/**
 * What does the first request of a tenant cost? `npm run ts -- bench/first-send.ts`
 *
 * A warm process serves new tenants one after the other. For each, it assumes a role and lists tables, against the local
 * AWS in another process. Measures the time that a tenant waits, and this process's CPU time.
 */

import { DynamoDB } from "@aws-sdk/client-dynamodb";
import { fromTemporaryCredentials } from "@aws-sdk/credential-providers";
import { accountSessions, clients, runInAwsScope } from "aws-scope";
import { withServer } from "./support/local-aws.js";
import { answer, collect, median, must, ownPart, SMOKE, show } from "./support/measure.js";

const TENANTS = SMOKE ? 40 : 150;
const WARM_UP = 10;
const REGION = "us-east-1";
const accounts = accountSessions({ role: "Tenant" });

const byHand = (account: string): DynamoDB =>
	new DynamoDB({
		region: REGION,
		credentials: fromTemporaryCredentials({
			params: { RoleArn: `arn:aws:iam::${account}:role/Tenant`, RoleSessionName: "bench" },
			clientConfig: { region: REGION },
		}),
	});

const WAYS = {
	"aws-scope: runInAwsScope({ account }, () => clients.dynamodb())": (account: string) =>
		runInAwsScope({ account, accounts, region: REGION }, () => clients.dynamodb().listTables({})),
	"by hand: new DynamoDB, fromTemporaryCredentials": (account: string) => byHand(account).listTables({}),
} as const;

/** One way to a tenant's first request. */
export type Way = keyof typeof WAYS;

/** Milliseconds per tenant. */
export interface FirstSend {
	readonly time: number;
	readonly cpu: number;
}

async function part(way: Way): Promise<FirstSend> {
	const ids = Array.from({ length: TENANTS + WARM_UP }, (_, index) => String(100_000_000_000 + index));
	return withServer(ids, async (server) => {
		const times: number[] = [];
		const cpu: number[] = [];
		for (const account of ids) {
			const before = process.cpuUsage();
			const start = performance.now();
			await WAYS[way](account);
			const { user, system } = process.cpuUsage(before);
			times.push(performance.now() - start);
			cpu.push((user + system) / 1_000);
		}
		const { assumeRole, identities } = await server.count();
		must(assumeRole === ids.length, `${way} made ${assumeRole} AssumeRole calls for ${ids.length} tenants`);
		must(identities === ids.length, `${way} acted as ${identities} of ${ids.length} tenants`);
		return { time: median(times.slice(WARM_UP)), cpu: median(cpu.slice(WARM_UP)) };
	});
}

/** The figures of both ways. */
export function firstSends(): Map<Way, FirstSend> {
	return new Map(
		[...collect<FirstSend>(import.meta.url, Object.keys(WAYS))].map(([way, runs]) => [
			way as Way,
			{ time: median(runs.map(({ time }) => time)), cpu: median(runs.map(({ cpu }) => cpu)) },
		]),
	);
}

/** Prints them. */
export function showFirstSends(figures: ReadonlyMap<Way, FirstSend>): void {
	show(
		["the first request of a tenant", "ms", "ms of CPU"],
		[...figures].map(([way, { time, cpu }]) => [way, time.toFixed(2), cpu.toFixed(2)]),
	);
}

if (process.argv[1]?.endsWith("/first-send.ts")) {
	const way = ownPart();
	if (way === undefined) showFirstSends(firstSends());
	else answer(await part(way as Way));
}
