/** Code for docs/client.md. */

import { DynamoDB } from "@aws-sdk/client-dynamodb";
import { S3 } from "@aws-sdk/client-s3";
import { type AwsSession, client, clients, defineClients } from "aws-scope";

export function accessors(tenant: AwsSession): readonly object[] {
	//#region accessors
	const tables = clients.dynamodb();
	const inFrankfurt = clients.dynamodb("eu-central-1");
	const patient = clients.s3({ region: "eu-central-1", maxAttempts: 5 });
	const theirs = clients.s3({ session: tenant }); // a client of a named session
	const documents = clients.dynamodbDocument({ marshallOptions: { removeUndefinedValues: true } });
	//#endregion
	return [tables, inFrankfurt, patient, theirs, documents];
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

export function ofTenant(tenant: AwsSession): DynamoDB {
	//#region by-hand
	const db = new DynamoDB({ credentials: tenant.credentials });
	//#endregion
	return db;
}
