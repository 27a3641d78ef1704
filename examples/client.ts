/** What the page about clients shows. */

import { DynamoDB } from "@aws-sdk/client-dynamodb";
import { S3 } from "@aws-sdk/client-s3";
import { type AwsSession, client, clients, defineClients } from "aws-scope";

export function accessors(tenant: AwsSession): readonly object[] {
	//#region accessors
	const a = clients.dynamodb();
	const b = clients.dynamodb("eu-central-1");
	const c = clients.s3({ region: "eu-central-1", maxAttempts: 5 });
	const d = clients.s3({ session: tenant }); // a client of a named session
	const e = clients.dynamodbDocument({ marshallOptions: { removeUndefinedValues: true } });
	//#endregion
	return [a, b, c, d, e];
}

//#region classes
export const { orders, files } = defineClients({ orders: DynamoDB, files: S3 });

export const listOrders = () => orders("eu-central-1").listTables({});
export const listTables = () => client(DynamoDB, "eu-central-1").listTables({});
//#endregion

export function same(): boolean {
	//#region same
	const one = clients.s3({ region: "eu-central-1", maxAttempts: 5 });
	const two = clients.s3({ maxAttempts: 5, region: "eu-central-1" });
	const equal = one === two; // true
	//#endregion
	return equal;
}
