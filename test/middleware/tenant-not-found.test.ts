/** A tenant that is not found is answered with 403 by every framework, with no code of the user's. */

import { createServer, type Server } from "node:http";
import { createAdaptorServer } from "@hono/node-server";
import middy from "@middy/core";
import httpErrorHandler from "@middy/http-error-handler";
import express, { type Request } from "express";
import fastify from "fastify";
import { Hono } from "hono";
import Koa from "koa";
import { afterAll, expect, test, vi } from "vitest";
import { awsScope as ofExpress } from "../../middleware/express.js";
import { awsScope as ofFastify } from "../../middleware/fastify.js";
import { awsScope as ofHono } from "../../middleware/hono.js";
import { awsScope as ofKoa } from "../../middleware/koa.js";
import { awsScope as ofMiddy, openAwsScope } from "../../middleware/middy.js";
import { type AwsScopeSpec, accountSessions, errors, withAwsScope } from "../../src/index.js";
import { listen, type Received } from "./servers.js";

const accounts = accountSessions({ role: "Tenant" });
/** A directory of tenants that knows nobody, asked by a name that the caller sent. */
const directory = new Map<unknown, string>();
const find = async (name: unknown) => ({ account: directory.get(name), accounts }) as AwsScopeSpec;

const lambda = async (handler: (event: object, context: never) => unknown): Promise<Received> => {
	const { statusCode: status, body: text } = (await handler({}, {} as never)) as { statusCode: number; body: string };
	return { status, text };
};

async function asked(server: Server): Promise<Received> {
	await using client = await listen(server);
	return await client.send("/", { headers: { "x-tenant": "mallory" } });
}

const sentence = "awsScope() was given account: undefined; find the tenant's account first, or throw if there is none.";
const ran = vi.fn();

// Express prints what it answers with.
const printed = vi.spyOn(console, "error").mockImplementation(() => {});
afterAll(() => printed.mockRestore());

/** Each framework as its own first page has it, and what it sends of an error. */
const frameworks: [name: string, text: string, ask: () => Promise<Received>][] = [
	[
		"middy's http-error-handler",
		sentence,
		() =>
			lambda(
				openAwsScope(middy(ran))
					.use(httpErrorHandler({ logger: () => {} }))
					.use(ofMiddy(() => find("mallory"))),
			),
	],
	[
		"middy's http-error-handler inside withAwsScope()",
		sentence.replace("awsScope", "withAwsScope"),
		() =>
			lambda(
				middy(withAwsScope(ran, () => find("mallory")) as never).use(httpErrorHandler({ logger: () => {} })) as never,
			),
	],
	[
		"Express",
		"Forbidden",
		() => {
			const app = express().set("env", "production");
			app.use(ofExpress((request: Request) => find(request.get("x-tenant"))));
			app.get("/", ran);
			return asked(createServer(app));
		},
	],
	[
		"Fastify",
		sentence,
		async () => {
			const app = fastify();
			app.register(ofFastify((request) => find(request.headers["x-tenant"])));
			app.get("/", ran);
			await app.ready();
			const { status, text } = await asked(app.server);
			return { status, text: JSON.parse(text).message };
		},
	],
	[
		"Koa",
		"Forbidden",
		() => {
			const app = new Koa();
			app.silent = true;
			app.use(ofKoa((context) => find(context.get("x-tenant"))));
			app.use(ran);
			return asked(createServer(app.callback()));
		},
	],
	[
		"Hono",
		"Forbidden",
		() => {
			const app = new Hono();
			app.use(ofHono((context) => find(context.req.header("x-tenant"))));
			app.get("/", ran);
			return asked(createAdaptorServer({ fetch: app.fetch }) as Server);
		},
	],
];

test.each(frameworks)("%s", async (_name, text, ask) => {
	expect(await ask()).toEqual({ status: 403, text: expect.stringContaining(text) });
	expect(ran).not.toHaveBeenCalled();
});

test("Hono answers a frozen error, too, and onError() gets an error of the same class", async () => {
	const frozen = Object.freeze(new errors.TenantNotFoundError("nobody"));
	const refuse = ofHono(() => {
		throw frozen;
	});
	const app = new Hono().use(refuse).get("/", ran);
	const answer = await app.request("/");
	expect([answer.status, await answer.text()]).toEqual([403, "Forbidden"]);
	const handled = vi.fn((_error: Error) => new Response());
	await app.onError(handled).request("/");
	expect(handled.mock.calls[0]?.[0]).toMatchObject({ name: "TenantNotFoundError", message: "nobody", cause: frozen });
});

test("the status is a field of the error, and whoever catches it may choose another", () => {
	const error = new errors.TenantNotFoundError("nobody");
	expect(error).toMatchObject({ name: "TenantNotFoundError", code: "TENANT_NOT_FOUND", statusCode: 403 });
	expect(Object.assign(error, { statusCode: 404 }).statusCode).toBe(404);
});
