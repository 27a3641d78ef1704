/** aws-scope for Fastify 5: each request in a scope of its own. */

import { AsyncResource } from "node:async_hooks";
import type {} from "fastify";
import { type AwsScope, type AwsScopeSpec, errors, readOptions, tryCurrentAwsScope } from "../src/index.js";
import { enterRequestScope } from "./shared/request-scope.js";

declare module "fastify" {
	interface FastifyRequest {
		/** The scope of this request; `undefined` before it is opened, and where it waits for its identity. */
		readonly awsScope: AwsScope | undefined;
	}
}

/** What a spec function may read of Fastify's request unless it says more; Fastify's own `FastifyRequest` types fit too. */
export interface FastifyScopeRequest {
	readonly method: string;
	readonly url: string;
	readonly headers: Readonly<Record<string, string | string[] | undefined>>;
	readonly params: unknown;
	/** Parsed, from `preValidation` on. */
	readonly body?: unknown;
}

/** What `app.register()` takes. */
export type FastifyScopePlugin = (
	app: {
		addHook(name: never, hook: never): unknown;
		hasRequestDecorator(name: string | symbol): boolean;
		decorateRequest(name: never, value: never): unknown;
	},
	options: FastifyScopeOptions,
	done: (error?: Error) => void,
) => void;

/** What `app.register()` takes besides the plugin. */
export interface FastifyScopeOptions {
	/** When the spec function is asked; by default as early as can be, in `onRequest`. */
	readonly hook?: "onRequest" | "preParsing" | "preValidation" | "preHandler";
}

type Done = (error?: unknown) => void;
type Raw = { readonly raw: unknown };
type Scoped = Partial<Raw> & { [CONTEXT]?: AsyncResource };

/** The request's slot for the async context of its scope; two copies of this file (ESM and CJS) share it. */
const CONTEXT = Symbol.for("aws-scope/fastify");
const HOOKS: readonly string[] = ["onRequest", "preParsing", "preValidation", "preHandler"];
/** What Fastify itself takes of the options. */
const REGISTER_OPTIONS: readonly string[] = ["prefix", "logLevel", "logSerializers"];
/** Fastify calls these from events of the socket, which know no scope. While it parses a body it keeps the context itself. */
const REENTERED = ["onResponse", "onTimeout", "onRequestAbort"];
/** What fastify-plugin sets: the plugin's hooks belong to whoever registers it. */
const PLUGIN = {
	[Symbol.for("skip-override")]: true,
	[Symbol.for("fastify.display-name")]: "aws-scope",
	[Symbol.for("plugin-meta")]: { name: "aws-scope", fastify: "5.x" },
};

/**
 * A plugin that runs each request of the instance that registers it, and of the instances inside, in a scope. Where a
 * scope was opened for the request with `{ bindLater: true }` and waits for its identity, it gives that one its identity
 * instead; anywhere else in a scope it opens a nested one.
 * @param spec what the scope names, or a function of the request, sync or async, that finds it; it runs in the
 * surrounding scope, or where there is none with an identity in one of the default session
 * @example
 * app.register(awsScope((request) => ({ account: String(request.headers["x-account"]), accounts })));
 * @throws {InvalidOptionError} code `INVALID_OPTION`, {@link TenantNotFoundError} code `TENANT_NOT_FOUND` in the request when
 * the function gave no identity
 * @see https://fastify.dev/docs/latest/Reference/Hooks/
 */
export function awsScope<Request = FastifyScopeRequest>(
	spec: AwsScopeSpec | ((request: Request) => AwsScopeSpec | Promise<AwsScopeSpec>),
): FastifyScopePlugin {
	const enterScope = enterRequestScope(spec, "the request");
	const enter = (request: Request & Scoped, reply: Partial<Raw>, ...rest: unknown[]): void => {
		const done = rest.at(-1) as Done;
		const go = (scope: AsyncResource): void => {
			request[CONTEXT] = scope;
			runIn(scope, done);
		};
		enterScope(request, { request: request.raw, response: reply.raw }, go, done);
	};
	const plugin: FastifyScopePlugin = (app, options, done) => {
		try {
			const hook = hookOf(options);
			// A plugin of its own inside another one has the decorators of the outer instance.
			if (!app.hasRequestDecorator(CONTEXT)) {
				app.decorateRequest(CONTEXT as never, undefined as never);
				app.decorateRequest("awsScope" as never, { getter: scopeOf } as never);
			}
			app.addHook(hook as never, enter as never);
			for (const name of REENTERED) app.addHook(name as never, reenter as never);
		} catch (error) {
			done(error as Error);
			return;
		}
		done();
	};
	return Object.assign(plugin, PLUGIN);
}

/** A hook after the handler would leave the handler without its scope. */
function hookOf(options: FastifyScopeOptions): string {
	const where = "app.register(awsScope(spec), { hook })";
	const { hook = "onRequest" } = readOptions(where, options, ["hook", ...REGISTER_OPTIONS]);
	if (HOOKS.includes(hook)) return hook;
	throw new errors.InvalidOptionError(`${where} takes one of ${HOOKS.join(", ")}, not ${JSON.stringify(hook)}.`);
}

function scopeOf(this: Scoped): AwsScope | undefined {
	return this[CONTEXT]?.runInAsyncScope(tryCurrentAwsScope);
}

function reenter(request: Scoped, ...rest: unknown[]): void {
	const done = rest.at(-1) as Done;
	if (request[CONTEXT] === undefined) done();
	else runIn(request[CONTEXT], done);
}

/** In a resource of its own: up to Node 22, a scope opened inside stands in the running one as long as it runs. */
function runIn(scope: AsyncResource, done: Done): void {
	scope.runInAsyncScope(() => new AsyncResource("AWS_SCOPE").runInAsyncScope(done));
}
