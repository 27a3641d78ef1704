/**
 * How long does it take to call AWS in many accounts? `npm run ts -- bench/fan-out.ts`, after a build.
 *
 * Three requests in each account, 20 accounts at a time, over TLS, against the local AWS in another process; twice, so that
 * the second pass finds everything warm. Once more at a distance of 40 ms. `fanOut()` is compared with a client and a
 * credential provider per account, and with code that is written for this case: one request handler, one STS client, and
 * the clients in a map. Each way runs in a process of its own, in turns.
 */

import { setTimeout as wait } from "node:timers/promises";
import { DynamoDB } from "@aws-sdk/client-dynamodb";
import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";
import { fromTemporaryCredentials } from "@aws-sdk/credential-providers";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import { accountSessions, clients } from "aws-scope";
import { fanOut } from "aws-scope/fan-out";
import { meantFor, withServer } from "./support/local-aws.js";
import { answer, collect, median, must, ownPart, SMOKE, show } from "./support/measure.js";
import { trustedCertificate } from "./support/network.js";

const AT_ONCE = 20;
const REQUESTS = 3;
const LATENCY_MS = 40;
const REGION = "us-east-1";
const PASSES = 2;
const CASES: Readonly<Record<string, number>> = SMOKE
	? { "100 accounts": 0 }
	: { "200 accounts": 0, "1000 accounts": 0, [`1000 accounts at ${LATENCY_MS} ms`]: LATENCY_MS };

const requests = async (client: Pick<DynamoDB, "listTables">, account: string): Promise<void> => {
	for (let request = 0; request < REQUESTS; request++) {
		await client.listTables({ ExclusiveStartTableName: meantFor(account) });
	}
};

const roleIn = (account: string) => `arn:aws:iam::${account}:role/Tenant`;

/** Visits each account, `AT_ONCE` at a time. */
const inTurn = (visit: (account: string) => Promise<void>) => async (accounts: readonly string[]) => {
	const waiting = accounts.values();
	await Promise.all(
		Array.from({ length: AT_ONCE }, async () => {
			for (const account of waiting) await visit(account);
		}),
	);
};

/** One pass over the accounts. Made once per process, so a second pass finds what the first one has left. */
const WAYS: Record<string, () => (accounts: readonly string[]) => Promise<void>> = {
	"fanOut()": () => {
		const sessions = accountSessions({ role: "Tenant" });
		return async (accounts) => {
			const targets = accounts.map((account) => ({ account, region: REGION }));
			const options = { accounts: sessions, concurrency: AT_ONCE };
			const task = ({ account }: { readonly account: string }) => requests(clients.dynamodb(), account);
			const { fulfilled, rejected, denied } = await fanOut(targets, task, options).collect();
			must(fulfilled.length === accounts.length, String([...rejected, ...denied][0]?.error));
		};
	},
	"client and provider per account": () =>
		inTurn(async (account) => {
			const params = { RoleArn: roleIn(account), RoleSessionName: "bench" };
			const credentials = fromTemporaryCredentials({ params, clientConfig: { region: REGION } });
			await requests(new DynamoDB({ region: REGION, credentials }), account);
		}),
	"by hand, for this case": () => {
		const requestHandler = new NodeHttpHandler();
		const sts = new STSClient({ region: REGION, requestHandler });
		const made = new Map<string, DynamoDB>();
		const clientFor = async (account: string): Promise<DynamoDB> => {
			const known = made.get(account);
			if (known !== undefined) return known;
			const { Credentials } = await sts.send(
				new AssumeRoleCommand({ RoleArn: roleIn(account), RoleSessionName: "bench" }),
			);
			const { AccessKeyId = "", SecretAccessKey = "", SessionToken = "" } = Credentials ?? {};
			const credentials = {
				accessKeyId: AccessKeyId,
				secretAccessKey: SecretAccessKey,
				sessionToken: SessionToken,
			};
			const client = new DynamoDB({ region: REGION, credentials, requestHandler });
			made.set(account, client);
			return client;
		};
		return inTurn(async (account) => requests(await clientFor(account), account));
	},
};

interface Pass {
	readonly wall: number;
	readonly cpu: number;
}

