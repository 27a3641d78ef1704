/** aws-scope for Hono 4 on Node and on Lambda: each request in a scope of its own. */

import { type AwsScopeSpec, errors } from "../src/index.js";
import { keepBody } from "./shared/body.js";
import { type Raw, runInRequestScope } from "./shared/request-scope.js";

/** What a spec function may read of Hono's context unless it says more; Hono's own `Context` types fit too. */
export interface HonoContext {
	readonly req: {
		readonly method: string;
		readonly path: string;
		header(name: string): string | undefined;
		param(name: string): string | undefined;
		query(name: string): string | undefined;
	};
	/** The bindings: under `hono/aws-lambda` the `event` and the `lambdaContext` are here. */
	readonly env: unknown;
	/** What earlier middlewares left for later ones. */
	get(name: string): unknown;
}

/** What `app.use()` takes. */
export type HonoMiddleware<Context> = (context: Context, next: () => Promise<void>) => Promise<void>;

/**
 * A middleware that runs all that comes after it in a scope. Where a scope was opened for the request with
 * `{ bindLater: true }` and waits for its identity, it gives that one its identity instead; anywhere else in a scope it
 * opens a nested one.
 * @param spec what the scope names, or a function of Hono's context, sync or async, that finds it; it runs in the
 * surrounding scope, or where there is none with an identity in one of the default session
 * @example
 * app.use(awsScope((context) => ({ account: context.req.header("x-account") ?? "", accounts })));
 * @throws {InvalidOptionError} code `INVALID_OPTION`, {@link TenantNotFoundError} code `TENANT_NOT_FOUND` in the request when
 * the function gave no identity
 * @see https://hono.dev/docs/guides/middleware
 */
export function awsScope<Context = HonoContext>(
	spec: AwsScopeSpec | ((context: Context) => AwsScopeSpec | Promise<AwsScopeSpec>),
): HonoMiddleware<Context> {
	const run = runInRequestScope<Context, () => Promise<void>, void>(spec, "Hono's context", rawOf, (context, next) =>
		next().finally(() => keepBody(bodyOf(context as Partial<Answered>))),
	);
	return (context, next) => run(context, next).catch(answerable);
}

/** Hono's default error handler looks at no status; it asks an error for its response. */
function answerable(error: unknown): never {
	if (error instanceof errors.TenantNotFoundError) {
		const { statusCode: status } = error;
		throw Object.assign(error, { getResponse: () => new Response("Forbidden", { status }) });
	}
	throw error;
}

/** `@hono/node-server` binds Node's own request and response; other adapters do not. */
const rawOf = (context: unknown): Raw => {
	const { incoming, outgoing } = Object((context as Partial<HonoContext>).env) as Record<string, unknown>;
	return { request: incoming, response: outgoing };
};

interface Answered {
	readonly finalized: boolean;
	readonly res: Response;
}

/** On Node, `Response` is `@hono/node-server`'s, which is made a real one as soon as it is asked for its body. */
function bodyOf({ finalized, res }: Partial<Answered>): unknown {
	if (finalized !== true || res === undefined) return undefined;
	for (const key of Object.getOwnPropertySymbols(res)) {
		if (key.description === "cache")
			return (res as unknown as Record<symbol, readonly unknown[] | undefined>)[key]?.[1];
	}
	return res.body;
}
