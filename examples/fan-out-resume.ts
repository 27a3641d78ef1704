/** A fan-out that goes on where it was: results are kept as they arrive, and what is kept is not done again. */

import { existsSync } from "node:fs";
import { appendFile } from "node:fs/promises";
import { accountSessions, clients } from "aws-scope";
import { type AccountInRegion, type AnyIterable, accountsFromFile, fanOut } from "aws-scope/fan-out";

type Target = AccountInRegion<string>;

const accounts = accountSessions({ role: "Reader" });
const keyOf = ({ account, region }: { readonly account: string; readonly region?: string | undefined }) =>
	`${account} ${region}`;

//#region resume
/** The tables of every target, one line of JSON each in `file`. Call it again with the same file until nothing fails. */
export async function collectTables(targets: AnyIterable<Target>, file: string): Promise<{ failed: number }> {
	const known = new Set<string>();
	if (existsSync(file)) for await (const line of accountsFromFile(file)) known.add(keyOf(line));

	async function* left() {
		for await (const target of targets) if (!known.has(keyOf(target))) yield target;
	}

	let failed = 0;
	const task = async () => (await clients.dynamodb().listTables({})).TableNames;
	for await (const { target, status, value: tables } of fanOut(left(), task, { accounts })) {
		if (status === "fulfilled") await appendFile(file, `${JSON.stringify({ ...target, tables })}\n`);
		else failed += 1;
	}
	return { failed };
}
//#endregion
