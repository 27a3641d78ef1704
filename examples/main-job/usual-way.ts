/** The same work done the usual way. It is safe, but each invocation builds its own client and fetches its own credentials. */

import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { fromTemporaryCredentials } from "@aws-sdk/credential-providers";
import { DynamoDBDocument } from "@aws-sdk/lib-dynamodb";
import middy from "@middy/core";
import { type Order, TableName } from "./orders.js";
import { PLATFORM, tenantNamed } from "./tenants.js";

/** The number of clients built by hand so far. */
export const builtByHand = { clients: 0 };

export function clientByHand(name: string): DynamoDBDocument {
	const { account, role, externalId, plan } = tenantNamed(name);
	const credentials = fromTemporaryCredentials({
		params: {
			RoleArn: `arn:aws:iam::${account}:role/${role}`,
			RoleSessionName: `platform-${PLATFORM}`,
			ExternalId: externalId,
			Tags: [
				{ Key: "tenant", Value: name },
				{ Key: "plan", Value: plan },
			],
		},
	});
	builtByHand.clients += 1;
	return DynamoDBDocument.from(new DynamoDBClient({ credentials }));
}

export async function saveAndRead(document: DynamoDBDocument, order: Order): Promise<unknown> {
	const { tenant, id } = order;
	await document.put({ TableName, Item: order });
	const { Item } = await document.get({ TableName, Key: { tenant, id } });
	return Item;
}

export const usualHandler = middy(async (order: Order) => {
	const document = clientByHand(order.tenant);
	try {
		return await saveAndRead(document, order);
	} finally {
		document.destroy();
	}
});
