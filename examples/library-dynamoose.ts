/** Dynamoose 4 for docs/libraries.md. */

import { clients, followingClient } from "aws-scope";
import * as dynamoose from "dynamoose";

//#region model
dynamoose.aws.ddb.set(followingClient(clients.dynamodb));

// At module level, there is no tenant whose table Dynamoose could create or wait for.
dynamoose.Table.defaults.set({ create: false, waitForActive: false });

const schema = new dynamoose.Schema({
	pk: { type: String, hashKey: true },
	sk: { type: String, rangeKey: true },
	owner: String,
});
export const Order = dynamoose.model("order", schema);
export const shop = new dynamoose.Table("shop", [Order]);
//#endregion
