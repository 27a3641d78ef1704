/**
 * Nothing leaks out of a framework's awsScope(): after every kind of end of a request, whoever called the framework, or
 * the middleware, and awaited it is in the scope that it was in before.
 */

import { once } from "node:events";
import type { IncomingMessage, Server } from "node:http";
import { text } from "node:stream/consumers";
import { setImmediate as turn } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { resetAwsScope } from "../../local-aws/index.js";
import { gate } from "../helpers/barrier.js";
import { serveExpress } from "./express-server.js";
import { serveFastify } from "./fastify-server.js";
import { serveHono } from "./hono-server.js";
import { serveKoa } from "./koa-server.js";
import { A, accounts, callers, type Lookout, lookout } from "./lookout.js";
import { type App, type Handle, json, listen, type Route, type Sent, type Serve } from "./servers.js";

beforeAll(() => {
	// Hono tells of an answer that fails halfway.
	vi.spyOn(console, "error").mockImplementation(() => {});
});
afterAll(async () => {
	vi.restoreAllMocks();
	await resetAwsScope();
});

const frameworks: [string, Serve][] = [
	["Express", serveExpress],
	["Fastify", serveFastify],
	["Hono", serveHono],
	["Koa", serveKoa],
];

const spec = { account: A, accounts };
const later = { bindLater: true, accounts } as const;
const boom = (): never => {
	throw new Error("boom");
};

/** The client's side of an end: reads all, or leaves. */
type Leaves = "early" | "halfway";
/** What a request meets. */
interface End {
	/** The status that the client is told; 0: it is told none, or half an answer. Where frameworks differ, none is named. */
	readonly status?: number;
	readonly scopes?: (enter: Lookout["enter"]) => App["scopes"];
	readonly handle?: (enter: Lookout["enter"], gone: Promise<unknown>) => ReturnType<Handle>;
	readonly sent?: Sent;
	readonly leaves?: Leaves;
	/** The server's own end of a response that takes too long. */
	readonly timeout?: true;
	/** The tenant's scope is not entered at all, or only by some frameworks. */
	readonly refused?: true | "by some";
}

async function* pieces(enter: Lookout["enter"], count: number, end: () => void = () => {}) {
	try {
		for (let index = 0; index < count; index += 1) {
			yield enter("x".repeat(20_000));
			await turn();
		}
		end();
	} finally {
		enter(undefined);
	}
}
const ENDLESS = Number.POSITIVE_INFINITY;
const hang = async (enter: Lookout["enter"], gone: Promise<unknown>) => {
	enter(undefined);
	await gone;
	return enter("nobody reads this");
};
async function* stalls(enter: Lookout["enter"], gone: Promise<unknown>) {
	yield enter("half an answer");
	yield hang(enter, gone);
}
const answers = async (enter: Lookout["enter"]) => enter("answer");
const refuses = (find: () => unknown): End => ({ status: 500, refused: true, scopes: () => [find as never] });

const ends: Record<string, End> = {
	"an answer": { status: 200, handle: answers },
	"an answer of a middleware": { status: 200, scopes: (enter) => [spec, { answer: () => enter("early") }] },
	"an answer in pieces": { status: 200, handle: (enter) => pieces(enter, 3) },
	"an answer to a body": {
		status: 200,
		sent: json({}, { some: "body" }),
		handle: async (enter) => turn().then(() => enter("read")),
	},
	"an answer that fails halfway": { handle: (enter) => pieces(enter, 3, boom) },
	"a throw": { status: 500, handle: (enter) => enter(boom)() },
	"a rejection": { status: 500, handle: async (enter) => turn().then(() => enter(boom)()) },
	"no route": {
		status: 404,
		refused: "by some",
		scopes: (enter) => [spec, { middleware: async () => enter(undefined) }],
	},
	"a body that is broken": {
		status: 500,
		sent: { ...json({}, {}), body: '{"broken' },
		scopes: (enter) => [spec, { middleware: async () => enter(undefined) }],
		handle: answers,
	},
	"a spec function that throws": refuses(boom),
	"a spec function that rejects": refuses(() => turn().then(boom)),
	"a spec function that gives nothing": refuses(async () => undefined),
	"a tenant found later": { status: 200, scopes: () => [() => turn().then(() => spec)], handle: answers },
	"a late identity": { status: 200, scopes: () => [later, spec], handle: answers },
	"a late identity that is refused": { status: 500, refused: true, scopes: () => [later, boom] },
	"a client that leaves early": { status: 0, handle: hang, leaves: "early" },
	"a client that leaves halfway": { status: 0, handle: (enter) => pieces(enter, ENDLESS), leaves: "halfway" },
	"the server's timeout": { status: 0, handle: hang, timeout: true },
	"the server's timeout halfway": { status: 0, handle: stalls, timeout: true },
};

