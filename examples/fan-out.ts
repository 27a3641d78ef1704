/** One question to every account in every region. */

import { accountSessions, clients } from "aws-scope";
import { accountsInRegions, fanOut } from "aws-scope/fan-out";

//#region loop
const accounts = accountSessions({ role: "Reader" });

/** Prints the DynamoDB tables of each account in each region as soon as they are known. */
export async function printTables(ids: readonly string[], regions: readonly string[]): Promise<void> {
	const targets = accountsInRegions(ids, regions);
	const task = async () => (await clients.dynamodb().listTables({})).TableNames;
	for await (const { target, status, value, error } of fanOut(targets, task, { accounts, concurrency: 50 })) {
		console.log(target.account, target.region, status, value ?? error);
	}
}
//#endregion

//#region report
/** The accounts and regions that have a table with this name, and what could not be asked. */
export async function findTable(name: string, ids: readonly string[], regions: readonly string[]) {
	const { fulfilled, rejected, denied } = await fanOut(
		accountsInRegions(ids, regions),
		async (_target, { signal }) => {
			const { TableNames = [] } = await clients.dynamodb().listTables({}, { abortSignal: signal });
			return TableNames.includes(name);
		},
		{ accounts, timeoutMs: 30_000 },
	).collect();
	return {
		found: fulfilled.filter(({ value }) => value).map(({ target }) => target),
		failed: rejected.map(({ target, error }) => ({ ...target, error })),
		noRole: denied.map(({ target }) => target.account),
	};
}
//#endregion
