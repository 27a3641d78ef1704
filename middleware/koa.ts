/** aws-scope for Koa 3: runs each request in a scope of its own. */

import type { AwsScopeSpec } from "../src/index.js";
import { keepBody } from "./shared/body.js";
import { type Raw, runInRequestScope } from "./shared/request-scope.js";

/** The parts of Koa's context that a spec function can read by default. Koa's own `Context` type works, too. */
export interface KoaContext {
	readonly method: string;
	readonly path: string;
	readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
	/** Values that earlier middleware has set. */
	readonly state: Readonly<Record<string, unknown>>;
	/** A request header; `""` if it was not sent. */
	get(header: string): string;
}

/** The middleware for `app.use()`. */
export type KoaMiddleware<Context> = (context: Context, next: () => Promise<unknown>) => Promise<unknown>;

/**
 * Creates a middleware that runs everything after it in a scope. If a scope that was opened with `{ bindLater: true }`
 * still waits for its identity, the middleware sets it instead of opening another scope. In any other scope, it opens a
 * nested one.
 * @param spec the scope's identity, or a sync or async function of Koa's context that returns it. The function runs in the
 * surrounding scope, or as the default session if there is no scope with an identity
 * @example
 * // Your lookup. Never take the account itself from a header.
 * app.use(awsScope((context) => ({ account: accountOf(context.get("x-api-key")), accounts })));
 * @throws {InvalidOptionError} code `INVALID_OPTION`; in a request {@link TenantNotFoundError} code `TENANT_NOT_FOUND` if
 * the function returns no identity
 * @see https://github.com/koajs/koa/blob/master/docs/guide.md#writing-middleware
 */
export function awsScope<Context = KoaContext>(
	spec: AwsScopeSpec | ((context: Context) => AwsScopeSpec | Promise<AwsScopeSpec>),
): KoaMiddleware<Context> {
	return runInRequestScope(spec, "Koa's context", rawOf, (context, next) =>
		next().finally(() => keepBody((context as { readonly body?: unknown }).body)),
	);
}

const rawOf = (context: unknown): Raw => {
	const { req, res } = context as { readonly req?: unknown; readonly res?: unknown };
	return { request: req, response: res };
};
