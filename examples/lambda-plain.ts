/** A Lambda function without a framework: each invocation acts as a role in its tenant's account. */

import { accountSessions, clients, withAwsScope } from "aws-scope";

const accounts = accountSessions({ role: "orders" });

interface OrderEvent {
	id: string;
	account: string; // from your authorizer, never from caller input
}

/** Shared code. It takes no tenant, client or credentials. */
async function readOrder(id: string): Promise<unknown> {
	const orders = clients.dynamodbDocument();
	const { Item } = await orders.get({ TableName: "orders", Key: { id } });
	return Item;
}

export const handler = withAwsScope(
	async (event: OrderEvent) => readOrder(event.id),
	(event) => ({ account: event.account, accounts }),
);
