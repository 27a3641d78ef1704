/**
 * Answers that share a connection: when one of them is done, Node sends what the next one has buffered and emits its
 * events there and then, in the context of another tenant's request. `pipe()` reads its source from such an event.
 */

import { EventEmitter } from "node:events";
import { createServer, IncomingMessage, type Server, ServerResponse } from "node:http";
import { createRequire } from "node:module";
import { type AddressInfo, connect, type Socket } from "node:net";
import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { setImmediate as turn } from "node:timers/promises";
import { createAdaptorServer, type HttpBindings } from "@hono/node-server";
import express from "express";
import fastify from "fastify";
import { Hono } from "hono";
import { stream } from "hono/streaming";
import Koa from "koa";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { awsScope as forExpress } from "../../middleware/express.js";
import { awsScope as forFastify } from "../../middleware/fastify.js";
import { awsScope as forHono } from "../../middleware/hono.js";
import { awsScope as forKoa } from "../../middleware/koa.js";
import { startTenants, type TenantAws, tenant } from "../helpers/aws.js";
import { gate } from "../helpers/barrier.js";
import { as, current } from "./conformance.js";
import { ask } from "./servers.js";

const [A, B] = [tenant(0), tenant(1)];
const PIECES = 20;

let all: TenantAws;
let ready: ReturnType<typeof gate>;
/** What each listener has seen: its own tenant, and the one of the scope in which it ran. */
let seen: [event: string, own: string, scope: string][];
beforeAll(async () => {
	all = await startTenants({ tenants: 2 });
});
beforeEach(() => {
	all.seen.length = 0;
	ready = gate();
	seen = [];
});
afterAll(() => all[Symbol.asyncDispose]());

/** Bigger than every buffer, and each piece asked for in the account. */
async function* pages(own: string): AsyncGenerator<string> {
	for (let count = 0; count < PIECES; count += 1) yield `${await ask(own)} `.repeat(2_000);
}

/** A handler: whoever is A answers once B's answer is stuck behind it. */
async function answer(own: string, response: ServerResponse): Promise<Readable> {
	const note = (event: string) => (): unknown => seen.push([event, own, current()]);
	for (const event of ["drain", "finish", "close"]) response.on(event, note(event));
	if (response.req.method === "POST") {
		// A body that nobody parses: its pieces come from the socket, which knows no scope.
		for (const event of ["data", "end"]) response.req.on(event, note(event));
		ready.open();
		await new Promise((resolve) => response.req.on("end", resolve));
		return Readable.from(["done"]);
	}
	if (own === B) void stuck(response).then(ready.open);
	else await ready.opened;
	return Readable.from(pages(own));
}

async function stuck(response: ServerResponse): Promise<void> {
	while (!response.writableNeedDrain) await turn();
}

const specOf = (own: string | string[] | undefined) => ({ account: String(own), accounts: all.accounts });

const servers: Record<string, () => Promise<Server>> = {
	async "Express, by pipe()"() {
		const app = express();
		app.use(forExpress((request) => specOf(request.get("x-tenant"))));
		app.all("/", async (request, response) => {
			(await answer(String(request.get("x-tenant")), response)).pipe(response);
		});
		return createServer(app);
	},
	async "Express, whose tenant is known later"() {
		const app = express();
		app.use(forExpress({ bindLater: true, accounts: all.accounts }));
		app.use(forExpress(async (request) => specOf(request.get("x-tenant"))));
		app.all("/", async (request, response) => {
			(await answer(String(request.get("x-tenant")), response)).pipe(response);
		});
		return createServer(app);
	},
	async "Fastify, by a stream that is sent"() {
		const app = fastify();
		app.addContentTypeParser("*", (_request, payload, done) => done(null, payload));
		app.register(forFastify((request) => specOf(request.headers["x-tenant"])));
		app.all("/", async (request, reply) => reply.send(await answer(String(request.headers["x-tenant"]), reply.raw)));
		await app.ready();
		return app.server;
	},
	async "Koa, by a stream as the body"() {
		const app = new Koa();
		app.use(forKoa((context) => specOf(context.get("x-tenant"))));
		app.use(async (context) => {
			context.body = await answer(context.get("x-tenant"), context.res);
		});
		return createServer(app.callback());
	},
	async "Hono, by stream()"() {
		const app = new Hono<{ Bindings: HttpBindings }>();
		app.use(forHono((context) => specOf(context.req.header("x-tenant"))));
		app.all("/", async (context) => {
			const body = await answer(String(context.req.header("x-tenant")), context.env.outgoing as ServerResponse);
			return stream(context, async (writer) => {
				for await (const piece of body) await writer.write(piece);
			});
		});
		return createAdaptorServer(app) as Server;
	},
};

