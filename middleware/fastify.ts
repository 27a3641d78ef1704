/** aws-scope for Fastify 5: each request in a scope of its own. */

import { AsyncResource } from "node:async_hooks";
import { type AwsScopeSpec, awaitsIdentity, bindAwsScope, defaultSession, errors, withAwsScope } from "../src/index.js";

/** What a spec function may read of Fastify's request unless it says more; Fastify's own `FastifyRequest` types fit too. */
export interface FastifyScopeRequest {
	readonly method: string;
	readonly url: string;
	readonly headers: Readonly<Record<string, string | string[] | undefined>>;
	readonly params: unknown;
	/** Parsed, from `preValidation` on. */
	readonly body?: unknown;
}

/** What `app.register()` takes. `hook` says when the spec function is asked; by default as early as can be, in `onRequest`. */
export type FastifyScopePlugin = (
	app: { addHook(name: never, hook: never): unknown },
	options: { readonly hook?: "onRequest" | "preParsing" | "preValidation" | "preHandler" },
	done: () => void,
) => void;

type Done = (error?: unknown) => void;
type Scoped = { [CONTEXT]?: AsyncResource };

/** The request's slot for the async context of its scope. */
const CONTEXT = Symbol("aws-scope");
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
 * scope was opened with `{ bindLater: true }` and waits for its identity, it gives that one its identity instead;
 * anywhere else in a scope it opens a nested one.
 * @param spec what the scope names, or a function of the request, sync or async, that finds it; it runs in the
 * surrounding scope, or where there is none with an identity in one of the default session
 * @example
 * app.register(awsScope((request) => ({ account: String(request.headers["x-account"]), accounts })));
 * @throws {InvalidOptionError} code `INVALID_OPTION`, in the request when the function gave no identity
 * @see https://fastify.dev/docs/latest/Reference/Hooks/
 */
export function awsScope<Request = FastifyScopeRequest>(
	spec: AwsScopeSpec | ((request: Request) => AwsScopeSpec | Promise<AwsScopeSpec>),
): FastifyScopePlugin {
	if (Object(spec) !== spec) {
		throw new errors.InvalidOptionError(
			`awsScope() takes a session, { session }, { account } or a function of the request that gives one, not ${spec === null ? "null" : typeof spec}.`,
		);
	}
	const find = typeof spec === "function" ? spec : () => spec;
	const context = (_request: Request): AsyncResource | Promise<AsyncResource> => new AsyncResource("AWS_SCOPE");
	const scoped = withAwsScope(context, (request) => {
		const found = find(request);
		return "then" in Object(found) ? Promise.resolve(found) : found;
	});
	const bound = async (request: Request): Promise<AsyncResource> => {
		bindAwsScope(await defaultSession().run(() => find(request)));
		return context(request);
	};
	const enter = (request: Request & Scoped, ...rest: unknown[]): void => {
		const done = rest.at(-1) as Done;
		const go = (into: AsyncResource): void => {
			request[CONTEXT] = into;
			into.runInAsyncScope(done);
		};
		// Without an error Fastify would go on, outside the scope.
		const refuse = (error: unknown): void => done(error instanceof Error ? error : notFound(error));
		let found: AsyncResource | Promise<AsyncResource>;
		try {
			found = awaitsIdentity() ? bound(request) : scoped(request);
		} catch (error) {
			refuse(error);
			return;
		}
		if (found instanceof AsyncResource) go(found);
		else found.then(go, refuse);
	};
	const reenter = (request: Scoped, ...rest: unknown[]): void => {
		const done = rest.at(-1) as Done;
		if (request[CONTEXT] === undefined) done();
		else request[CONTEXT].runInAsyncScope(done);
	};
	return Object.assign(
		((app, { hook = "onRequest" }, done) => {
			app.addHook(hook as never, enter as never);
			for (const name of REENTERED) app.addHook(name as never, reenter as never);
			done();
		}) as FastifyScopePlugin,
		PLUGIN,
	);
}

const notFound = (cause: unknown): Error =>
	new errors.InvalidOptionError("The spec function of awsScope() failed with no Error; throw one.", { cause });
