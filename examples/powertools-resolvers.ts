/** Powertools' resolvers for AppSync and Bedrock agents: each call runs in its tenant's account. */

import { AppSyncEventsResolver } from "@aws-lambda-powertools/event-handler/appsync-events";
import { AppSyncGraphQLResolver } from "@aws-lambda-powertools/event-handler/appsync-graphql";
import { BedrockAgentFunctionResolver } from "@aws-lambda-powertools/event-handler/bedrock-agent";
import type { AppSyncEventsPublishEvent, BedrockAgentFunctionEvent } from "@aws-lambda-powertools/event-handler/types";
import type { AppSyncResolverEvent, Context } from "aws-lambda";
import { accountSessions, clients, withAwsScope } from "aws-scope";
import { tenantOfClaim, tenantOfValue } from "aws-scope/lambda";

const accounts = accountSessions({ role: "orders" });

/** Your tenant directory. */
const directory = new Map([
	["acme", "111111111111"],
	["blum", "222222222222"],
]);

/** The scope of a tenant. An unknown tenant is refused. */
function ofTenant(tenant: string) {
	const account = directory.get(tenant);
	if (account === undefined) throw new Error(`There is no tenant "${tenant}".`);
	return { account, accounts };
}

/** Shared code. It takes no tenant, client or credentials. */
async function readOrder(id: string) {
	const { Item } = await clients.dynamodbDocument().get({ TableName: "orders", Key: { id } });
	return { id, account: Item?.["account"] };
}

async function save(order: Order): Promise<Order> {
	await clients.dynamodbDocument().put({ TableName: "orders", Item: order });
	return order;
}

type Order = { id: string; tenant: string; note?: string };

//#region graphql
const queries = new AppSyncGraphQLResolver();
queries.resolver(({ id }: { id: string }) => readOrder(id), { typeName: "Query", fieldName: "order" });
queries.batchResolver((events: Field[]) => Promise.all(events.map(({ source }) => readOrder(source?.id ?? ""))), {
	typeName: "Item",
	fieldName: "order",
});

type Field = AppSyncResolverEvent<Record<string, unknown>, Order | null>;

/** A batch belongs to one query, and so to one caller. Refuse it if it ever does not. */
function tenantOfCaller(fields: Field[]): string {
	const [tenant, ...others] = new Set(fields.map((field) => tenantOfClaim(field, "custom:tenant")));
	if (tenant === undefined || others.length > 0) throw new Error("A batch of several tenants.");
	return tenant;
}

export const graphql = withAwsScope(
	(event: Field | Field[], context: Context) => queries.resolve(event, context),
	(event) => ofTenant(tenantOfCaller([event].flat())),
);
//#endregion

//#region items
queries.batchResolver(
	withAwsScope(
		async (_args: Record<string, unknown>, { event: { source } }: { event: Field }) => readOrder(source?.id ?? ""),
		(_args, { event: { source } }) => ofTenant(tenantOfValue(source?.tenant)),
	),
	{ typeName: "Report", fieldName: "order", aggregate: false },
);
//#endregion

//#region events
const channels = new AppSyncEventsResolver();
channels.onPublish("/orders/*", (order: Order) => save(order));

export const published = withAwsScope(
	(event: AppSyncEventsPublishEvent, context: Context) => channels.resolve(event, context),
	(event) => ofTenant(tenantOfClaim(event, "custom:tenant")),
);
//#endregion

//#region messages
const backend = new AppSyncEventsResolver();
backend.onPublish(
	"/changes/*",
	withAwsScope(save, ({ tenant }) => ofTenant(tenantOfValue(tenant))),
);

export const forwarded = (event: AppSyncEventsPublishEvent, context: Context) => backend.resolve(event, context);
//#endregion

//#region agent
const tools = new BedrockAgentFunctionResolver();
tools.tool(({ id }: { id: string }) => readOrder(id), { name: "readOrder", description: "Reads an order." });

export const agent = withAwsScope(
	(event: BedrockAgentFunctionEvent, context: Context) => tools.resolve(event, context),
	({ sessionAttributes }) => ofTenant(tenantOfValue(sessionAttributes["tenant"])),
);
//#endregion
