/** Powertools' batch with an object that keeps a client, for docs/libraries.md. */

import { BatchProcessor, EventType, processPartialResponse } from "@aws-lambda-powertools/batch";
import type { Context, SQSEvent, SQSRecord } from "aws-lambda";
import { accountSessions, clients, followingClient, withAwsScope } from "aws-scope";
import { tenantOfAttribute } from "aws-scope/lambda";

const accounts = accountSessions({ role: "orders" });

//#region batch
const documents = followingClient(clients.dynamodbDocument);

const saveRecord = withAwsScope(
	async ({ body }: SQSRecord) => documents.put(JSON.parse(body)),
	(record) => ({ account: tenantOfAttribute(record, "account"), accounts }),
);

export const handler = (event: SQSEvent, context: Context) =>
	processPartialResponse(event, saveRecord, new BatchProcessor(EventType.SQS), { context });
//#endregion
