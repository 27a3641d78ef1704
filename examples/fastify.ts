/** A multi-tenant API with Fastify: each request runs in its own tenant's account. */

import { accountSessions, clients } from "aws-scope";
import { awsScope } from "aws-scope/fastify";
import fastify from "fastify";

const accounts = accountSessions({ role: "orders" });

/** Your authentication: which tenant sent the request? */
const keys = new Map([
	["key-of-acme", "111111111111"],
	["key-of-blum", "222222222222"],
]);

function tenantOf(key: unknown): { account: string } {
	const account = keys.get(String(key));
	if (account === undefined) throw Object.assign(new Error("Unknown API key."), { statusCode: 401 });
	return { account };
}

export const app = fastify();
app.register(awsScope((request) => ({ ...tenantOf(request.headers["x-api-key"]), accounts })));
app.register(
	async (orders) => {
		orders.post<{ Body: { id: string } }>("/", async ({ body }, reply) => {
			await clients.dynamodbDocument().put({ TableName: "orders", Item: body });
			return reply.code(201).send();
		});
		orders.get<{ Params: { id: string } }>("/:id", async ({ params }) => {
			const { Item } = await clients.dynamodbDocument().get({ TableName: "orders", Key: { id: params.id } });
			return Item;
		});
	},
	{ prefix: "/orders" },
);
