/** A script across many accounts: the same request to each, twenty at a time. */

import { accountSessions } from "aws-scope";

const accounts = accountSessions({ role: "Reader" });

type Tables = Map<string, string[] | Error>;

/** The DynamoDB tables of each account, or the error that the request failed with. */
export async function tablesOf(ids: readonly string[], region: string): Promise<Tables> {
	const found: Tables = new Map();
	const queue = ids.values();
	const worker = async (): Promise<void> => {
		for (const id of queue) {
			try {
				const { TableNames = [] } = await accounts(id).clients.dynamodb(region).listTables({});
				found.set(id, TableNames);
			} catch (error) {
				found.set(id, error as Error);
			}
		}
	};
	await Promise.all(Array.from({ length: 20 }, worker));
	return found;
}
