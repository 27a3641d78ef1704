/** Shared code. It takes no client, credentials or role, and acts for the tenant of the current invocation. */

import { clients } from "aws-scope";

export interface Order {
	readonly tenant: string;
	readonly id: string;
	readonly item: string;
	readonly quantity: number;
}

/** Every tenant has a table with this name in its own account. */
export const TableName = "orders";

export async function saveOrder(order: Order): Promise<void> {
	await clients.dynamodbDocument().put({ TableName, Item: order });
}

export async function readOrder(tenant: string, id: string): Promise<unknown> {
	const { Item } = await clients.dynamodbDocument().get({ TableName, Key: { tenant, id } });
	return Item;
}