type Call = (caller: () => Promise<void>) => Promise<void>;

/** Lets the framework be called by a caller of ours, who awaits it and the end of the response. */
function watch(server: Server, { from }: Lookout, call: Call, { timeout }: End) {
	const [listener] = server.listeners("request") as ((...args: unknown[]) => unknown)[];
	const [gone, ended] = [gate(), gate()];
	server.removeAllListeners("request").on("request", (request, response) => {
		const caller = async () => {
			const look = from("the server");
			const closed = once(response, "close");
			if (timeout) response.setTimeout(1);
			const called = listener?.call(server, request, response);
			look("at once");
			await Promise.race([called, closed]);
			look("when called");
			await closed;
			gone.open();
			look("when closed");
			await called;
			await turn();
			look("later");
		};
		void call(caller).then(ended.open);
	});
	return { gone: gone.opened, ended: ended.opened };
}

/** A middleware ahead of awsScope(). */
const around = ({ from }: Lookout): App["scopes"][number] => ({
	async around(next) {
		const look = from("the middleware ahead");
		try {
			const after = next();
			look("at once");
			await after;
		} finally {
			look("when done");
		}
	},
});

describe.each(frameworks)("%s", (_framework, serve) => {
	describe.each(callers)("called %s", (_where, call) => {
		test.each(Object.entries(ends))("leaves its caller there after %s", async (name, end) => {
			const seen = lookout();
			const { status, scopes = () => [spec], handle, sent = {}, leaves, refused } = end;
			const [reached, gone] = [gate(), gate()];
			const route: Route = {
				path: "/",
				...(sent.body === undefined ? {} : { body: "json" }),
				handle() {
					reached.open();
					return handle === undefined ? seen.enter("never") : handle(seen.enter, gone.opened);
				},
			};
			const app = { scopes: [around(seen), ...scopes(seen.enter)], routes: name === "no route" ? [] : [route] };
			const server = await serve(app);
			const watching = watch(server, seen, call, end);
			void watching.gone.then(gone.open);
			await using client = await listen(server);
			await call(async () => {
				const look = seen.from("the client");
				const request = client.open("/", sent).on("error", () => {});
				const response = new Promise<IncomingMessage | undefined>((resolve) => {
					request.once("response", resolve).once("close", () => resolve(undefined));
				});
				request.end(sent.body);
				if (leaves === "early") {
					await reached.opened;
					request.destroy();
				}
				const received = await response;
				look("when answered");
				if (leaves === "halfway") received?.once("data", () => received.destroy());
				const read = received && (await text(received).catch(() => undefined));
				look("when read");
				if (status === 0) expect(read).toBeUndefined();
				else if (status !== undefined) expect(received?.statusCode).toBe(status);
				await watching.ended;
				look("when ended");
			});
			expect(seen.leaks).toEqual([]);
			expect([...seen.inside]).toEqual(refused === true || (refused && seen.inside.size === 0) ? [] : [A]);
		});
	});
});
