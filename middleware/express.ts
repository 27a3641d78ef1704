/** aws-scope for Express 5: each request in a scope of its own. */

import { AsyncResource } from "node:async_hooks";
import { type AwsScopeSpec, awaitsIdentity, bindAwsScope, defaultSession, errors, withAwsScope } from "../src/index.js";

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
 * A middleware that runs all that comes after it in a scope. Where a scope was opened with `{ bindLater: true }` and
 * waits for its identity, it gives that one its identity instead; anywhere else in a scope it opens a nested one.
 * @param spec what the scope names, or a function of the request, sync or async, that finds it; it runs in the
 * surrounding scope, or where there is none with an identity in one of the default session
 * @example
 * app.use(awsScope((request) => ({ account: request.get("x-account") ?? "", accounts })));
 * @throws {InvalidOptionError} code `INVALID_OPTION`, in the request when the function gave no identity
 * @see https://expressjs.com/en/guide/error-handling.html
 */
export function awsScope<Request = ExpressRequest>(
	spec: AwsScopeSpec | ((request: Request) => AwsScopeSpec | Promise<AwsScopeSpec>),
): ExpressMiddleware<Request> {
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
	// `next` is called outside of every try and promise that would call it again for an error of what comes after.
	return (request, _response, next) => {
		const refuse = (error: unknown): void => next(error instanceof Error ? error : notFound(error));
		let found: AsyncResource | Promise<AsyncResource>;
		try {
			found = awaitsIdentity() ? bound(request) : scoped(request);
		} catch (error) {
			refuse(error);
			return;
		}
		if (found instanceof AsyncResource) found.runInAsyncScope(next);
		else found.then((into) => into.runInAsyncScope(next), refuse);
	};
}

/** Express takes a failure without an Error, or with a word such as "router", as leave to go on outside the scope. */
const notFound = (cause: unknown): Error =>
	new errors.InvalidOptionError("The spec function of awsScope() failed with no Error; throw one.", { cause });
