/** A worker thread that is told which account and region to work in. It never receives a key. */

import { parentPort } from "node:worker_threads";
import { accountSessions, clients, configure, runInAwsScope } from "aws-scope";

// Refuse from the start: a pooled worker may be older than the first tenant.
configure({ requireScope: true });
const accounts = accountSessions({ role: "orders" });

interface Task {
	readonly account: string;
	readonly region: string | undefined;
	readonly order: { readonly id: string };
}

parentPort?.on("message", async ({ account, region, order }: Task) => {
	await runInAwsScope({ account, accounts, region }, () =>
		clients.dynamodbDocument().put({ TableName: "orders", Item: order }),
	);
	parentPort?.postMessage({ saved: order.id });
});
