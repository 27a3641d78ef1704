/** The classic bug, on purpose: a module variable keeps the first tenant's client and uses it for every tenant. */

import type { DynamoDBDocument } from "@aws-sdk/lib-dynamodb";
import middy from "@middy/core";
import { clients } from "aws-scope";
import { awsScope, type MiddyRequest, openAwsScope } from "aws-scope/middy";
import type { Order } from "./orders.js";
import { sessionOf } from "./tenants.js";
import { clientByHand, saveAndRead } from "./usual-way.js";

let kept: DynamoDBDocument | undefined;

const handleWithKept = (order: Order) => {
	kept ??= clients.dynamodbDocument();
	return saveAndRead(kept, order);
};

/** With aws-scope, the client throws `StrayedClientError` in every other tenant's invocation, before anything is signed. */
export const buggyHandler = openAwsScope(middy(handleWithKept)).use(
	awsScope(({ event }: MiddyRequest<Order>) => sessionOf(event.tenant)),
);

//#region by-hand
let orders: DynamoDBDocument | undefined;

export const buggyHandlerByHand = middy((order: Order) => {
	orders ??= clientByHand(order.tenant); // the first tenant's client, kept for everybody
	return saveAndRead(orders, order);
});
//#endregion
