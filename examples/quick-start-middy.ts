/** A Lambda function with Middy: a middleware sets the invocation's identity. */

import middy from "@middy/core";
import { accountSessions, clients } from "aws-scope";
import { awsScope, type MiddyRequest, openAwsScope } from "aws-scope/middy";

const accounts = accountSessions({ role: "orders" });

interface OrderEvent {
	id: string;
	account: string;
}

async function readOrder({ id }: OrderEvent): Promise<unknown> {
	const orders = clients.dynamodbDocument();
	const { Item } = await orders.get({ TableName: "orders", Key: { id } });
	return Item;
}

export const handler = openAwsScope(middy(readOrder)).use(
	awsScope(({ event }: MiddyRequest<OrderEvent>) => ({ account: event.account, accounts })),
);