/** What a connection answers to what is written to it; the last request closes it. */
async function sendTo(server: Server, write: (socket: Socket) => unknown): Promise<string> {
	await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
	try {
		const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
		write(socket);
		return await text(socket);
	} finally {
		server.closeAllConnections();
		await new Promise((resolve) => server.close(resolve));
	}
}

const head = (method: string, path: string, headers: object): string =>
	[
		`${method} ${path} HTTP/1.1`,
		...Object.entries({ host: "localhost", ...headers }).map((one) => one.join(": ")),
		"",
		"",
	].join("\r\n");

test.each(Object.entries(servers))(
	"%s: everything that an answer's events start acts as its own tenant",
	async (_, make) => {
		const requests = [A, B, A, B].map((own, index) =>
			head("GET", "/", { ...as(own), connection: index === 3 ? "close" : "keep-alive" }),
		);
		const answered = await sendTo(await make(), (socket) => socket.write(requests.join("")));
		for (const own of [A, B]) expect(answered.split(own)).toHaveLength(2 * PIECES * 2_000 + 1);
		expect(all.seen).toHaveLength(4 * PIECES);
		expect(all.wrong()).toEqual([]);
		expect(seen.filter(([event]) => event === "drain").length).toBeGreaterThan(0);
		expect(seen.filter(([event]) => event === "finish")).toHaveLength(4);
		expect(seen.filter(([, own, scope]) => own !== scope)).toEqual([]);
	},
);

test.each(Object.entries(servers))(
	"%s: a listener hears the pieces of a late body in its own scope",
	async (_, make) => {
		await sendTo(await make(), async (socket) => {
			socket.write(head("POST", "/", { ...as(A), "content-length": 4, "content-type": "a/b", connection: "close" }));
			await ready.opened;
			await turn();
			socket.write("body");
		});
		expect(seen.map(([event]) => event)).toEqual(expect.arrayContaining(["data", "end", "finish"]));
		expect(seen.filter(([, own, scope]) => own !== scope)).toEqual([]);
	},
);

test("Node's own prototypes are left alone, and those of a copy of Express are changed once for all its applications", async () => {
	// Nobody has used this copy yet.
	const require = createRequire(import.meta.url);
	for (const file of Object.keys(require.cache)) if (/node_modules.express./.test(file)) delete require.cache[file];
	const copy: typeof express = require("express");
	const node = [IncomingMessage, ServerResponse].map(({ prototype }) => prototype.emit);
	const get = head("GET", "/", { connection: "close" });
	const use = async () => {
		const app = copy().use(forExpress(specOf(A)), forExpress(specOf(B)));
		app.get("/", (_request, response) => void response.send("done"));
		await sendTo(createServer(app), (socket) => socket.write(get));
		expect([Object.hasOwn(app.request, "emit"), Object.hasOwn(app.response, "emit")]).toEqual([false, false]);
		return [copy.request.emit, copy.response.emit, copy.response.assignSocket];
	};
	const before = [copy.request.emit, copy.response.emit, copy.response.assignSocket];
	const changed = await use();
	for (const [index, method] of changed.entries()) expect(method).not.toBe(before[index]);
	expect(await use()).toEqual(changed);
	for (const { prototype } of [IncomingMessage, ServerResponse]) {
		expect([Object.hasOwn(prototype, "emit"), prototype.emit]).toEqual([false, EventEmitter.prototype.emit]);
	}
	expect(node).toEqual([EventEmitter.prototype.emit, EventEmitter.prototype.emit]);
});

test("the events of an answer belong to the innermost scope that was opened for it, also by another copy", async () => {
	vi.resetModules();
	const copy = await import("../../middleware/express.js");
	for (const inner of [forExpress, copy.awsScope]) {
		const app = express();
		app.use(forExpress(specOf(A)));
		const answering: express.RequestHandler = (_request, response) => {
			for (const event of ["finish", "close"]) response.on(event, () => seen.push([event, B, current()]));
			response.send("done");
		};
		app.use("/inner", inner(specOf(B)), answering);
		app.use("/application", express().use(inner(specOf(B)), answering));
		for (const path of ["/inner", "/application"]) {
			seen = [];
			await sendTo(createServer(app), (socket) => socket.write(head("GET", path, { connection: "close" })));
			expect(seen).toEqual([
				["finish", B, B],
				["close", B, B],
			]);
		}
	}
});
