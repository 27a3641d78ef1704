/** The applications of the conformance tests as users of NestJS write them, over Express and over Fastify. */

import type { Server } from "node:http";
import { Readable } from "node:stream";
import {
	All,
	type ArgumentsHost,
	type CallHandler,
	Catch,
	Controller,
	type ExceptionFilter,
	type ExecutionContext,
	HttpCode,
	type INestApplication,
	Module,
	type NestInterceptor,
	Req,
	Res,
	StreamableFile,
	type Type,
	UploadedFile,
	UseInterceptors,
} from "@nestjs/common";
import { NestFactory } from "@nestjs/core";
import { FileInterceptor, type NestExpressApplication } from "@nestjs/platform-express";
import { FastifyAdapter, type NestFastifyApplication } from "@nestjs/platform-fastify";
import { FileInterceptor as FastifyFileInterceptor } from "@nestjs/platform-fastify/multipart";
import type { NextFunction, Request, RequestHandler, Response } from "express";
import type { FastifyPluginCallback, FastifyReply, FastifyRequest, onRequestHookHandler } from "fastify";
import fp from "fastify-plugin";
import { awsScope as forExpress } from "../../middleware/express.js";
import { awsScope as forFastify } from "../../middleware/fastify.js";
import type { AwsScopeSpec } from "../../src/index.js";
import { opening } from "./nestjs-platforms.js";
import type { AnsweringRoute, App, Call, Find, RawRoute, Route } from "./servers.js";

type AnyRequest = Request | FastifyRequest;

const call = (request: AnyRequest, body: unknown = request.body): Call => ({
	header: (name) => request.headers[name] as string | undefined,
	body,
	// Express gives the request itself, Fastify what the parser for bytes has made of it.
	stream: (body ?? request) as Readable,
});

/** One route, as a controller of its own. */
function controller(route: Route, prefix: string, upload: typeof FileInterceptor): Type {
	if ("raw" in route) {
		@Controller(prefix)
		class Raw {
			@All(route.path)
			answer(@Req() request: AnyRequest, @Res() response: Response | FastifyReply): void {
				if ("hijack" in response) response.hijack();
				(route as RawRoute).raw(call(request), "hijack" in response ? response.raw : response);
			}
		}
		return Raw;
	}
	const { path, body, handle } = route;
	@Controller(prefix)
	class Routes {
		@All(path)
		@HttpCode(200)
		@UseInterceptors(...(body === "upload" ? [upload("file")] : []))
		async answer(@Req() request: AnyRequest, @UploadedFile() file?: { buffer: Buffer }) {
			const answer = await handle(call(request, body === "upload" ? file?.buffer.toString() : request.body));
			return typeof answer === "string" ? answer : new StreamableFile(Readable.from(answer));
		}
	}
	return Routes;
}

/** A scope inside the application's: neither platform gives Nest's controllers a router of their own. */
function interceptor(spec: AwsScopeSpec | Find): Type<NestInterceptor> {
	return class implements NestInterceptor {
		async intercept(context: ExecutionContext, next: CallHandler) {
			const request = call(context.switchToHttp().getRequest());
			const found = typeof spec === "function" ? await (spec as Find)(request) : spec;
			return opening(() => found)(context, next);
		}
	};
}

function filter(onError: NonNullable<App["onError"]>): ExceptionFilter {
	@Catch()
	class OnError implements ExceptionFilter {
		async catch(error: Error, host: ArgumentsHost): Promise<void> {
			const response = host.switchToHttp().getResponse<Response>();
			response.status(500).send(await onError(error));
		}
	}
	return new OnError();
}

function appModule({ routes = [], mount }: App, upload: typeof FileInterceptor): Type {
	const inner = (mount?.routes ?? []).map((route) => controller(route, mount?.path ?? "", upload));
	for (const mounted of inner) UseInterceptors(interceptor(mount?.spec as AwsScopeSpec))(mounted);
	@Module({ controllers: [...inner, ...routes.map((route) => controller(route, "", upload))] })
	class AppModule {}
	return AppModule;
}

async function ready(app: INestApplication, { onError }: App): Promise<Server> {
	if (onError !== undefined) app.useGlobalFilters(filter(onError));
	await app.init();
	return app.getHttpServer() as Server;
}

type Scope = App["scopes"][number];

const express = (spec: Scope): RequestHandler => {
	if ("middleware" in spec) {
		return async (request, _response, next) => {
			await spec.middleware(call(request));
			next();
		};
	}
	if ("around" in spec) return (_request, _response, next) => void spec.around(next);
	if ("answer" in spec) return (request, response) => void response.send(spec.answer(call(request)));
	return forExpress(typeof spec === "function" ? (request: Request) => (spec as Find)(call(request)) : spec);
};

export async function serveNestExpress(description: App): Promise<Server> {
	const module = appModule(description, FileInterceptor);
	const app = await NestFactory.create<NestExpressApplication>(module, { logger: false });
	for (const { path, handle } of (description.bare ?? []) as readonly AnsweringRoute[]) {
		app.use(path, async (request: Request, response: Response, _next: NextFunction) => {
			response.send(await handle(call(request)));
		});
	}
	for (const spec of description.scopes) app.use(express(spec));
	return ready(app, description);
}

type OnRequest = (request: FastifyRequest, reply: FastifyReply, next: () => void) => unknown;
const hook = (onRequest: OnRequest): FastifyPluginCallback =>
	fp((instance, _options, done) => {
		instance.addHook("onRequest", onRequest as onRequestHookHandler);
		done();
	});

const fastify = (spec: Scope): FastifyPluginCallback => {
	if ("middleware" in spec) return hook((request) => spec.middleware(call(request)));
	if ("around" in spec) return hook((_request, _reply, next) => void spec.around(next));
	if ("answer" in spec) return hook(async (request, reply) => reply.send(spec.answer(call(request))));
	return forFastify(typeof spec === "function" ? (request: FastifyRequest) => (spec as Find)(call(request)) : spec);
};

export async function serveNestFastify(description: App): Promise<Server> {
	const module = appModule(description, FastifyFileInterceptor as typeof FileInterceptor);
	const app = await NestFactory.create<NestFastifyApplication>(module, new FastifyAdapter(), { logger: false });
	const instance = app.getHttpAdapter().getInstance();
	instance.addContentTypeParser("application/octet-stream", (_request, payload, done) => done(null, payload));
	instance.addHook("onRequest", async (request, reply) => {
		const bare = (description.bare as readonly AnsweringRoute[] | undefined)?.find(({ path }) => path === request.url);
		return bare === undefined ? undefined : reply.send(await bare.handle(call(request)));
	});
	for (const spec of description.scopes) await app.register(fastify(spec));
	const server = await ready(app, description);
	await instance.ready();
	return server;
}
