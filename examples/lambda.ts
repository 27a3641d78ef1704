/** Code for docs/lambda.md. */

import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Context } from "aws-lambda";
import { accountSessions, clients, withAwsScope } from "aws-scope";

const accounts = accountSessions({ role: "orders" });

interface OrderEvent {
	readonly account: string;
}

/** Shared code. It reads one page of orders at a time. */
async function* pages(table: string): AsyncGenerator<string> {
	for await (const { Items = [] } of clients.dynamodb().paginateScan({ TableName: table })) yield JSON.stringify(Items);
}

//#region tenant-id
export const tenant = withAwsScope(
	async (_event: OrderEvent, _context: Context) => (await clients.dynamodb().listTables({})).TableNames,
	(_event, { tenantId }) => {
		if (tenantId === undefined) throw new Error("This function needs Lambda's tenant isolation mode.");
		return { account: tenantId, accounts };
	},
);
//#endregion

//#region streaming
export const streaming = withAwsScope(
	awslambda.streamifyResponse(async (_event: OrderEvent, response) => {
		response.setContentType("application/json");
		await pipeline(pages("orders"), response);
	}),
	(event) => ({ account: event.account, accounts }),
);
//#endregion

//#region generator
const pagesInScope = withAwsScope(pages);

export const readable = withAwsScope(
	awslambda.streamifyResponse(async (_event: OrderEvent, response) => {
		await pipeline(Readable.from(pagesInScope("orders")), response);
	}),
	(event) => ({ account: event.account, accounts }),
);
//#endregion
