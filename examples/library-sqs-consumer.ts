/** sqs-consumer for docs/libraries.md. */

import type { Message } from "@aws-sdk/client-sqs";
import { accountSessions, clients, defaultSession, followingClient, runInAwsScope, withAwsScope } from "aws-scope";
import { tenantOfValue } from "aws-scope/lambda";
import { Consumer } from "sqs-consumer";

const accounts = accountSessions({ role: "orders" });
const documents = followingClient(clients.dynamodbDocument);

/** Shared code. It takes no tenant, client or credentials. */
async function save(message: Message): Promise<Message> {
	await documents.put(JSON.parse(message.Body ?? ""));
	return message;
}

//#region shared
const saveOfTenant = withAwsScope(save, ({ MessageAttributes }) => ({
	account: tenantOfValue(MessageAttributes?.["account"]?.StringValue),
	accounts,
}));

export const consumerOfAll = (queueUrl: string) =>
	Consumer.create({
		queueUrl,
		sqs: defaultSession().clients.sqs(), // the queue is the process's own
		messageAttributeNames: ["account"],
		batchSize: 10,
		handleMessage: saveOfTenant,
	});
//#endregion

//#region own
export const startConsumerOf = (account: string, queueUrl: string) =>
	runInAwsScope({ account, accounts }, () => {
		const consumer = Consumer.create({ queueUrl, sqs: clients.sqs(), handleMessage: save });
		consumer.start();
		return consumer;
	});
//#endregion
