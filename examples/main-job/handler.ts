/** The Lambda handler, with Middy. Each event is handled as the tenant that it names. */

import middy from "@middy/core";
import { awsScope, type MiddyRequest, openAwsScope } from "aws-scope/middy";
import { type Order, readOrder, saveOrder } from "./orders.js";
import { sessionOf } from "./tenants.js";

const handleOrder = async (order: Order) => {
	await saveOrder(order);
	return readOrder(order.tenant, order.id);
};

export const handler = openAwsScope(middy(handleOrder)).use(
	awsScope(({ event }: MiddyRequest<Order>) => sessionOf(event.tenant)),
);
