/**
 * What do 10,000 targets cost? `npm run ts -- bench/fan-out-many.ts`, after a build. Options: `-- 2500 4` sets the accounts and
 * the regions, whose product are the targets.
 *
 * Prints when the first result arrives, the resident memory and the live heap on the way, and what is left running after a `break`. The targets come
 * from an async iterable, and each makes one request to the local AWS in another process.
 */

import { setTimeout as wait } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { accountSessions, clients, stats } from "aws-scope";
import { accountsInRegions, fanOut } from "aws-scope/fan-out";
import { meantFor, withServer } from "./support/local-aws.js";
import { must, SMOKE, show } from "./support/measure.js";

const [accountCount = SMOKE ? 50 : 2_500, regionCount = 4] = process.argv.slice(2).map(Number).filter(Number.isInteger);
const REGIONS = ["us-east-1", "eu-central-1", "ap-south-1", "sa-east-1", "us-west-2", "eu-west-1"].slice(
	0,
	regionCount,
);
const ids = Array.from({ length: accountCount }, (_, index) => String(100_000_000_000 + index));
const total = ids.length * REGIONS.length;
const sessions = accountSessions({ role: "Tenant" });

/** As a service lists accounts: 20 a page. */
async function* listed(): AsyncGenerator<string> {
	for (const [index, id] of ids.entries()) {
		if (index % 20 === 0) await wait(1);
		yield id;
	}
}

const start = () =>
	fanOut(
		accountsInRegions(listed(), REGIONS),
		({ account }) => clients.dynamodb().listTables({ ExclusiveStartTableName: meantFor(account) }),
		{ accounts: sessions, concurrency: 50 },
	);

const mebibytes = (bytes: number): string => (bytes / 2 ** 20).toFixed(0);

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

/** What is resident includes garbage, of which V8 leaves more the more memory there is. */
function memory(): string[] {
	const resident = process.memoryUsage.rss();
	collectGarbage();
	return [mebibytes(resident), mebibytes(process.memoryUsage().heapUsed)];
}

await withServer(ids, async (server) => {
	const rows: string[][] = [];
	const note = (what: string, began: number): void =>
		void rows.push([what, ((performance.now() - began) / 1_000).toFixed(2), ...memory()]);
	let began = performance.now();
	for await (const { status } of start()) {
		must(status === "fulfilled", "the first target failed");
		note("first result, of a cold process", began);
		break;
	}
	const { busySockets, queuedRequests } = stats();
	note(`after break: ${busySockets} busy sockets, ${queuedRequests} requests waiting`, began);
	began = performance.now();
	const run = start();
	let done = 0;
	for await (const { status, error } of run) {
		must(status === "fulfilled", String(error));
		done += 1;
		if (done === 1) note("first result, warm", began);
		else if ([0.1, 0.25, 0.5, 0.75, 1].some((part) => done === Math.floor(part * total))) {
			note(`${done} of ${total} targets`, began);
		}
	}
	must(done === total && run.progress.total === total, `${done} results of ${total} targets`);
	const { wrong, assumeRole, data, sts } = await server.count();
	must(wrong === 0, "a request had another account's identity");
	show(["", "seconds", "RSS, MiB", "live heap, MiB"], rows);
	console.log(`${assumeRole} AssumeRole calls, ${data} data connections, ${sts} to STS, ${wrong} wrong identities`);
});
