/** What a handler answers with is read after the last middleware: in the request's scope. */

import { createServer, type Server } from "node:http";
import { Readable } from "node:stream";
import { createAdaptorServer } from "@hono/node-server";
import express from "express";
import fastify from "fastify";
import { Hono } from "hono";
import { handle } from "hono/aws-lambda";
import Koa from "koa";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { awsScope as forExpress } from "../../middleware/express.js";
import { awsScope as forFastify } from "../../middleware/fastify.js";
import { awsScope as forHono } from "../../middleware/hono.js";
import { awsScope as forKoa } from "../../middleware/koa.js";
import { runInAwsScope } from "../../src/index.js";
import { startTenants, type TenantAws, tenant } from "../helpers/aws.js";
import { ask, listen } from "./servers.js";

const [A, B] = [tenant(0), tenant(1)];
let all: TenantAws;
beforeAll(async () => {
	all = await startTenants({ tenants: 2 });
});
beforeEach(() => {
	all.seen.length = 0;
});
afterAll(() => all[Symbol.asyncDispose]());

async function* pages(): AsyncGenerator<Uint8Array> {
	for (let page = 0; page < 3; page += 1) yield Buffer.from(await ask(A));
}
const web = (): ReadableStream<Uint8Array> => {
	let page = 0;
	return new ReadableStream<Uint8Array>(
		{
			async pull(controller) {
				if (page++ === 3) controller.close();
				else controller.enqueue(Buffer.from(await ask(A)));
			},
		},
		{ highWaterMark: 0 },
	);
};
const node = (): Readable => Readable.from(pages(), { objectMode: false, highWaterMark: 1 });
const spec = () => ({ account: A, accounts: all.accounts });

const hono = (answer: () => Response | ReadableStream<Uint8Array>): Hono => {
	const app = new Hono();
	app.use(forHono(spec));
	app.get("/", (context) => {
		const made = answer();
		return made instanceof Response ? made : context.body(made);
	});
	return app;
};
const onNode = (app: Hono): Server => createAdaptorServer({ fetch: app.fetch }) as Server;
const koa = (answer: () => unknown): Server => {
	const app = new Koa();
	app.use(forKoa(spec));
	app.use((context) => {
		context.body = answer();
	});
	return createServer(app.callback());
};
const servers: Record<string, () => Server | Promise<Server>> = {
	"Koa, a stream": () => koa(node),
	"Koa, a web stream": () => koa(web),
	"Koa, a Response": () => koa(() => new Response(web())),
	"Hono, a web stream": () => onNode(hono(web)),
	"Hono, a Response": () => onNode(hono(() => new Response(web()))),
	"Express, a web stream": () => {
		const app = express();
		app.use(forExpress(spec));
		app.get("/", (_request, response) => void Readable.fromWeb(web() as never).pipe(response));
		return createServer(app);
	},
	"Fastify, a web stream": async () => {
		const app = fastify();
		app.register(forFastify(spec));
		app.get("/", (_request, reply) => reply.send(web()));
		await app.ready();
		return app.server;
	},
};

const EVENT = {
	version: "2.0",
	rawPath: "/",
	rawQueryString: "",
	headers: {},
	requestContext: { http: { method: "GET", path: "/" }, domainName: "localhost" },
};

describe("a body that is made while it is sent", () => {
	test.each(Object.entries(servers))("by %s is made in the request's scope", async (_, serve) => {
		await using client = await listen(await serve());
		expect((await client.send("/")).text).toBe(A.repeat(3));
		expect(all.seen).toHaveLength(3);
		expect(all.wrong()).toEqual([]);
	});

	test.each(["Hono's fetch()", "Hono under Lambda"])(
		"by %s, called in another tenant's scope, is made in its own",
		async (way) => {
			const app = hono(web);
			await runInAwsScope(all.accounts(B), async () => {
				const answer =
					way === "Hono's fetch()"
						? await (await app.fetch(new Request("http://localhost/"))).text()
						: ((await handle(app)(EVENT as never, {} as never)) as { readonly body: string }).body;
				expect([A.repeat(3), Buffer.from(A.repeat(3)).toString("base64")]).toContain(answer);
			});
			expect(all.seen).toHaveLength(3);
			expect(all.wrong()).toEqual([]);
		},
	);
});

test("an answer of Hono on Node stays the light one that its server sends without a body of the web", async () => {
	const app = new Hono();
	const light: boolean[] = [];
	app.use(async (context, next) => {
		await next();
		light.push(Object.getOwnPropertySymbols(context.res).some(({ description }) => description === "cache"));
	});
	app.use(forHono(spec));
	app.get("/", (context) => context.text("done"));
	await using client = await listen(onNode(app));
	expect((await client.send("/")).text).toBe("done");
	expect(light).toEqual([true]);
});
