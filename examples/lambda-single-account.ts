/** A Lambda function in one account, without a scope: clients are built on first use and stay warm. */

import { clients } from "aws-scope";

export async function handler(event: { id: string }): Promise<unknown> {
	const orders = clients.dynamodbDocument();
	const { Item } = await orders.get({ TableName: "orders", Key: { id: event.id } });
	return Item;
}
