/** aws-scope for Hono 4 on Node and on Lambda: runs each request in a scope of its own. */

import { type AwsScopeSpec, errors } from "../src/index.js";
import { keepBody } from "./shared/body.js";
import { type Raw, runInRequestScope } from "./shared/request-scope.js";

/** The parts of Hono's context that a spec function can read by default. Hono's own `Context` type works, too. */
export interface HonoContext {
	readonly req: {
		readonly method: string;
		readonly path: string;
		header(name: string): string | undefined;
		param(name: string): string | undefined;
		query(name: string): string | undefined;
	};
	/** The bindings. With `hono/aws-lambda`, they hold the `event` and the `lambdaContext`. */
	readonly env: unknown;
	/** A value that earlier middleware has set. */
	get(name: string): unknown;
}

/** The middleware for `app.use()`. */
export type HonoMiddleware<Context> = (context: Context, next: () => Promise<void>) => Promise<void>;

/**
 * Creates a middleware that runs everything after it in a scope. If a scope that was opened with `{ bindLater: true }`
 * still waits for its identity, the middleware sets it instead of opening another scope. In any other scope, it opens a
 * nested one.
 * @param spec the scope's identity, or a sync or async function of Hono's context that returns it. The function runs in the
 * surrounding scope, or as the default session if there is no scope with an identity
 * @example
 * // Your lookup. Never take the account itself from a header.
 * app.use(awsScope((context) => ({ account: accountOf(context.req.header("x-api-key")), accounts })));
 * @throws {InvalidOptionError} code `INVALID_OPTION`; in a request {@link TenantNotFoundError} code `TENANT_NOT_FOUND` if
 * the function returns no identity
 * @see https://hono.dev/docs/guides/middleware
 */
export function awsScope<Context = HonoContext>(
	spec: AwsScopeSpec | ((context: Context) => AwsScopeSpec | Promise<AwsScopeSpec>),
): HonoMiddleware<Context> {
	const run = runInRequestScope<Context, () => Promise<void>, void>(spec, "Hono's context", rawOf, (context, next) =>
		next().finally(() => keepBody(bodyOf(context as Partial<Responded>))),
	);
	return (context, next) => run(context, next).catch(withResponse);
}

/** Hono's default error handler ignores an error's status and calls its `getResponse()`. */
function withResponse(error: unknown): never {
	if (error instanceof errors.TenantNotFoundError) {
		const { message, statusCode: status } = error;
		// A frozen error takes no method.
		const own = Object.isExtensible(error) ? error : new errors.TenantNotFoundError(message, { cause: error });
		throw Object.assign(own, { getResponse: () => new Response("Forbidden", { status }) });
	}
	throw error;
}

/** Only `@hono/node-server` passes Node's own request and response. */
const rawOf = (context: unknown): Raw => {
	const { incoming, outgoing } = Object((context as Partial<HonoContext>).env) as Record<string, unknown>;
	return { request: incoming, response: outgoing };
};

interface Responded {
	readonly finalized: boolean;
	readonly res: Response;
}

/** On Node, `Response` is a class of `@hono/node-server`, which creates the real response when its body is read. */
function bodyOf({ finalized, res }: Partial<Responded>): unknown {
	if (finalized !== true || res === undefined) return undefined;
	for (const key of Object.getOwnPropertySymbols(res)) {
		if (key.description === "cache")
			return (res as unknown as Record<symbol, readonly unknown[] | undefined>)[key]?.[1];
	}
	return res.body;
}
