/** A program that uses aws-scope and ends without a word: run by a test in a process of its own. */

import { accountSessions, clients, configure, runInAwsScope } from "../../src/index.js";
import { EXTERNAL_ID, ROLE } from "../helpers/aws.js";

configure({ idleMs: 60_000 });
const accounts = accountSessions({ role: ROLE, externalId: EXTERNAL_ID });
await runInAwsScope({ account: process.env["TENANT"] as string, accounts }, async () => {
	const { TableNames } = await clients.dynamodb().listTables({});
	console.log(TableNames?.[0]);
});
