/** Where the tenant id comes from, by kind of event. Each handler acts as the event's tenant. */

import middy from "@middy/core";
import type {
	ALBEvent,
	APIGatewayProxyEventV2WithJWTAuthorizer,
	Context,
	EventBridgeEvent,
	KinesisStreamRecord,
	SQSRecord,
} from "aws-lambda";
import { accountSessions, assumeRole, clients, errors, withAwsScope } from "aws-scope";
import {
	tenantOfAttribute,
	tenantOfClaim,
	tenantOfContext,
	tenantOfHeader,
	tenantOfValue,
	tenantTags,
} from "aws-scope/lambda";
import { awsScope, type MiddyRequest, openAwsScope } from "aws-scope/middy";

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
async function tables(): Promise<string[] | undefined> {
	return (await clients.dynamodb().listTables({})).TableNames;
}

//#region context
export const isolated = withAwsScope(
	async (_event: unknown, _context: Context) => tables(),
	(_event, context) => ofTenant(tenantOfContext(context)),
);
//#endregion

//#region claim
export const api = withAwsScope(
	async (_event: APIGatewayProxyEventV2WithJWTAuthorizer) => tables(),
	(event) => ofTenant(tenantOfClaim(event, "custom:tenant")),
);
//#endregion

//#region middy
export const apiWithMiddy = openAwsScope(middy(tables)).use(
	awsScope(({ event }: MiddyRequest<APIGatewayProxyEventV2WithJWTAuthorizer>) =>
		ofTenant(tenantOfClaim(event, "custom:tenant")),
	),
);
//#endregion

//#region header
export const behindGateway = withAwsScope(
	async (_event: ALBEvent) => tables(),
	(event) => ofTenant(tenantOfHeader(event, "x-tenant")),
);
//#endregion

//#region attribute
export const message = withAwsScope(
	async (_record: SQSRecord) => tables(),
	(record) => ofTenant(tenantOfAttribute(record, "tenant")),
);

export const placed = withAwsScope(
	async (_event: EventBridgeEvent<"OrderPlaced", { order: { tenant: string } }>) => tables(),
	(event) => ofTenant(tenantOfAttribute(event, "order.tenant")),
);
//#endregion

//#region value
export const fair = withAwsScope(
	async (_record: SQSRecord) => tables(),
	({ attributes }) => ofTenant(tenantOfValue(attributes.MessageGroupId)),
);

export const keyed = withAwsScope(
	async (_record: KinesisStreamRecord) => tables(),
	({ kinesis }) => ofTenant(tenantOfValue(kinesis.partitionKey, { pattern: /[a-z]{2,20}/ })),
);
//#endregion

//#region tags
const POOL = { account: "333333333333", role: "orders" };

export const pooled = withAwsScope(
	async (_event: unknown, _context: Context) => tables(),
	(_event, context) => assumeRole({ ...POOL, ...tenantTags(tenantOfContext(context)) }),
);
//#endregion

//#region refused
export async function answer(event: APIGatewayProxyEventV2WithJWTAuthorizer) {
	try {
		return { statusCode: 200, body: JSON.stringify(await api(event)) };
	} catch (error) {
		if (error instanceof errors.TenantNotFoundError) return { statusCode: 403, body: "Unknown tenant." };
		throw error;
	}
}
//#endregion
