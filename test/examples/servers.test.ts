/** The servers of the examples keep their tenants' orders apart. */

import { createServer, type Server } from "node:http";
import { createAdaptorServer } from "@hono/node-server";
import { type INestApplication, Logger } from "@nestjs/common";
import type { LambdaEvent } from "hono/aws-lambda";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { app as expressApp } from "../../examples/express.js";
import { app as lateApp } from "../../examples/express-late.js";
import { app as fastifyApp } from "../../examples/fastify.js";
import { app as honoApp } from "../../examples/hono.js";
import { handler } from "../../examples/hono-lambda.js";
import { server as httpServer } from "../../examples/http.js";
import { app as koaApp } from "../../examples/koa.js";
import { type LocalAws, resetAwsScope, startLocalAws } from "../../local-aws/index.js";
import { assumeRole } from "../../src/index.js";
import { json, listen } from "../middleware/servers.js";
import { createTable } from "./tables.js";

const TENANTS = { acme: "111111111111", blum: "222222222222" };
const NAMES = Object.keys(TENANTS);
const key = (tenant: string) => ({ "x-api-key": `key-of-${tenant}` });

let aws: LocalAws;
let environment: Disposable;
beforeAll(async () => {
	Logger.overrideLogger(false);
	aws = await startLocalAws({ accounts: ["999999999999", ...Object.values(TENANTS)] });
	environment = aws.useEnv();
	for (const account of Object.values(TENANTS)) await createTable(assumeRole({ account, role: "setup" }), "orders");
});
afterAll(async () => {
	environment[Symbol.dispose]();
	await resetAwsScope();
	await aws.close();
});

const servers: [string, () => Server | Promise<Server>][] = [
	["express.ts", () => createServer(expressApp)],
	["express-late.ts", () => createServer(lateApp)],
	[
		"fastify.ts",
		async () => {
			await fastifyApp.ready();
			return fastifyApp.server;
		},
	],
	["hono.ts", () => createAdaptorServer({ fetch: honoApp.fetch }) as Server],
	["koa.ts", () => createServer(koaApp.callback())],
	["http.ts", () => httpServer],
	["nestjs-express.ts", async () => nest(await import("../../examples/nestjs-express.js"))],
	["nestjs-fastify.ts", async () => nest(await import("../../examples/nestjs-fastify.js"))],
	["nestjs-late.ts", async () => nest(await import("../../examples/nestjs-late.js"))],
];

async function nest({ app }: { app: INestApplication }): Promise<Server> {
	await app.init();
	await app.getHttpAdapter().getInstance().ready?.();
	return app.getHttpServer();
}

describe.each(servers)("%s", (file, make) => {
	test("each tenant finds its own orders, and nobody else's", async () => {
		const id = file.replace(/\W/g, "");
		await using client = await listen(await make());
		const orders = NAMES.map((tenant) => ({ id, of: tenant }));
		const put = await Promise.all(orders.map((order) => client.send("/orders", json(key(order.of), order))));
		expect(put.map(({ status }) => status)).toEqual([201, 201]);
		const got = await Promise.all(NAMES.map((tenant) => client.send(`/orders/${id}`, { headers: key(tenant) })));
		expect(got.map(({ text }) => JSON.parse(text))).toEqual(orders);
	});

	test("nobody's key gets nothing", async () => {
		await using client = await listen(await make());
		expect((await client.send("/orders/1", { headers: key("nobody") })).status).toBe(401);
	});
});

test("hono-lambda.ts acts as the tenant of the invocation", async () => {
	const event = {
		version: "2.0",
		rawPath: "/orders/honots",
		rawQueryString: "",
		headers: {},
		requestContext: { http: { method: "GET", path: "/orders/honots" }, domainName: "localhost" },
	} as unknown as LambdaEvent;
	const answers = await Promise.all(NAMES.map((tenant) => handler(event, { tenantId: `key-of-${tenant}` } as never)));
	expect(answers.map(({ body }) => JSON.parse(String(body)).of)).toEqual(NAMES);
});
