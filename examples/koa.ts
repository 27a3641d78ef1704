/** A multi-tenant API with Koa: each request runs in its own tenant's account. */

import { bodyParser } from "@koa/bodyparser";
import { accountSessions, clients } from "aws-scope";
import { awsScope } from "aws-scope/koa";
import Koa from "koa";

const accounts = accountSessions({ role: "orders" });

/** Your authentication: which tenant sent the request? */
const keys = new Map([
	["key-of-acme", "111111111111"],
	["key-of-blum", "222222222222"],
]);

function tenantOf(key: string): { account: string } {
	const account = keys.get(key);
	if (account === undefined) throw Object.assign(new Error("Unknown API key."), { status: 401, expose: true });
	return { account };
}

export const app = new Koa();
app.use(awsScope((context) => ({ ...tenantOf(context.get("x-api-key")), accounts })));
app.use(bodyParser());
app.use(async (context) => {
	if (context.method === "POST") {
		await clients.dynamodbDocument().put({ TableName: "orders", Item: context.request.body as { id: string } });
		context.status = 201;
	} else {
		const id = context.path.slice("/orders/".length);
		const { Item } = await clients.dynamodbDocument().get({ TableName: "orders", Key: { id } });
		context.body = Item;
	}
});
