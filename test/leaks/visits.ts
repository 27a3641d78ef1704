/**
 * Visits every tenant once with three services, then opens many more scopes, and prints what the heap has grown by.
 * Run in a process of its own with `--expose-gc`: `TENANTS=10000 SCOPES=100000 node --expose-gc --import ./scripts/ts.mjs …`.
 */

import { setImmediate as nextTurn, setTimeout as wait } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { resetAwsScope } from "../../local-aws/index.js";
import { accountSessions, clients, configure, runInAwsScope, stats } from "../../src/index.js";
import { pool } from "../helpers/pool.js";

// On Node 20 the SDK announces the end of its support, which is no part of the figures.
process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] ??= "true";

const TENANTS = Number(process.env["TENANTS"] ?? 10_000);
const SCOPES = Number(process.env["SCOPES"] ?? 100_000);
/** Requests are what a visit costs most time for: `SEND` tells for how many of the tenants they are sent. */
const SEND = Number(process.env["SEND"] ?? TENANTS);
/** `MAX_SESSIONS` lowers the bound, so that fewer tenants than the default's 5,000 evict sessions, too. */
const MAX_SESSIONS = process.env["MAX_SESSIONS"];
const WARM_UP = 30;

const MIB = 2 ** 20;

if (globalThis.gc === undefined) throw new Error("This needs node --expose-gc.");
const collect = globalThis.gc;

/** The heap after everything that can go has gone. */
async function heap(): Promise<number> {
	for (let turn = 0; turn < 4; turn += 1) {
		await wait(20);
		collect();
	}
	return process.memoryUsage().heapUsed;
}

const account = (index: number): string => String(100_000_000_000 + index);
const worker = new Worker(new URL("./aws-worker.ts", import.meta.url), {
	workerData: {
		accounts: ["999999999999", ...Array.from({ length: TENANTS + WARM_UP }, (_, index) => account(index))],
	},
});
const env = await new Promise<Record<string, string>>((resolve, reject) => {
	worker.once("message", resolve);
	worker.once("error", reject);
});
Object.assign(process.env, env);

const expected = (name: string, index: number, answered: string | undefined): void => {
	if (answered !== account(index)) throw new Error(`${name} answered ${answered} to ${account(index)}.`);
};

/** What an invocation for a tenant does. */
const visit = (accounts: ReturnType<typeof accountSessions>, index: number, send: boolean): Promise<void> =>
	runInAwsScope({ account: account(index), accounts }, async () => {
		const db = clients.dynamodb();
		const queues = clients.sqs();
		const files = clients.s3();
		// Otherwise the visits that send nothing would keep the event loop from the requests in flight until they time out.
		if (!send) return nextTurn();
		expected("DynamoDB", index, (await db.listTables({})).TableNames?.[0]);
		expected("SQS", index, (await queues.listQueues({})).QueueUrls?.[0]);
		await files.headBucket({ Bucket: "bucket" });
	});

const roles = () => accountSessions({ role: "Tenant" });
const first = roles();
for (let index = TENANTS; index < TENANTS + WARM_UP; index += 1) await visit(first, index, true);
await resetAwsScope();
if (MAX_SESSIONS !== undefined) configure({ maxSessions: Number(MAX_SESSIONS) });

const start = await heap();
const accounts = roles();
await pool(TENANTS, 50, (index) => visit(accounts, index, index < SEND));
const visited = await heap();
const counted = stats();
/** Scopes mostly of tenants whose clients are warm, and now and then of any. */
async function openScopes(count: number): Promise<void> {
	for (let index = 0; index < count; index += 1) {
		const which = index % 10 === 0 ? (index * 7) % TENANTS : TENANTS - 1 - (index % Math.min(TENANTS, 300));
		const spec = { account: account(which), accounts, region: "eu-west-1", clientDefaults: { maxAttempts: 2 } };
		runInAwsScope(spec, () => void clients.dynamodb());
		if (index % 1_000 === 0) await null;
	}
}
// These first ones fill the tables that are bounded; what comes after must not add to them.
await openScopes(Math.min(SCOPES, 10_000));
const steady = await heap();
await openScopes(SCOPES);
const scoped = await heap();
console.log(
	JSON.stringify({
		tenants: TENANTS,
		sent: SEND,
		scopes: SCOPES,
		visitsMiB: (visited - start) / MIB,
		scopesMiB: (scoped - steady) / MIB,
		clients: counted.clients,
		sessions: counted.sessions,
		clientsBuilt: counted.clientsBuilt,
		assumeRoleCalls: counted.assumeRoleCalls,
	}),
);
await worker.terminate();
await resetAwsScope();
