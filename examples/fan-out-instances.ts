/** Every EC2 instance of many accounts and regions, with a line that shows how far it is. */

import { paginateDescribeInstances } from "@aws-sdk/client-ec2";
import { accountSessions, clients } from "aws-scope";
import {
	type AccountItem,
	type AnyIterable,
	accountsInRegions,
	enabledRegions,
	fanOut,
	organizationAccounts,
} from "aws-scope/fan-out";
import { SingleBar } from "cli-progress";

/** An instance and where it is. */
export interface Found {
	readonly account: string;
	readonly region: string;
	readonly id: string;
}

//#region instances
export async function listInstances(accounts: AnyIterable<AccountItem>, regions: AnyIterable<string>) {
	const run = fanOut(
		accountsInRegions(accounts, regions),
		async ({ account, region }, { signal }) => {
			const found: Found[] = [];
			const pages = paginateDescribeInstances({ client: clients.ec2() }, {}, { abortSignal: signal });
			for await (const { Reservations = [] } of pages) {
				const instances = Reservations.flatMap(({ Instances = [] }) => Instances);
				found.push(...instances.map(({ InstanceId: id = "" }) => ({ account, region, id })));
			}
			return found;
		},
		{ accounts: accountSessions({ role: "Reader" }), concurrency: 50, timeoutMs: 60_000 },
	);

	const found: Found[] = [];
	const problems: string[] = [];
	const bar = new SingleBar({
		format: "{bar} {value} of {total} · {instances} instances · {problems} problems",
		stream: process.stderr,
		noTTYOutput: true,
		notTTYSchedule: 10_000,
	});
	bar.start(0, 0, { instances: 0, problems: 0 });
	for await (const { status, target, value, error } of run) {
		if (status === "fulfilled") found.push(...value);
		else problems.push(`${target.account} ${target.region} ${status}: ${error}`);
		const { done, failed, denied, running, total } = run.progress;
		const settled = done + failed + denied;
		// While accounts are still being listed, what is known so far.
		bar.setTotal(total ?? settled + running);
		bar.update(settled, { instances: found.length, problems: problems.length });
	}
	bar.stop();
	return { found, problems };
}
//#endregion

if (process.argv[1]?.endsWith("fan-out-instances.ts")) {
	const { found, problems } = await listInstances(organizationAccounts(), enabledRegions());
	for (const { account, region, id } of found) console.log(`${account} ${region} ${id}`);
	for (const problem of problems) console.error(problem);
	process.exitCode = problems.length === 0 ? 0 : 1;
}
