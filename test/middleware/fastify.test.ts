/** awsScope() for Fastify, over its own server. */

import { PassThrough } from "node:stream";
import { setImmediate as turn } from "node:timers/promises";
import fastify, { type FastifyInstance, type FastifyRequest } from "fastify";
import fp from "fastify-plugin";
import oldest from "fastify5.0";
import { describe, expect, test, vi } from "vitest";
import { awsScope } from "../../middleware/fastify.js";
import { accountSessions, bindAwsScope, tryCurrentAwsScope } from "../../src/index.js";
import { gate } from "../helpers/barrier.js";
import { conformance } from "./conformance.js";
import { serveFastify } from "./fastify-server.js";
import { json, listen, slowly, uncaught } from "./servers.js";

conformance({ name: "Fastify", serve: serveFastify, awsScope });

const accounts = accountSessions({ role: "Tenant" });
const [A, B, C] = ["111111111111", "222222222222", "333333333333"] as const;
const as = (account: string) => ({ "x-tenant": account });
const current = () => tryCurrentAwsScope()?.account ?? "none";
const byHeader = () => awsScope(({ headers }: FastifyRequest) => ({ account: String(headers["x-tenant"]), accounts }));
const tell = async (app: FastifyInstance) => void app.get("/", async () => current());
const get = async (app: FastifyInstance, url = "/") => (await app.inject({ url, headers: as(A) })).body;

describe("the plugin", () => {
	test.each([
		["as it is", byHeader()],
		["with fastify-plugin around it", fp(byHeader())],
	])("%s holds for whoever registers it, and for the plugins next to it", async (_, plugin) => {
		const app = fastify();
		app.register(plugin);
		app.register(tell);
		app.register(tell, { prefix: "/child" });
		expect([await get(app), await get(app, "/child")]).toEqual([A, A]);
	});

	test("registered inside a plugin leaves the application outside alone", async () => {
		const app = fastify();
		app.register(tell);
		app.register(
			async (child) => {
				child.register(byHeader());
				child.register(tell);
			},
			{ prefix: "/child" },
		);
		expect([await get(app), await get(app, "/child")]).toEqual(["none", A]);
	});

	test("with fastify-plugin's encapsulate stays by itself", async () => {
		const app = fastify();
		app.register(fp(byHeader(), { encapsulate: true }));
		app.register(tell);
		expect(await get(app)).toBe("none");
	});

	test("names itself and the version that it is for", async () => {
		const app = fastify();
		app.register(byHeader());
		await app.ready();
		expect(app.hasPlugin("aws-scope")).toBe(true);
		expect(app.printPlugins()).toContain("aws-scope");
	});

	test.each(["preParsing", "preValidation", "preHandler"] as const)(
		"asks for the tenant in %s if told so",
		async (hook) => {
			const app = fastify();
			const early: string[] = [];
			app.addHook("onRequest", async () => void early.push(current()));
			app.register(
				awsScope((request: FastifyRequest<{ Body: { tenant: string } | undefined }>) => ({
					account: request.body?.tenant ?? B,
					accounts,
				})),
				{ hook },
			);
			app.post("/", async () => current());
			const { body } = await app.inject({ url: "/", method: "POST", payload: { tenant: A } });
			expect([early, body]).toEqual([["none"], hook === "preParsing" ? B : A]);
		},
	);
});

/** Both ends of the range of the optional peer. */
const versions = [
	["the oldest Fastify", oldest as unknown as typeof fastify],
	["the newest Fastify", fastify],
] as const;

