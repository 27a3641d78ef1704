import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { json } from "node:stream/consumers";
import { accountSessions, clients } from "aws-scope";
import { awsScope } from "aws-scope/express";

const accounts = accountSessions({ role: "orders" });

/** Your authentication: which tenant sent the request? */
const keys = new Map([
	["key-of-acme", "111111111111"],
	["key-of-blum", "222222222222"],
]);

function tenantOf(key: unknown): { account: string } {
	const account = keys.get(String(key));
	if (account === undefined) throw Object.assign(new Error("Unknown API key."), { status: 401 });
	return { account };
}

async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
	if (request.method === "POST") {
		await clients.dynamodbDocument().put({ TableName: "orders", Item: (await json(request)) as { id: string } });
		response.writeHead(201).end();
	} else {
		const id = request.url?.slice("/orders/".length);
		const { Item } = await clients.dynamodbDocument().get({ TableName: "orders", Key: { id } });
		response.end(JSON.stringify(Item));
	}
}

const enterScope = awsScope<IncomingMessage>(({ headers }) => ({ ...tenantOf(headers["x-api-key"]), accounts }));

export const server = createServer((request, response) => {
	enterScope(request, response, (error) => {
		if (error === undefined) handle(request, response).catch((failure) => response.destroy(failure));
		else response.writeHead((error as { status?: number }).status ?? 500).end();
	});
});
