/** A Lambda function for many tenants with Middy. `npm run build:js && npm run ts -- examples/lambda-middy.ts` runs it. */

import { fileURLToPath } from "node:url";
import middy from "@middy/core";
import type { Context } from "aws-lambda";
import { accountSessions, clients } from "aws-scope";
import { awsScope, type MiddyRequest, openAwsScope } from "aws-scope/middy";
import { startLocalAws } from "aws-scope/testing";

interface Order {
	readonly account: string;
	readonly order: string;
}

const accounts = accountSessions({ role: "Tenant", externalId: "acme" });

/** Shared code. `clients` acts for the tenant of the current invocation, whoever calls this function. */
async function save(id: string): Promise<number> {
	const db = clients.dynamodb();
	await db.putItem({ TableName: "orders", Item: { id: { S: id } } });
	const { Count = 0 } = await db.scan({ TableName: "orders", Select: "COUNT" });
	return Count;
}

export const handler = openAwsScope(middy(async ({ order }: Order) => save(order))).use(
	awsScope(({ event }: MiddyRequest<Order>) => ({ account: event.account, accounts })),
);

/** Runs three tenants at once against a local AWS and returns how many orders each one has. */
export async function main(): Promise<Record<string, number>> {
	const tenants = ["111111111111", "222222222222", "333333333333"];
	const aws = await startLocalAws({
		accounts: ["000000000000", ...tenants.map((id) => ({ id, roles: [{ name: "Tenant", externalId: "acme" }] }))],
	});
	const environment = aws.useEnv();
	try {
		return Object.fromEntries(await Promise.all(tenants.map(order)));
	} finally {
		environment[Symbol.dispose]();
		await aws.close();
	}
}

/** A tenant that places one more order than the previous tenant. */
async function order(account: string, index: number): Promise<[string, number]> {
	await accounts(account)
		.clients.dynamodb()
		.createTable({
			TableName: "orders",
			KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
			AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
			BillingMode: "PAY_PER_REQUEST",
		});
	const context = {} as Context;
	for (let number = 1; number <= index; number++) await handler({ account, order: `order-${number}` }, context);
	return [account, await handler({ account, order: "order-0" }, context)];
}

if (process.argv[1] === fileURLToPath(import.meta.url)) console.table(await main());
