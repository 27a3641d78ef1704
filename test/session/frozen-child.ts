/** The process that test/session/freeze.test.ts stops and continues: answers each message with what its requests gave. */

import { DynamoDBClient, ListTablesCommand } from "@aws-sdk/client-dynamodb";
import { assumeRole, client } from "../../src/index.js";

const session = assumeRole({ account: "111111111111", role: "Frozen", sessionName: "frozen" });

process.on("message", async (wanted: number) => {
	const count = Math.abs(wanted);
	if (wanted < 0) {
		// A timer that falls due in the freeze runs before the event loop looks at its sockets.
		const due = new Promise((resolve) => setTimeout(resolve, 1_000));
		process.send?.("armed");
		await due;
	}
	// Nobody waits for this one.
	if (count === 0) session.credentials({ forceRefresh: true }).catch(() => undefined);
	const db = client(DynamoDBClient, { session, maxAttempts: 1 });
	const answers = await Promise.allSettled(
		Array.from({ length: count }, async () => (await db.send(new ListTablesCommand({}))).TableNames?.[0]),
	);
	process.send?.(answers.map((answer) => (answer.status === "fulfilled" ? answer.value : String(answer.reason))));
});
process.send?.("ready");
