/** What awsScope() does in every server framework: it gets a request's identity and opens a scope, or binds the one that waits for it. */

import { AsyncResource } from "node:async_hooks";
import {
	type AwsScopeSpec,
	awaitsIdentity,
	bindAwsScope,
	defaultSession,
	errors,
	readAwsScopeSpec,
	withAwsScope,
} from "../../src/index.js";
import { keepEvents } from "./events.js";

/** The argument of every awsScope(): the scope's identity, or a sync or async function of the request that returns it. */
export type RequestScopeSpec<Request> = AwsScopeSpec | ((request: Request) => AwsScopeSpec | Promise<AwsScopeSpec>);

type Find<Request> = (request: Request) => AwsScopeSpec | Promise<AwsScopeSpec>;

/** Node's own request and response, if the framework has them. */
export interface Raw {
	readonly request?: unknown;
	readonly response?: unknown;
}

/**
 * For frameworks whose middleware awaits `next()`: runs `go` in the request's scope.
 * @param argument describes the argument of a spec function, for errors
 */
export function runInRequestScope<Request, Next, Result>(
	spec: RequestScopeSpec<Request>,
	argument: string,
	rawOf: (request: Request) => Raw,
	go: (request: Request, next: Next) => Promise<Result>,
): (request: Request, next: Next) => Promise<Result> {
	const find = finderOf(spec, argument);
	const enter = (request: Request, next: Next, raw: Raw, outside: AsyncResource): Promise<Result> => {
		keepEvents(new AsyncResource("AWS_SCOPE"), outside, raw.request, raw.response);
		return go(request, next);
	};
	const scoped = withAwsScope(enter, find);
	return async (request, next) => {
		const [raw, outside] = [rawOf(request), new AsyncResource("AWS_SCOPE")];
		if (!awaitsIdentity(raw.request)) return scoped(request, next, raw, outside);
		bindAwsScope(await find(request));
		return enter(request, next, raw, outside);
	};
}

/**
 * For frameworks with a `next` or `done` callback: calls `enter` once with the context of the request's scope, or `refuse`
 * with an Error. Neither is called inside a try block or a promise that would catch errors of later handlers.
 * @param argument describes the argument of a spec function, for errors
 */
export function enterRequestScope<Request>(
	spec: RequestScopeSpec<Request>,
	argument: string,
): (request: Request, raw: Raw, enter: (scope: AsyncResource) => void, refuse: (error: Error) => void) => void {
	const find = finderOf(spec, argument);
	const context = (_request: Request): AsyncResource | Promise<AsyncResource> => new AsyncResource("AWS_SCOPE");
	const scoped = withAwsScope(context, find);
	const bound = async (request: Request): Promise<AsyncResource> => {
		bindAwsScope(await find(request));
		return context(request);
	};
	return (request, raw, enter, refuse) => {
		const outside = new AsyncResource("AWS_SCOPE");
		const go = (scope: AsyncResource): void => {
			keepEvents(scope, outside, raw.request, raw.response);
			enter(scope);
		};
		let found: AsyncResource | Promise<AsyncResource>;
		try {
			found = awaitsIdentity(raw.request) ? bound(request) : scoped(request);
		} catch (error) {
			refuse(asError(error));
			return;
		}
		if (found instanceof AsyncResource) go(found);
		else found.then(go, (error) => refuse(asError(error)));
	};
}

/** A spec function runs in the surrounding scope, unless that has no identity yet and so could not look up a tenant. */
function finderOf<Request>(spec: RequestScopeSpec<Request>, argument: string): Find<Request> {
	const find = givenBy(spec, argument);
	return (request) => (awaitsIdentity() ? defaultSession().run(() => find(request)) : find(request));
}

function givenBy<Request>(spec: RequestScopeSpec<Request>, argument: string): Find<Request> {
	if (Object(spec) !== spec) {
		throw new errors.InvalidOptionError(
			`awsScope() takes a session, { session }, { account } or a function of ${argument} that returns one, not ${spec === null ? "null" : typeof spec}.`,
		);
	}
	if (typeof spec === "function") {
		return (request) => {
			const found = spec(request);
			// A native promise settles once and asynchronously; another thenable might not.
			return "then" in Object(found) ? Promise.resolve(found).then(read) : read(found as AwsScopeSpec);
		};
	}
	const constant = read(spec);
	return () => constant;
}

const read = (spec: AwsScopeSpec): AwsScopeSpec => readAwsScopeSpec("awsScope()", spec);

/** Express and Fastify would continue outside the scope if the failure were not an Error, or a string such as "router". */
const asError = (error: unknown): Error =>
	error instanceof Error
		? error
		: new errors.InvalidOptionError(
				"The spec function of awsScope() threw something other than an Error; throw an Error.",
				{
					cause: error,
				},
			);
