/** The applications of the conformance tests as users of Fastify write them. */

import type { Server } from "node:http";
import { Readable } from "node:stream";
import multipart from "@fastify/multipart";
import fastify, { type FastifyInstance, type FastifyPluginCallback, type FastifyRequest } from "fastify";
import fp from "fastify-plugin";
import { awsScope } from "../../middleware/fastify.js";
import type { AnsweringRoute, App, Call, Find, Route } from "./servers.js";

const call = (request: FastifyRequest): Call => ({
	header: (name) => request.headers[name] as string | undefined,
	body: request.body,
});

const parse: Record<NonNullable<AnsweringRoute["body"]>, (request: FastifyRequest) => Promise<Partial<Call>>> = {
	json: async ({ body }) => ({ body }),
	upload: async (request) => ({ body: (await (await request.file())?.toBuffer())?.toString() }),
	stream: async ({ body }) => ({ stream: body as Readable }),
};

const scope = (spec: App["scopes"][number]): FastifyPluginCallback => {
	if ("middleware" in spec) {
		return fp((instance, _options, done) => {
			instance.addHook("onRequest", (request) => spec.middleware(call(request)));
			done();
		});
	}
	if ("around" in spec) {
		return fp((instance, _options, done) => {
			instance.addHook("onRequest", (_request, _reply, next) => void spec.around(next));
			done();
		});
	}
	if ("answer" in spec) {
		return fp((instance, _options, done) => {
			instance.addHook("onRequest", async (request, reply) => reply.send(spec.answer(call(request))));
			done();
		});
	}
	return awsScope(typeof spec === "function" ? (request: FastifyRequest) => (spec as Find)(call(request)) : spec);
};

/** An encapsulated plugin, as a file of routes is. */
const router =
	(routes: readonly Route[], ...scopes: readonly FastifyPluginCallback[]) =>
	async (instance: FastifyInstance): Promise<void> => {
		for (const plugin of scopes) await instance.register(plugin);
		instance.addContentTypeParser("application/octet-stream", (_request, payload, done) => done(null, payload));
		for (const route of routes) {
			if ("raw" in route) {
				instance.all(route.path, (request, reply) => {
					reply.hijack();
					route.raw(call(request), reply.raw);
				});
				continue;
			}
			const { path, body, handle } = route;
			instance.all(path, async (request, reply) => {
				const answer = await handle({ ...call(request), ...(body === undefined ? {} : await parse[body](request)) });
				return reply.send(typeof answer === "string" ? answer : Readable.from(answer));
			});
		}
	};

export async function makeFastify({ bare = [], scopes, routes = [], mount, onError }: App): Promise<FastifyInstance> {
	const app = fastify();
	app.setErrorHandler(async (error: Error, _request, reply) =>
		reply.code(500).send(onError === undefined ? error.message : await onError(error)),
	);
	await app.register(multipart);
	await app.register(router(bare));
	await app.register(async (scoped) => {
		for (const spec of scopes) await scoped.register(scope(spec));
		await scoped.register(router(routes));
		if (mount !== undefined) await scoped.register(router(mount.routes, scope(mount.spec)), { prefix: mount.path });
	});
	return app;
}

export async function serveFastify(description: App): Promise<Server> {
	const app = await makeFastify(description);
	await app.ready();
	return app.server;
}
