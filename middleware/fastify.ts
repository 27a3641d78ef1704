/** aws-scope for Fastify 5: runs each request in a scope of its own. */

import { AsyncResource } from "node:async_hooks";
import type {} from "fastify";
import { type AwsScope, type AwsScopeSpec, errors, readOptions, tryCurrentAwsScope } from "../src/index.js";
import { enterRequestScope } from "./shared/request-scope.js";

declare module "fastify" {
	interface FastifyRequest {
		/** The scope of this request; `undefined` until it is open and has its identity. */
		readonly awsScope: AwsScope | undefined;
	}
}

/** The parts of Fastify's request that a spec function can read by default. Fastify's own `FastifyRequest` type works, too. */
export interface FastifyScopeRequest {
	readonly method: string;
	readonly url: string;
	readonly headers: Readonly<Record<string, string | string[] | undefined>>;
	readonly params: unknown;
	/** The parsed body, available from `preValidation` on. */
	readonly body?: unknown;
}

/** The plugin for `app.register()`. */
export type FastifyScopePlugin = (
	app: {
		addHook(name: never, hook: never): unknown;
		hasRequestDecorator(name: string | symbol): boolean;
		decorateRequest(name: never, value: never): unknown;
	},
	options: FastifyScopeOptions,
	done: (error?: Error) => void,
) => void;

/** The options for `app.register()`. */
export interface FastifyScopeOptions {
	/** The hook that calls the spec function. Default `"onRequest"`, the earliest. */
	readonly hook?: "onRequest" | "preParsing" | "preValidation" | "preHandler";
}

type Done = (error?: unknown) => void;
type Raw = { readonly raw: unknown };
type Scoped = Partial<Raw> & { [CONTEXT]?: AsyncResource };

/** Where a request keeps the async context of its scope; shared by the ESM and the CJS build. */
const CONTEXT = Symbol.for("aws-scope/fastify");
const HOOKS: readonly string[] = ["onRequest", "preParsing", "preValidation", "preHandler"];
/** The options that Fastify itself reads. */
const REGISTER_OPTIONS: readonly string[] = ["prefix", "logLevel", "logSerializers"];
/** Fastify calls these hooks from socket events, which have no scope. While it parses a body, it keeps the context itself. */
const REENTERED = ["onResponse", "onTimeout", "onRequestAbort"];
/** What fastify-plugin sets, so that the hooks apply to the instance that registers the plugin. */
const PLUGIN = {
	[Symbol.for("skip-override")]: true,
	[Symbol.for("fastify.display-name")]: "aws-scope",
	[Symbol.for("plugin-meta")]: { name: "aws-scope", fastify: "5.x" },
};

/**
 * Creates a plugin that runs each request of the instance that registers it, and of nested instances, in a scope. If a
 * scope that was opened with `{ bindLater: true }` still waits for its identity, the plugin sets it instead of opening
 * another scope. In any other scope, it opens a nested one.
 * @param spec the scope's identity, or a sync or async function of the request that returns it. The function runs in the
 * surrounding scope, or as the default session if there is no scope with an identity
 * @example
 * // Your lookup. Never take the account itself from a header.
 * app.register(awsScope((request) => ({ account: accountOf(request.headers["x-api-key"]), accounts })));
 * @throws {InvalidOptionError} code `INVALID_OPTION`; in a request {@link TenantNotFoundError} code `TENANT_NOT_FOUND` if
 * the function returns no identity
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
			// A nested instance inherits the decorators of the outer one.
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

/** With a hook that runs after the handler, the handler would have no scope. */
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

/** In an async resource of its own: up to Node 22, a scope opened inside would replace the one that is running. */
function runIn(scope: AsyncResource, done: Done): void {
	scope.runInAsyncScope(() => new AsyncResource("AWS_SCOPE").runInAsyncScope(done));
}
