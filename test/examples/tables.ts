/** Tables for the examples. */

import type { AwsSession } from "../../src/index.js";

/** A table with the key `id`, in the session's account. */
export async function createTable(owner: AwsSession, TableName: string, region?: string): Promise<void> {
	await owner.clients.dynamodb(region).createTable({
		TableName,
		KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
		AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
		BillingMode: "PAY_PER_REQUEST",
	});
}
