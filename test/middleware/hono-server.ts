/** The applications of the conformance tests as users of Hono write them, on Node. */

import type { Server, ServerResponse } from "node:http";
import { createAdaptorServer, type HttpBindings } from "@hono/node-server";
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import { type Context, Hono, type MiddlewareHandler } from "hono";
import { stream } from "hono/streaming";
import { awsScope } from "../../middleware/hono.js";
import type { AnsweringRoute, App, Call, Find, Route } from "./servers.js";

const call = (context: Context): Call => ({ header: (name) => context.req.header(name) });

const parse: Record<NonNullable<AnsweringRoute["body"]>, (context: Context) => Promise<Partial<Call>>> = {
	json: async ({ req }) => ({ body: await req.json() }),
	upload: async ({ req }) => ({ body: await ((await req.parseBody())["file"] as File).text() }),
	stream: async ({ req }) => ({ stream: req.raw.body as AsyncIterable<Uint8Array> }),
};

const scope = (spec: App["scopes"][number]): MiddlewareHandler => {
	if ("middleware" in spec) {
		return async (context, next) => {
			await spec.middleware(call(context));
			await next();
		};
	}
	if ("around" in spec) return (_context, next) => spec.around(next);
	if ("answer" in spec) return async (context) => context.text(spec.answer(call(context)));
	return awsScope(typeof spec === "function" ? (context: Context) => (spec as Find)(call(context)) : spec);
};

function router(routes: readonly Route[]) {
	const app = new Hono<{ Bindings: HttpBindings }>();
	for (const route of routes) {
		if ("raw" in route) {
			app.all(route.path, (context) => {
				route.raw(call(context), context.env.outgoing as ServerResponse);
				return RESPONSE_ALREADY_SENT;
			});
			continue;
		}
		const { path, body, handle } = route;
		app.all(path, async (context) => {
			const parsed = body === undefined ? {} : await parse[body](context);
			const answer = await handle({ ...call(context), ...parsed });
			if (typeof answer === "string") return context.text(answer);
			return stream(context, async (out) => {
				for await (const piece of answer) await out.write(piece);
			});
		});
	}
	return app;
}

export function makeHono({ bare = [], scopes, routes = [], mount, onError }: App): Hono {
	const app = new Hono();
	app.onError(async (error, context) =>
		context.text(onError === undefined ? error.message : await onError(error), 500),
	);
	app.route("/", router(bare));
	for (const spec of scopes) app.use(scope(spec));
	if (mount !== undefined) {
		app.use(`${mount.path}/*`, scope(mount.spec));
		app.route(mount.path, router(mount.routes));
	}
	app.route("/", router(routes));
	return app;
}

export const serveHono = (app: App): Server => createAdaptorServer({ fetch: makeHono(app).fetch }) as Server;
