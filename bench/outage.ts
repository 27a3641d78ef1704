/**
 * What do an outage of STS, an expiry and a revoked key cost? `npm run ts -- bench/outage.ts`
 *
 * Compares the usual SDK pattern (a client per account and region, each with `fromTemporaryCredentials`) with aws-scope's
 * sessions over the same hours, against the local AWS. The clocks are simulated, so that an hour takes no time. The
 * requests, signatures and retries are real, and all settings are the SDK's defaults.
 */

import { setImmediate as turn } from "node:timers/promises";
import { DynamoDBClient, ListTablesCommand } from "@aws-sdk/client-dynamodb";
import { fromTemporaryCredentials } from "@aws-sdk/credential-providers";
import { assumeRole, client } from "aws-scope";
import { type LocalAws, type LocalFault, resetAwsScope, startLocalAws, useClock } from "aws-scope/testing";

// Hides the SDK's notice that it will stop supporting Node 20.
process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] ??= "true";

const REGIONS = ["us-east-1", "us-west-2", "eu-west-1", "ap-south-1"];
const LIFETIME = 900;
const OWN = "999999999999";
const account = (n: number): string => String(n + 1).padStart(12, "0");

type Send = (n: number, region: number) => Promise<unknown>;

/** Each pattern as a function that sends a request for a tenant's number and a region's. */
const PATTERNS: Readonly<Record<string, () => Send>> = {
	SDK: () => {
		const clients = new Map<string, DynamoDBClient>();
		return (n, region) => {
			const key = `${n} ${region}`;
			const known = clients.get(key) ?? naiveClient(n, REGIONS[region] as string);
			clients.set(key, known);
			return known.send(new ListTablesCommand({}));
		};
	},
	"aws-scope": () => (n, region) => {
		const session = assumeRole({
			account: account(n),
			role: "Tenant",
			durationSeconds: LIFETIME,
			stsRegion: "us-east-1",
		});
		return client(DynamoDBClient, { session, region: REGIONS[region] as string }).send(new ListTablesCommand({}));
	},
};

const naiveClient = (n: number, region: string): DynamoDBClient =>
	new DynamoDBClient({
		region,
		credentials: fromTemporaryCredentials({
			params: {
				RoleArn: `arn:aws:iam::${account(n)}:role/Tenant`,
				RoleSessionName: "bench",
				DurationSeconds: LIFETIME,
			},
		}),
	});

interface Run {
	readonly aws: LocalAws;
	readonly send: Send;
	/** Advances the time once no request is in flight. */
	pass(seconds: number): Promise<void>;
}

/** A situation. Returns the outcome of each request that counts. */
type Situation = (run: Run) => Promise<PromiseSettledResult<unknown>[]>;

const settle = (requests: readonly Promise<unknown>[]) => Promise.allSettled(requests);
const every = <T>(count: number, make: (n: number) => T): T[] => Array.from({ length: count }, (_, n) => make(n));

/** 20 tenants send a request every 20 s while STS fails, from 290 s to 10 s before expiry. */
const outage =
	(fault: LocalFault): Situation =>
	async ({ aws, send, pass }) => {
		await settle(every(20, (n) => send(n, 0)));
		await pass(LIFETIME - 290);
		aws.resetCounts();
		aws.fail(fault);
		const outcomes: PromiseSettledResult<unknown>[] = [];
		for (let second = 0; second < 280; second += 20) {
			outcomes.push(...(await settle(every(20, (n) => send(n, 0)))));
			await pass(20);
		}
		return outcomes;
	};

/** These credentials are always in the SDK's five-minute window. */
const SHORT = "credentials that last 200 s: 4 requests of one client";

const SITUATIONS: Readonly<Record<string, Situation>> = {
	[SHORT]: async ({ send }) => {
		const outcomes: PromiseSettledResult<unknown>[] = [];
		for (let n = 0; n < 4; n += 1) outcomes.push(...(await settle([send(0, 0)])));
		return outcomes;
	},
	"200 s left, STS available: 4 clients of one role, one request each": async ({ aws, send, pass }) => {
		await settle(every(4, (region) => send(0, region)));
		await pass(LIFETIME - 200);
		aws.resetCounts();
		const outcomes: PromiseSettledResult<unknown>[] = [];
		for (const region of REGIONS.keys()) outcomes.push(...(await settle([send(0, region)])));
		return outcomes;
	},
	"STS answers 503 from 290 s to 10 s before expiry: 20 roles, one request each every 20 s": outage({
		kind: "error",
		service: "sts",
		status: 503,
		code: "ServiceUnavailable",
	}),
	"STS throttles for as long": outage({ kind: "throttle", service: "sts" }),
	"STS drops connections for as long": outage({ kind: "drop", service: "sts" }),
	"50 roles expire at once: 4 clients each, 2 concurrent requests per client": async ({ aws, send, pass }) => {
		const burst = (times: number) => settle(every(50 * 4 * times, (i) => send(i % 50, Math.floor(i / 50) % 4)));
		await burst(1);
		await pass(LIFETIME + 1);
		aws.resetCounts();
		return burst(2);
	},
	"AWS revokes the keys of 20 roles: 64 concurrent requests per role": async ({ aws, send, pass }) => {
		await settle(every(20, (n) => send(n, 0)));
		await pass(60);
		aws.revoke(({ roleArn }) => roleArn !== undefined);
		aws.resetCounts();
		return settle(every(20 * 64, (i) => send(i % 20, 0)));
	},
};

/** Runs one situation with one pattern, with its own clocks and local AWS. */
async function play(name: string, situation: Situation, pattern: () => Send) {
	const realNow = Date.now;
	let time = Date.parse("2026-08-01T12:00:00Z");
	const started = time;
	Date.now = () => time;
	const restore = useClock({
		wall: () => time,
		monotonic: () => time - started,
		random: () => Math.random(),
		after: (milliseconds, callback) => {
			const timer = setTimeout(callback, milliseconds);
			return () => clearTimeout(timer);
		},
	});
	const aws = await startLocalAws({
		accounts: [OWN, ...every(50, account)],
		clock: () => time,
		...(name === SHORT ? { credentialLifetime: { overrideSeconds: 200 } } : {}),
		handlers: { dynamodb: () => ({ body: { TableNames: [] } }) },
	});
	const environment = aws.useEnv();
	const pass = async (seconds: number): Promise<void> => {
		for (let quiet = 0; quiet < 20; quiet += 1) {
			await turn();
			if (aws.stats().assumeRole.inFlight > 0) quiet = 0;
		}
		time += seconds * 1_000;
	};
	try {
		const outcomes = await situation({ aws, send: pattern(), pass });
		const failed = outcomes.filter(({ status }) => status === "rejected").length;
		return { requests: outcomes.length, failed, calls: aws.stats().assumeRole.total };
	} finally {
		await resetAwsScope();
		environment[Symbol.dispose]();
		await aws.close();
		restore();
		Date.now = realNow;
	}
}

console.log("| situation | requests | failed, SDK | failed, aws-scope | STS calls, SDK | STS calls, aws-scope |");
console.log("| --- | --: | --: | --: | --: | --: |");
for (const [name, situation] of Object.entries(SITUATIONS)) {
	const sdk = await play(name, situation, PATTERNS["SDK"] as () => Send);
	const own = await play(name, situation, PATTERNS["aws-scope"] as () => Send);
	console.log(`| ${name} | ${own.requests} | ${sdk.failed} | ${own.failed} | ${sdk.calls} | ${own.calls} |`);
}
