/** DynamoDB-Toolbox 2 for docs/libraries.md. */

import { clients, followingClient } from "aws-scope";
import { Entity, item, string, Table } from "dynamodb-toolbox";

//#region table
const shop = new Table({
	name: "shop",
	partitionKey: { name: "pk", type: "string" },
	sortKey: { name: "sk", type: "string" },
	documentClient: followingClient(clients.dynamodbDocument),
});
//#endregion

export const Order = new Entity({
	name: "order",
	table: shop,
	schema: item({ pk: string().key(), sk: string().key(), owner: string() }),
});
