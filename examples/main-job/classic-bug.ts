/** The classic bug, on purpose: shared code keeps the first tenant's client in a module variable and serves everybody with it. */

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

/** With aws-scope: a client refuses to work for another tenant than its own, before anything is signed. */
export const buggyHandler = openAwsScope(middy(handleWithKept)).use(
	awsScope(({ event }: MiddyRequest<Order>) => sessionOf(event.tenant)),
);

let keptByHand: DynamoDBDocument | undefined;

/** By hand: nobody notices. Orders are saved in the first tenant's account, and found there again. */
export const buggyHandlerByHand = middy((order: Order) => {
	keptByHand ??= clientByHand(order.tenant);
	return saveAndRead(keptByHand, order);
});