describe.each(versions)("hooks that %s calls late", (_, fastify) => {
	async function noting(more: (app: FastifyInstance) => void) {
		const seen: Record<string, string> = {};
		const [begun, responded] = [gate(), gate()];
		const app = fastify();
		await app.register(byHeader());
		const note = (name: string) => async () => {
			seen[name] = current();
		};
		for (const hook of ["preParsing", "preValidation", "preHandler", "preSerialization", "onSend"] as const) {
			app.addHook(hook as "preHandler", note(hook));
		}
		app.addHook("onRequest", async () => begun.open());
		app.addHook("onError", note("onError"));
		app.addHook("onResponse", async () => {
			seen["onResponse"] = current();
			responded.open();
		});
		app.setErrorHandler(async (_error, _request, reply) => reply.code(400).send({ handled: current() }));
		app.post("/", async () => ({ handler: current() }));
		more(app);
		await app.ready();
		return { app, seen, begun, responded };
	}

	test("run in the request's scope, after a parsed body and after the response", async () => {
		const { app, seen, begun, responded } = await noting(() => {});
		await using client = await listen(app.server);
		expect((await client.send("/", slowly(json({ "x-tenant": A }, {}), begun.opened))).text).toBe(`{"handler":"${A}"}`);
		await responded.opened;
		expect(seen).toEqual({
			preParsing: A,
			preValidation: A,
			preHandler: A,
			preSerialization: A,
			onSend: A,
			onResponse: A,
		});
	});

	test("run in the request's scope when the body cannot be parsed, and so does the error handler", async () => {
		const { app, seen, begun, responded } = await noting(() => {});
		await using client = await listen(app.server);
		const malformed = { headers: { "x-tenant": A, "content-type": "application/json" }, body: "{{" };
		expect(await client.send("/", slowly(malformed, begun.opened))).toEqual({
			status: 400,
			text: `{"handled":"${A}"}`,
		});
		await responded.opened;
		expect(seen).toMatchObject({ onError: A, onSend: A, onResponse: A });
	});

	test("run in the request's scope after a stream that somebody else has ended", async () => {
		const source = new PassThrough();
		const { app, seen, begun, responded } = await noting((instance) => {
			instance.get("/stream", async (_request, reply) => reply.send(source));
		});
		await using client = await listen(app.server);
		const received = client.send("/stream", { headers: { "x-tenant": A } });
		await begun.opened;
		await turn();
		source.end("ended outside");
		expect((await received).text).toBe("ended outside");
		await responded.opened;
		expect(seen).toMatchObject({ onResponse: A });
	});

	test("run in the request's scope when the caller goes away", async () => {
		const [arrived, aborted] = [gate(), gate()];
		let seen: string | undefined;
		const { app } = await noting((instance) => {
			instance.addHook("onRequestAbort", async (_request) => {
				seen = current();
				aborted.open();
			});
			instance.get("/hang", async () => {
				arrived.open();
				await aborted.opened;
				return "";
			});
		});
		await using client = await listen(app.server);
		const request = client.open("/hang", { headers: { "x-tenant": B } });
		request.on("error", () => {});
		request.end();
		await arrived.opened;
		request.destroy();
		await aborted.opened;
		expect(seen).toBe(B);
	});

	test("run in the request's scope when the connection times out", async () => {
		const timedOut = gate();
		let seen: string | undefined;
		const app = fastify({ connectionTimeout: 10 });
		await app.register(byHeader());
		app.addHook("onTimeout", async () => {
			seen = current();
			timedOut.open();
		});
		app.get("/hang", async () => {
			await timedOut.opened;
			return "";
		});
		await app.ready();
		await using client = await listen(app.server);
		const gone = client.send("/hang", { headers: { "x-tenant": B } });
		await expect(gone).rejects.toThrow("socket hang up");
		await timedOut.opened;
		expect(seen).toBe(B);
	});

	test("run without a scope where none was opened", async () => {
		const responded = gate();
		const app = fastify();
		await app.register(byHeader(), { hook: "preHandler" });
		const seen: string[] = [];
		app.addHook("onError", async () => void seen.push(current()));
		app.addHook("onResponse", async () => {
			seen.push(current());
			responded.open();
		});
		app.addHook("preValidation", async () => {
			throw new Error("not allowed");
		});
		app.get("/", async () => "not reached");
		expect((await app.inject({ url: "/" })).statusCode).toBe(500);
		await responded.opened;
		expect(seen).toEqual(["none", "none"]);
	});
});

