/** The applications of the conformance tests as users of Koa write them. */

import { createServer, type Server } from "node:http";
import { Readable } from "node:stream";
import { bodyParser } from "@koa/bodyparser";
import Koa, { type Context, type Middleware, type Next } from "koa";
import multer from "multer";
import { awsScope } from "../../middleware/koa.js";
import type { AnsweringRoute, App, Call, Find, Route } from "./servers.js";

const call = (context: Context): Call => ({
	header: (name) => context.get(name),
	body: (context.req as { file?: Express.Multer.File }).file?.buffer.toString() ?? context.request.body,
	stream: context.req,
});

const scope = (spec: App["scopes"][number]): Middleware => {
	if ("middleware" in spec) {
		return async (context, next) => {
			await spec.middleware(call(context));
			await next();
		};
	}
	if ("around" in spec) return (_context, next) => spec.around(next);
	if ("answer" in spec) {
		return (context) => {
			context.body = spec.answer(call(context));
		};
	}
	return awsScope(typeof spec === "function" ? (context: Context) => (spec as Find)(call(context)) : spec);
};

const file = multer().single("file");
const upload: Middleware = async (context, next) => {
	await new Promise<void>((resolve, reject) => {
		file(context.req as never, context.res as never, (error: unknown) =>
			error === undefined ? resolve() : reject(error),
		);
	});
	await next();
};
const nothing: Middleware = (_context, next) => next();
const parsers: Record<NonNullable<AnsweringRoute["body"]>, Middleware> = {
	json: bodyParser(),
	upload: upload,
	stream: nothing,
};

/** What a router does, without one. */
const router =
	(routes: readonly Route[], prefix = ""): Middleware =>
	async (context, next) => {
		const route = routes.find(({ path }) => prefix + path === context.path);
		if (route === undefined) return next();
		if ("raw" in route) {
			context.respond = false;
			context.status = 200;
			route.raw(call(context), context.res);
			return;
		}
		await (route.body === undefined ? nothing : parsers[route.body])(context, async () => {
			const answer = await route.handle(call(context));
			context.body = typeof answer === "string" ? answer : Readable.from(answer);
		});
	};

const below =
	(path: string, ...[first, second]: [Middleware, Middleware]): Middleware =>
	(context, next: Next) =>
		context.path.startsWith(path) ? first(context, () => second(context, next)) : next();

export function serveKoa({ bare = [], scopes, routes = [], mount, onError }: App): Server {
	const app = new Koa();
	app.silent = true;
	app.use(async (context, next) => {
		try {
			await next();
		} catch (error) {
			context.status = 500;
			context.body = onError === undefined ? (error as Error).message : await onError(error as Error);
		}
	});
	app.use(router(bare));
	for (const spec of scopes) app.use(scope(spec));
	if (mount !== undefined) app.use(below(mount.path, scope(mount.spec), router(mount.routes, mount.path)));
	app.use(router(routes));
	return createServer(app.callback());
}
