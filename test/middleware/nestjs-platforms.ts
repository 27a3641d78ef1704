/** NestJS on each of its platforms, and where that platform takes awsScope(). */

import type { Server } from "node:http";
import type { INestApplication, NestInterceptor, Type } from "@nestjs/common";
import { NestFactory } from "@nestjs/core";
import type { NestExpressApplication } from "@nestjs/platform-express";
import { FastifyAdapter, type NestFastifyApplication } from "@nestjs/platform-fastify";
import { Observable } from "rxjs";
import { awsScope as forExpress } from "../../middleware/express.js";
import { awsScope as forFastify } from "../../middleware/fastify.js";
import { type AwsScopeSpec, runInAwsScope } from "../../src/index.js";
import { type Client, listen } from "./servers.js";

/** What the specs, guards and interceptors of these tests read; the requests of both platforms have it. */
export interface AnyRequest {
	readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}
export type Spec = AwsScopeSpec | ((request: AnyRequest) => AwsScopeSpec | Promise<AwsScopeSpec>);

/** An application that has its scope and is not initialized yet. */
export type Create = (module: Type, ...specs: Spec[]) => Promise<INestApplication>;

const overExpress: Create = async (module, ...specs) => {
	const app = await NestFactory.create<NestExpressApplication>(module, { logger: false });
	for (const spec of specs) app.use(forExpress(spec));
	return app;
};

const overFastify: Create = async (module, ...specs) => {
	const app = await NestFactory.create<NestFastifyApplication>(module, new FastifyAdapter(), { logger: false });
	for (const spec of specs) await app.register(forFastify(spec));
	return app;
};

export const platforms: readonly [name: string, create: Create][] = [
	["Express", overExpress],
	["Fastify", overFastify],
];

/** Initializes an application and listens. */
export async function open(app: INestApplication): Promise<Client> {
	await app.init();
	await (app.getHttpAdapter().getInstance() as { ready?: () => PromiseLike<unknown> }).ready?.();
	return listen(app.getHttpServer() as Server);
}

/** The recipe's interceptor: the handler and the Observable that it may return both run in the scope. */
export const opening =
	(found: () => AwsScopeSpec): NestInterceptor["intercept"] =>
	(_context, next) =>
		new Observable((subscriber) => runInAwsScope(found(), () => next.handle().subscribe(subscriber)));
