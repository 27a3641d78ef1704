import type { CreateTableCommandInput } from "@aws-sdk/client-dynamodb";
import { dynamodb } from "../../../../resources/index.js";
import { next, type Plan } from "../driver.js";

const TABLE: Omit<CreateTableCommandInput, "TableName"> = {
	AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
	KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
	BillingMode: "PAY_PER_REQUEST",
};

const unique = (): string => `table-${next()}`;

export const plan = (): Plan => ({
	samples: {
		"": async () => {
			await dynamodb()
				.createTable({ TableName: "known", ...TABLE })
				.catch(() => undefined);
			return dynamodb();
		},
		Table: () => dynamodb().createTable({ TableName: unique(), ...TABLE }),
	},
	inputs: {
		".createTable": () => ({ TableName: unique(), ...TABLE }),
		".batchGetItem": { RequestItems: { known: { Keys: [{ id: "a" }] } } },
		".batchWriteItem": { RequestItems: { known: [{ PutRequest: { Item: { id: "a" } } }] } },
		"Table.getItem": { Key: { id: "a" } },
		"Table.putItem": { Item: { id: "a", list: [1, { deep: true }] } },
		"Table.deleteItem": { Key: { id: "a" } },
		"Table.updateItem": { Key: { id: "a" }, UpdateExpression: "SET n = :n", ExpressionAttributeValues: { ":n": 1 } },
		"Table.query": { KeyConditionExpression: "id = :id", ExpressionAttributeValues: { ":id": "a" } },
		"Table.update": { DeletionProtectionEnabled: false },
	},
	before: { "Table.waitUntilNotExists": (table: { delete(): unknown }) => table.delete() },
});
