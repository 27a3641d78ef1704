/** Code for docs/bundling.md. */

//#region register
import { DynamoDB } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocument } from "@aws-sdk/lib-dynamodb";
import { clients, registerClients } from "aws-scope";

registerClients({ dynamodb: DynamoDB, dynamodbDocument: DynamoDBDocument });
//#endregion

export const tables = () => clients.dynamodb().listTables({});
