/** Shared code: it knows no tenant, account, role or key, and acts as whoever it is called for. */

import { clients } from "aws-scope";

export interface Order {
	readonly tenant: string;
	readonly id: string;
	readonly item: string;
	readonly quantity: number;
}

/** Every tenant has a table of this name, in its own account. */
export const TableName = "orders";

export async function saveOrder(order: Order): Promise<void> {
	await clients.dynamodbDocument().put({ TableName, Item: order });
}

export async function readOrder(tenant: string, id: string): Promise<unknown> {
	const { Item } = await clients.dynamodbDocument().get({ TableName, Key: { tenant, id } });
	return Item;
}
