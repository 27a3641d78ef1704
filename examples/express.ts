/** An API for many tenants with Express: each request acts in its own tenant's account. */

import { accountSessions, clients } from "aws-scope";
import { awsScope } from "aws-scope/express";
import express from "express";

const accounts = accountSessions({ role: "orders" });

/** Your authentication: whose request is it? */
const keys = new Map([
	["key-of-acme", "111111111111"],
	["key-of-blum", "222222222222"],
]);

export function tenantOf(key: string | undefined): { account: string } {
	const account = keys.get(key ?? "");
	if (account === undefined) throw Object.assign(new Error("Nobody has this key."), { status: 401 });
	return { account };
}

/** Shared code: it knows no tenant. */
export const orders = express
	.Router()
	.use(express.json())
	.post("/", async (request, response) => {
		await clients.dynamodbDocument().put({ TableName: "orders", Item: request.body });
		response.sendStatus(201);
	})
	.get("/:id", async (request, response) => {
		const { Item } = await clients.dynamodbDocument().get({ TableName: "orders", Key: { id: request.params.id } });
		response.send(Item);
	});

export const app = express();
app.use(awsScope((request) => ({ ...tenantOf(request.get("x-api-key")), accounts })));
app.use("/orders", orders);
