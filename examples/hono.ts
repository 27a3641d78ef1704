/** A multi-tenant API with Hono on Node: each request runs in its own tenant's account. */

import { accountSessions, clients } from "aws-scope";
import { awsScope } from "aws-scope/hono";
import { Hono } from "hono";
import { HTTPException } from "hono/http-exception";

const accounts = accountSessions({ role: "orders" });

/** Your authentication: which tenant sent the request? */
const keys = new Map([
	["key-of-acme", "111111111111"],
	["key-of-blum", "222222222222"],
]);

export function tenantOf(key: string | undefined): { account: string } {
	const account = keys.get(key ?? "");
	if (account === undefined) throw new HTTPException(401, { message: "Unknown API key." });
	return { account };
}

export const orders = new Hono()
	.post("/", async (context) => {
		await clients.dynamodbDocument().put({ TableName: "orders", Item: await context.req.json() });
		return context.body(null, 201);
	})
	.get("/:id", async (context) => {
		const { Item } = await clients
			.dynamodbDocument()
			.get({ TableName: "orders", Key: { id: context.req.param("id") } });
		return context.json(Item);
	});

export const app = new Hono();
app.use(awsScope((context) => ({ ...tenantOf(context.req.header("x-api-key")), accounts })));
app.route("/orders", orders);