interface Part {
	readonly passes: readonly Pass[];
	readonly data: number;
	readonly sts: number;
	readonly assumeRole: number;
	readonly wrong: number;
}

async function part(name: string): Promise<Part> {
	const [way, situation] = splitName(name);
	const make = WAYS[way];
	must(make !== undefined, `there is no way called ${way}`);
	const ids = Array.from({ length: Number.parseInt(situation, 10) }, (_, index) => String(100_000_000_000 + index));
	const warmUp = ["999999999998"];
	const network = { certificate: JSON.parse(process.env["BENCH_TLS"] ?? ""), latencyMs: CASES[situation] ?? 0 };
	return withServer(
		[...warmUp, ...ids],
		async (server) => {
			const pass = make();
			await pass(warmUp);
			const passes: Pass[] = [];
			for (let round = 0; round < PASSES; round++) {
				const [start, before] = [performance.now(), process.cpuUsage()];
				await pass(ids);
				const { user, system } = process.cpuUsage(before);
				passes.push({ wall: (performance.now() - start) / 1_000, cpu: (user + system) / 1e6 });
				await wait(0);
			}
			const { data, sts, assumeRole, identities, wrong } = await server.count();
			must(identities === ids.length + 1, `${name} did not act as every account`);
			return { passes, data, sts, assumeRole, wrong };
		},
		network,
	);
}

function splitName(name: string): [way: string, situation: string] {
	const at = name.lastIndexOf(": ");
	return [name.slice(0, at), name.slice(at + 2)];
}

/** The result of one way: medians, in seconds. */
export interface FanOut {
	readonly connections: number;
	readonly sts: number;
	readonly assumeRole: number;
	readonly wrong: number;
	readonly first: Pass;
	readonly second: Pass;
}

/** The figures of all ways, for a few and for many accounts. */
export async function fanOuts(only = ""): Promise<Map<string, FanOut>> {
	process.env["BENCH_TLS"] = JSON.stringify(await trustedCertificate());
	const parts = Object.keys(CASES)
		.filter((situation) => situation.startsWith(only))
		.flatMap((situation) => Object.keys(WAYS).map((way) => `${way}: ${situation}`));
	return new Map([...collect<Part>(import.meta.url, parts)].map(([name, runs]) => [name, summary(runs)]));
}

function summary(runs: readonly Part[]): FanOut {
	const most = (of: (run: Part) => number): number => Math.max(...runs.map(of));
	const middle = (round: number): Pass => ({
		wall: median(runs.map(({ passes }) => passes[round]?.wall ?? Number.NaN)),
		cpu: median(runs.map(({ passes }) => passes[round]?.cpu ?? Number.NaN)),
	});
	return {
		connections: most(({ data }) => data),
		sts: most(({ sts }) => sts),
		assumeRole: most(({ assumeRole }) => assumeRole),
		wrong: most(({ wrong }) => wrong),
		first: middle(0),
		second: middle(1),
	};
}

/** Prints them. */
export function showFanOuts(figures: ReadonlyMap<string, FanOut>): void {
	const seconds = ({ wall, cpu }: Pass): string => `${wall.toFixed(2)} / ${cpu.toFixed(2)}`;
	const rows = [...figures].map(([name, { connections, sts, assumeRole, wrong, first, second }]) => {
		const [, situation] = splitName(name);
		const ideal = (REQUESTS * Number.parseInt(situation, 10) * (CASES[situation] ?? 0)) / AT_ONCE / 1_000;
		const against = ideal === 0 ? "" : `${(first.wall / ideal).toFixed(2)} × ideal`;
		return [name, connections, sts, assumeRole, wrong, seconds(first), seconds(second), against];
	});
	const head = ["data connections", "STS", "AssumeRole", "wrong", "1st pass (s wall / CPU)", "2nd pass", ""];
	show([`${REQUESTS} requests in each account, ${AT_ONCE} at a time, TLS`, ...head], rows);
}

if (process.argv[1]?.endsWith("/fan-out.ts")) {
	const name = ownPart();
	if (name === undefined) showFanOuts(await fanOuts(process.argv[2]?.startsWith("--") ? "" : process.argv[2]));
	else answer(await part(name));
}
