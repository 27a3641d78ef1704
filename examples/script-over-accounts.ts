/** A script across many accounts: the same request to each, twenty at a time. */

import { accountSessions, clients } from "aws-scope";
import { accountsInRegions, fanOut } from "aws-scope/fan-out";

const accounts = accountSessions({ role: "Reader" });

/** The DynamoDB tables of each account, or the error that the request failed with. */
export async function tablesOf(ids: readonly string[], region: string): Promise<Map<string, unknown>> {
	const found = new Map<string, unknown>();
	const task = async () => (await clients.dynamodb().listTables({})).TableNames;
	for await (const { target, value, error } of fanOut(accountsInRegions(ids, [region]), task, { accounts })) {
		found.set(target.account, value ?? error);
	}
	return found;
}
