/** connect-dynamodb for docs/libraries.md. */

import { clients, defaultSession, followingClient } from "aws-scope";
import connectDynamoDB from "connect-dynamodb";
import session from "express-session";

const DynamoDBStore = connectDynamoDB(session);

//#region following
// For session() after the middleware that opens the tenant's scope: each tenant has its own table.
export const storeOfTenants = new DynamoDBStore({
	table: "sessions",
	client: followingClient(clients.dynamodb),
	initialized: true, // otherwise it looks for the table once, for whoever comes first
});
//#endregion

export function storeOfProcess() {
	//#region process
	// For session() before it: the table is the process's own.
	const store = new DynamoDBStore({ table: "sessions", client: defaultSession().clients.dynamodb() });
	//#endregion
	return store;
}
