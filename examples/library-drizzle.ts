/** Drizzle over the RDS Data API for docs/libraries.md. */

import { clients, currentAwsScope, perSession } from "aws-scope";
import { eq } from "drizzle-orm";
import { drizzle } from "drizzle-orm/aws-data-api/pg";
import { pgTable, text } from "drizzle-orm/pg-core";

export const orders = pgTable("orders", { id: text().primaryKey(), owner: text().notNull() });

//#region databases
const databases = perSession(() => {
	const { account } = currentAwsScope();
	return drizzle(clients.rdsData("eu-central-1"), {
		database: "shop",
		resourceArn: `arn:aws:rds:eu-central-1:${account}:cluster:shop`,
		secretArn: `arn:aws:secretsmanager:eu-central-1:${account}:secret:shop`,
	});
});

export const findOrders = (id: string) => databases().select().from(orders).where(eq(orders.id, id));
//#endregion

/** Writes an order, and reads it in the same transaction. */
export const writeOrder = (id: string, owner: string) =>
	databases().transaction(async (database) => {
		await database.insert(orders).values({ id, owner });
		return database.select().from(orders).where(eq(orders.id, id));
	});
