/** A multi-tenant API with Express: each request runs in its own tenant's account. */

import { accountSessions, clients } from "aws-scope";
import { awsScope } from "aws-scope/express";
import express from "express";

const accounts = accountSessions({ role: "orders" });

/** Your authentication: which tenant sent the request? */
const keys = new Map([
	["key-of-acme", "111111111111"],
	["key-of-blum", "222222222222"],
]);

export function tenantOf(key: string | undefined): { account: string } {
	const account = keys.get(key ?? "");
	if (account === undefined) throw Object.assign(new Error("Unknown API key."), { status: 401 });
	return { account };
}

/** Shared code. It takes no tenant, client or credentials. */
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
