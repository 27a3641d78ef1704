/** awsScope() for Hono, over its server on Node and under its Lambda adapter. */

import type { Server } from "node:http";
import { createAdaptorServer } from "@hono/node-server";
import type { Context as LambdaContext } from "aws-lambda";
import { Hono } from "hono";
import { handle, type LambdaEvent } from "hono/aws-lambda";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { awsScope } from "../../middleware/hono.js";
import { assumeRole, tryCurrentAwsScope, withAwsScope } from "../../src/index.js";
import { startTenants, type TenantAws, tenant } from "../helpers/aws.js";
import { conformance } from "./conformance.js";
import { serveHono } from "./hono-server.js";
import { ask, listen } from "./servers.js";

describe("under its Lambda adapter", () => {
	const [A, B] = [tenant(0), tenant(1)];
	let all: TenantAws;
	beforeAll(async () => {
		all = await startTenants({ tenants: 2 });
	});
	afterAll(() => all[Symbol.asyncDispose]());

	type Env = { Bindings: { lambdaContext: LambdaContext & { tenantId?: string } } };
	const makeApp = () => {
		const app = new Hono<Env>();
		app.use(
			awsScope(({ env }: { env: Env["Bindings"] }) => ({
				account: String(env.lambdaContext.tenantId),
				accounts: all.accounts,
			})),
		);
		app.post("/orders", async (context) => context.json([await context.req.json(), await ask(A)]));
		app.get("/orders", async (context) => context.text(await ask(B)));
		return app;
	};
	const event = (method: string, body?: string) =>
		({
			version: "2.0",
			routeKey: "$default",
			rawPath: "/orders",
			rawQueryString: "",
			headers: { "content-type": "application/json", host: "localhost" },
			body,
			isBase64Encoded: false,
			requestContext: { http: { method, path: "/orders" }, domainName: "localhost" },
		}) as unknown as LambdaEvent;
	const context = (tenantId: string) => ({ tenantId }) as never;

	test("invocations act as the tenant of their Lambda context, also side by side", async () => {
		const handler = handle(makeApp());
		const [post, get] = await Promise.all([
			handler(event("POST", '{"id":1}'), context(A)),
			handler(event("GET"), context(B)),
		]);
		expect(JSON.parse(String(post.body))).toEqual([{ id: 1 }, A]);
		expect(get.body).toBe(B);
		expect(all.wrong()).toEqual([]);
		expect(tryCurrentAwsScope()).toBeUndefined();
	});

	test("a scope that was opened around the handler gets its identity from awsScope()", async () => {
		const handler = withAwsScope(handle(makeApp()), { bindLater: true });
		expect((await handler(event("GET"), context(B))).body).toBe(B);
	});
});

conformance({ name: "Hono", serve: serveHono, awsScope });

test("a web stream that is read after the handler makes its pieces in the scope, if its generator is wrapped", async () => {
	const session = assumeRole({ account: tenant(0), role: "Tenant" });
	async function* pieces() {
		for (let index = 0; index < 3; index++) {
			yield new TextEncoder().encode(`${tryCurrentAwsScope()?.account} ${".".repeat(100_000)}`);
		}
	}
	const app = new Hono();
	app.use(awsScope(session));
	app.get("/", (context) => context.body(ReadableStream.from(withAwsScope(pieces)()) as never));
	await using client = await listen(createAdaptorServer({ fetch: app.fetch }) as Server);
	expect((await client.send("/")).text.split(/ \.+/)).toEqual([tenant(0), tenant(0), tenant(0), ""]);
});
