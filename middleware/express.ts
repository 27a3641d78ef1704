/** aws-scope for Express 5: runs each request in a scope of its own. */

import type { AsyncResource } from "node:async_hooks";
import type { AwsScopeSpec } from "../src/index.js";
import { enterRequestScope } from "./shared/request-scope.js";

/** The parts of Express's request that a spec function can read by default. Express's own `Request` type works, too. */
export interface ExpressRequest {
	readonly method: string;
	readonly path: string;
	readonly headers: Readonly<Record<string, string | string[] | undefined>>;
	/** Set by a body parser that runs earlier. */
	readonly body?: unknown;
	get(header: string): string | undefined;
}

/** The middleware for `app.use()`. */
export type ExpressMiddleware<Request> = (request: Request, response: unknown, next: (error?: unknown) => void) => void;

/**
 * Creates a middleware that runs everything after it in a scope. If a scope that was opened with `{ bindLater: true }`
 * still waits for its identity, the middleware sets it instead of opening another scope. In any other scope, it opens a
 * nested one.
 * @param spec the scope's identity, or a sync or async function of the request that returns it. The function runs in the
 * surrounding scope, or as the default session if there is no scope with an identity
 * @example
 * // Your lookup. Never take the account itself from a header.
 * app.use(awsScope((request) => ({ account: accountOf(request.get("x-api-key")), accounts })));
 * @throws {InvalidOptionError} code `INVALID_OPTION`; in a request {@link TenantNotFoundError} code `TENANT_NOT_FOUND` if
 * the function returns no identity
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
