/** The worker thread of `local-aws.ts`: a local AWS with an account, a role and a table for each tenant. */

import { parentPort } from "node:worker_threads";
import { DynamoDB } from "@aws-sdk/client-dynamodb";
import { startLocalAws } from "aws-scope/testing";
import type { ServerReport } from "./local-aws.js";
import { TableName } from "./orders.js";
import { PLATFORM, type Tenant, tenants } from "./tenants.js";
import { Witness } from "./witness.js";

const witness = new Witness();

const aws = await startLocalAws({
	accounts: [
		PLATFORM,
		...tenants.map(({ account, role, externalId }) => ({
			id: account,
			roles: [{ name: role, externalId, trustedAccounts: [PLATFORM] }],
		})),
	],
	// Looks at each verified request and lets the local DynamoDB answer it.
	handlers: {
		dynamodb: (request) => {
			witness.look(request);
			return undefined;
		},
	},
});

// The environment is shared with the main thread. It now points here, with the platform's own key.
aws.useEnv();
await Promise.all(tenants.map(createTable));

parentPort?.on("message", () => parentPort?.postMessage(report()));
parentPort?.postMessage(report());

/** What was seen and counted since the last report. */
function report(): ServerReport {
	const { assumeRole, connections } = aws.stats();
	aws.resetCounts();
	return { seen: witness.report(), assumeRoleCalls: assumeRole.total, connections: connections.total };
}

/** As the tenant's own administrator would. */
async function createTable({ account }: Tenant): Promise<void> {
	const dynamodb = new DynamoDB({ credentials: aws.user(account) });
	await dynamodb.createTable({
		TableName,
		BillingMode: "PAY_PER_REQUEST",
		AttributeDefinitions: [
			{ AttributeName: "tenant", AttributeType: "S" },
			{ AttributeName: "id", AttributeType: "S" },
		],
		KeySchema: [
			{ AttributeName: "tenant", KeyType: "HASH" },
			{ AttributeName: "id", KeyType: "RANGE" },
		],
	});
	dynamodb.destroy();
}
