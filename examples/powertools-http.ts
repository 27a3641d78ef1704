/** Powertools' HTTP router: each request runs in its tenant's account. */

import { Readable } from "node:stream";
import { Router, streamify, UnauthorizedError } from "@aws-lambda-powertools/event-handler/http";
import type { Middleware } from "@aws-lambda-powertools/event-handler/types";
import type { APIGatewayProxyEventV2WithJWTAuthorizer, Context } from "aws-lambda";
import { accountSessions, bindAwsScope, clients, runInAwsScope, withAwsScope } from "aws-scope";
import { tenantOfClaim } from "aws-scope/lambda";

const accounts = accountSessions({ role: "orders" });

/** Your tenant directory. */
const directory = new Map([
	["acme", "111111111111"],
	["blum", "222222222222"],
]);

/** The scope of a tenant. An unknown tenant is refused. */
function ofTenant(tenant: string) {
	const account = directory.get(tenant);
	if (account === undefined) throw new UnauthorizedError("Unknown tenant.");
	return { account, accounts };
}

/** Your authentication: which tenant sent the request? */
const keys = new Map([
	["key-of-acme", "acme"],
	["key-of-blum", "blum"],
]);
const authenticate = async ({ headers }: Request) => keys.get(headers.get("x-api-key") ?? "") ?? "nobody";

//#region routes
/** Shared code. It takes no tenant, client or credentials. */
async function readOrder(id: string) {
	const { Item } = await clients.dynamodbDocument().get({ TableName: "orders", Key: { id } });
	return { id, account: Item?.["account"] };
}

const orders = new Router();
orders.get("/orders/:id", async ({ params }) => readOrder(params["id"] ?? ""));
//#endregion

//#region route
const inIreland: Middleware = ({ next }) => runInAwsScope({ region: "eu-west-1" }, next);

orders.get("/archive/:id", [inIreland], async ({ params }) => readOrder(params["id"] ?? ""));
//#endregion

//#region body
const pages = withAwsScope(async function* (table: string) {
	for await (const { Items } of clients.dynamodb().paginateScan({ TableName: table }))
		yield Buffer.from(JSON.stringify(Items));
});

orders.get("/orders", () => Readable.from(pages("orders")));
//#endregion

//#region router
const app = new Router();
app.includeRouter(orders);

export const handler = withAwsScope(
	(event: APIGatewayProxyEventV2WithJWTAuthorizer, context: Context) => app.resolve(event, context),
	(event) => ofTenant(tenantOfClaim(event, "custom:tenant")),
);
//#endregion

//#region late
const late = new Router();
late.includeRouter(orders);
late.use(async ({ reqCtx, next }) => {
	bindAwsScope(ofTenant(await authenticate(reqCtx.req)));
	await next();
});

const resolve = (event: unknown, context: Context) => late.resolve(event, context);
export const authenticated = withAwsScope(resolve, { bindLater: true });
//#endregion

//#region streaming
export const streaming = withAwsScope(streamify(late), { bindLater: true });
//#endregion
