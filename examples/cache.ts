/** Code for docs/cache.md. */

import { DynamoDB } from "@aws-sdk/client-dynamodb";
import { ClientCache, clientKey, configure, currentAwsScope } from "aws-scope";

//#region own
const cache = new ClientCache<DynamoDB>({ policy: "lfu", maxSize: 100 });

export function tables(region: string): DynamoDB {
	const options = { region, maxAttempts: 5 };
	return cache.getOrCreate(clientKey(DynamoDB, options), () => {
		const { credentials } = currentAwsScope().session;
		return new DynamoDB({ ...options, credentials });
	});
}
//#endregion

export function settings(): void {
	//#region home
	configure({ maxClients: 1_000, maxSessions: 20_000, policy: "lfu", idleMs: 15 * 60_000 });
	//#endregion
}
