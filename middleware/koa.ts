/** aws-scope for Koa 3: each request in a scope of its own. */

import type { AwsScopeSpec } from "../src/index.js";
import { keepBody } from "./shared/body.js";
import { type Raw, runInRequestScope } from "./shared/request-scope.js";

/** What a spec function may read of Koa's context unless it says more; Koa's own `Context` type fits too. */
export interface KoaContext {
	readonly method: string;
	readonly path: string;
	readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
	/** What earlier middlewares left for later ones. */
	readonly state: Readonly<Record<string, unknown>>;
	/** A request header; `""` when it was not sent. */
	get(header: string): string;
}

/** What `app.use()` takes. */
export type KoaMiddleware<Context> = (context: Context, next: () => Promise<unknown>) => Promise<unknown>;

/**
 * A middleware that runs all that comes after it in a scope. Where a scope was opened for the request with
 * `{ bindLater: true }` and waits for its identity, it gives that one its identity instead; anywhere else in a scope it
 * opens a nested one.
 * @param spec what the scope names, or a function of Koa's context, sync or async, that finds it; it runs in the
 * surrounding scope, or where there is none with an identity in one of the default session
 * @example
 * app.use(awsScope((context) => ({ account: context.get("x-account"), accounts })));
 * @throws {InvalidOptionError} code `INVALID_OPTION`, {@link TenantNotFoundError} code `TENANT_NOT_FOUND` in the request when
 * the function gave no identity
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
