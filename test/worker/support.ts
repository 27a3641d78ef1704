/** What the tests of workers share. */

import { clients } from "../../src/index.js";
import type { SqsEvent, SqsRecord } from "../../worker/index.js";
import { meantFor } from "../helpers/aws.js";

/** A message as Lambda passes it. */
export const message = (body: unknown, index = 0, received = 1): SqsRecord => ({
	messageId: `message-${index}`,
	receiptHandle: `receipt-${index}`,
	body: typeof body === "string" ? body : JSON.stringify(body),
	attributes: { ApproximateReceiveCount: String(received) },
});

/** An event of these bodies. */
export const event = (...bodies: readonly unknown[]): SqsEvent => ({
	Records: bodies.map((body, index) => message(body, index)),
});

/** Asks whose account this is, in a request that says whose it is meant to be. */
export async function ask(account: string): Promise<string | undefined> {
	const { Item } = await clients.dynamodb().getItem({ TableName: meantFor(account), Key: { id: { S: "1" } } });
	return Item?.["account"]?.S;
}
