/** Code for docs/bundling.md: the entry file of a bundled application. */

//#region register
import { DynamoDB } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocument } from "@aws-sdk/lib-dynamodb";
import { registerClients } from "aws-scope";

registerClients({ dynamodb: DynamoDB, dynamodbDocument: DynamoDBDocument });
//#endregion
