/** aws-scope for Express 5: each request in a scope of its own. */

import type { AsyncResource } from "node:async_hooks";
import type { AwsScopeSpec } from "../src/index.js";
import { enterRequestScope } from "./shared/request-scope.js";

/** What a spec function may read of Express's request unless it says more; Express's own `Request` types fit too. */
export interface ExpressRequest {
	readonly method: string;
	readonly path: string;
	readonly headers: Readonly<Record<string, string | string[] | undefined>>;
	/** What a body parser ahead of it has found. */
	readonly body?: unknown;
	get(header: string): string | undefined;
}

/** What `app.use()` takes. */
export type ExpressMiddleware<Request> = (request: Request, response: unknown, next: (error?: unknown) => void) => void;

/**
 * A middleware that runs all that comes after it in a scope. Where a scope was opened for the request with
 * `{ bindLater: true }` and waits for its identity, it gives that one its identity instead; anywhere else in a scope it
 * opens a nested one.
 * @param spec what the scope names, or a function of the request, sync or async, that finds it; it runs in the
 * surrounding scope, or where there is none with an identity in one of the default session
 * @example
 * app.use(awsScope((request) => ({ account: request.get("x-account") ?? "", accounts })));
 * @throws {InvalidOptionError} code `INVALID_OPTION`, {@link TenantNotFoundError} code `TENANT_NOT_FOUND` in the request when
 * the function gave no identity
 * @see https://expressjs.com/en/guide/error-handling.html
 */
export function awsScope<Request = ExpressRequest>(
	spec: AwsScopeSpec | ((request: Request) => AwsScopeSpec | Promise<AwsScopeSpec>),
): ExpressMiddleware<Request> {
	const enterScope = enterRequestScope(spec, "the request");
	return (request, response, next) => {
		const go = (scope: AsyncResource): void => scope.runInAsyncScope(next);
		enterScope(request, { request, response }, go, next);
	};
}
