/** Powertools' idempotency for docs/libraries.md. */

import { IdempotencyConfig, makeIdempotent } from "@aws-lambda-powertools/idempotency";
import { DynamoDBPersistenceLayer } from "@aws-lambda-powertools/idempotency/dynamodb";
import { clients, currentAwsScope, followingClient, perSession } from "aws-scope";

interface Payment {
	readonly id: string;
}
const pay = async ({ id }: Payment) => ({ id, paidBy: currentAwsScope().account });

//#region following
const persistenceStore = new DynamoDBPersistenceLayer({
	tableName: "idempotency",
	awsSdkV3Client: followingClient(clients.dynamodb),
});
const config = new IdempotencyConfig({ eventKeyJmesPath: "id" });

export const payOnce = makeIdempotent(pay, { persistenceStore, config });
//#endregion

//#region cached
const layers = perSession(
	() => new DynamoDBPersistenceLayer({ tableName: "idempotency", awsSdkV3Client: clients.dynamodb() }),
);
const cached = perSession(() =>
	makeIdempotent(pay, {
		persistenceStore: layers(),
		config: new IdempotencyConfig({ eventKeyJmesPath: "id", useLocalCache: true }),
	}),
);

export const payOnceCached = (payment: Payment) => cached()(payment);
//#endregion