describe("request.awsScope", () => {
	const seen = (request: FastifyRequest): string => request.awsScope?.account ?? "none";

	test("is the scope of the request, also where the current one is another or none", async () => {
		const app = fastify();
		let kept: FastifyRequest | undefined;
		app.addHook("onRequest", async (request) => expect(seen(request)).toBe("none"));
		await app.register(byHeader());
		await app.register(async (inner) => {
			await inner.register(awsScope(accounts(C)));
			inner.get("/inner", async (request) => seen(request));
		});
		app.get("/", async (request) => {
			kept = request;
			return accounts(C).run(() => seen(request));
		});
		expect((await app.inject({ url: "/", headers: as(A) })).body).toBe(A);
		expect([current(), seen(kept as FastifyRequest)]).toEqual(["none", A]);
		expect((await app.inject({ url: "/inner", headers: as(B) })).body).toBe(C);
	});

	test("is not there outside the plugin that registers the scope, and waits for a late identity", async () => {
		const app = fastify();
		await app.register(async (inner) => {
			await inner.register(awsScope({ bindLater: true, accounts }));
			inner.get("/late", async (request) => {
				const before = seen(request);
				bindAwsScope({ account: A });
				return `${before}, then ${seen(request)}`;
			});
		});
		app.get("/", async (request) => seen(request));
		expect((await app.inject("/late")).body).toBe(`none, then ${A}`);
		expect((await app.inject("/")).body).toBe("none");
	});

	test("is shared by two copies of the package", async () => {
		vi.resetModules();
		const copy = await import("../../middleware/fastify.js");
		expect(copy.awsScope).not.toBe(awsScope);
		const app = fastify();
		await app.register(byHeader());
		await app.register(copy.awsScope({ region: "eu-west-1" }));
		app.get("/", async (request) => `${seen(request)} ${request.awsScope?.region}`);
		expect((await app.inject({ url: "/", headers: as(A) })).body).toBe(`${A} eu-west-1`);
	});
});

test.each<[object, RegExp]>([
	[{ hook: "onSend" }, /takes one of onRequest, preParsing, preValidation, preHandler, not "onSend"/],
	[{ hook: null }, /not null/],
	[{ hooks: "preHandler" }, /has no option "hooks"; it takes hook/],
])("options that would leave handlers without a scope are refused: %j", async (options, message) => {
	const app = fastify();
	app.register(byHeader(), options as never);
	await expect(async () => app.ready()).rejects.toThrow(message);
});

test("Fastify's own options and its refusals pass through", async () => {
	const prefixed = fastify();
	prefixed.register(byHeader(), { prefix: "/here", logLevel: "warn" } as never);
	await tell(prefixed);
	expect(await get(prefixed)).toBe(A);
	const taken = fastify();
	taken.decorateRequest("awsScope" as never, "mine" as never);
	taken.register(byHeader());
	await expect(async () => taken.ready()).rejects.toThrow(/'awsScope' has already been added/);
});

test("done is called once for a tenant who was found after a while, also when what comes after throws", async () => {
	type Hook = (request: object, reply: object, done: (...args: unknown[]) => void) => void;
	const hooks = new Map<string, Hook>();
	const app = {
		addHook: (name: string, hook: Hook) => void hooks.set(name, hook),
		hasRequestDecorator: () => true,
		decorateRequest: () => {},
	};
	awsScope(async () => accounts(A))(app, {}, () => {});
	const calls: unknown[][] = [];
	const later = new Error("later");
	const loose = await uncaught(async () => {
		hooks.get("onRequest")?.({}, {}, (...args) => {
			calls.push([current(), ...args]);
			throw later;
		});
		await turn();
	});
	expect([calls, loose]).toEqual([[[A]], [later]]);
});
