/** Every place a request starts, opened the same way: what a soak runs. */

import { EXTERNAL_ID, OWN, startTenants, type TenantAws, type TenantOptions } from "../helpers/aws.js";
import type { Invocation } from "../helpers/interleave.js";
import { deploy, start } from "../lambda/function.js";
import { serveExpress } from "../middleware/express-server.js";
import { serveFastify } from "../middleware/fastify-server.js";
import { serveHono } from "../middleware/hono-server.js";
import { serveKoa } from "../middleware/koa-server.js";
import { opened } from "../middleware/middy-chains.js";
import { serveNestExpress, serveNestFastify } from "../middleware/nestjs-server.js";
import { listen, type Serve } from "../middleware/servers.js";
import { handlerLoad } from "./handler.js";
import { middyLoad } from "./middy.js";
import { AT_ONCE, reportOf, runtimeLoad } from "./runtime.js";
import { serverLoad } from "./server.js";

/** An entry point that takes invocations, and the AWS that sees what they send. */
export interface Opened extends AsyncDisposable {
	readonly all: TenantAws;
	invoke(invocation: Invocation): Promise<unknown>;
	/** Bytes of the heap that serves, after a collection; throws when what serves has found something wrong itself. */
	heap(): Promise<number>;
}

/** How one is opened, and how many invocations to keep under way. */
export interface EntryPoint {
	readonly name: string;
	readonly concurrency: number;
	open(seed: number, options: TenantOptions): Promise<Opened>;
}

type Invoke = Opened["invoke"];

/** In this process, whose heap the local AWS shares. */
const here = (
	name: string,
	concurrency: number,
	load: (all: TenantAws) => Promise<{ readonly invoke: Invoke } & Partial<AsyncDisposable>>,
): EntryPoint => ({
	name,
	concurrency,
	async open(_seed, options) {
		const all = await startTenants(options);
		const loaded = await load(all);
		return {
			all,
			invoke: loaded.invoke,
			async heap() {
				if (globalThis.gc === undefined) throw new Error("Run it with --expose-gc.");
				globalThis.gc();
				return process.memoryUsage().heapUsed;
			},
			async [Symbol.asyncDispose]() {
				await loaded[Symbol.asyncDispose]?.();
				await all[Symbol.asyncDispose]();
			},
		};
	},
});

const server = (name: string, serve: Serve): EntryPoint =>
	here(name, 64, async (all) => {
		const { app, invoke } = serverLoad(all);
		const client = await listen(await serve(app), 32);
		return {
			invoke: (invocation) => invoke(client, invocation),
			[Symbol.asyncDispose]: () => client[Symbol.asyncDispose](),
		};
	});

const middy = (version: string): EntryPoint =>
	here(version, 200, async (all) => {
		const ways = opened.filter(([name]) => name.startsWith(version));
		return { invoke: middyLoad(all, ways) };
	});

/** In one worker of AWS's own runtime client, in its multi-concurrency mode. */
const runtime = (name: string, handler: string): EntryPoint => ({
	name,
	concurrency: 2 * AT_ONCE,
	async open(seed, options) {
		const deployment = deploy();
		const all = await startTenants(options);
		const env = { EXTERNAL_ID, OWN_ACCOUNT: OWN };
		const running = await start({ deployment, aws: all.aws, handler, concurrency: AT_ONCE, workers: 1, env });
		return {
			all,
			invoke: runtimeLoad(running, seed).invoke,
			async heap() {
				const { failures, leaks, heapUsed } = await reportOf(running);
				if (failures.length > 0 || leaks > 0)
					throw new Error(`${leaks} scopes leaked; failures: ${failures.join("; ")}`);
				return heapUsed;
			},
			async [Symbol.asyncDispose]() {
				await running[Symbol.asyncDispose]();
				await all[Symbol.asyncDispose]();
				deployment[Symbol.dispose]();
			},
		};
	},
});

/** All of them. */
export const ENTRY_POINTS: readonly EntryPoint[] = [
	here("withAwsScope", 200, async (all) => ({ invoke: handlerLoad(all) })),
	middy("middy 6"),
	middy("middy 7"),
	server("Express", serveExpress),
	server("Fastify", serveFastify),
	server("Hono", serveHono),
	server("Koa", serveKoa),
	server("NestJS over Express", serveNestExpress),
	server("NestJS over Fastify", serveNestFastify),
	runtime("Lambda's runtime client", "soak.handler"),
	runtime("Lambda's runtime client, middy", "through-middy.soak"),
];
