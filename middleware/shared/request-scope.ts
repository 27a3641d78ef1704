/** What awsScope() does alike in every server framework: it finds a request's identity, and opens a scope or binds the one that waits. */

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

/** What each framework's awsScope() takes: what the scope names, or a function of the request, sync or async, that finds it. */
export type RequestScopeSpec<Request> = AwsScopeSpec | ((request: Request) => AwsScopeSpec | Promise<AwsScopeSpec>);

type Find<Request> = (request: Request) => AwsScopeSpec | Promise<AwsScopeSpec>;

/**
 * For frameworks whose middlewares wait for what comes after them: runs `go` in the request's scope.
 * @param argument what a spec function is given, in words
 */
export function runInRequestScope<Request, Next, Result>(
	spec: RequestScopeSpec<Request>,
	argument: string,
	go: (request: Request, next: Next) => Promise<Result>,
): (request: Request, next: Next) => Promise<Result> {
	const find = finderOf(spec, argument);
	const scoped = withAwsScope(go, find);
	return async (request, next) => {
		if (!awaitsIdentity()) return scoped(request, next);
		await bindTo(find, request);
		return go(request, next);
	};
}

/**
 * For frameworks that are called back: calls `enter` once with the context of the request's scope, or `refuse` with an
 * Error. Both are called outside of every try and promise that would take an error of what comes after for its own.
 * @param argument what a spec function is given, in words
 */
export function enterRequestScope<Request>(
	spec: RequestScopeSpec<Request>,
	argument: string,
): (request: Request, enter: (scope: AsyncResource) => void, refuse: (error: Error) => void) => void {
	const find = finderOf(spec, argument);
	const context = (_request: Request): AsyncResource | Promise<AsyncResource> => new AsyncResource("AWS_SCOPE");
	const scoped = withAwsScope(context, find);
	const bound = async (request: Request): Promise<AsyncResource> => {
		await bindTo(find, request);
		return context(request);
	};
	return (request, enter, refuse) => {
		let found: AsyncResource | Promise<AsyncResource>;
		try {
			found = awaitsIdentity() ? bound(request) : scoped(request);
		} catch (error) {
			refuse(asError(error));
			return;
		}
		if (found instanceof AsyncResource) enter(found);
		else found.then(enter, (error) => refuse(asError(error)));
	};
}

function finderOf<Request>(spec: RequestScopeSpec<Request>, argument: string): Find<Request> {
	if (Object(spec) !== spec) {
		throw new errors.InvalidOptionError(
			`awsScope() takes a session, { session }, { account } or a function of ${argument} that gives one, not ${spec === null ? "null" : typeof spec}.`,
		);
	}
	if (typeof spec === "function") {
		return (request) => {
			const found = spec(request);
			// A promise of Node's own, whatever was given: it calls back once, and later.
			return "then" in Object(found) ? Promise.resolve(found).then(readAnswer) : readAnswer(found as AwsScopeSpec);
		};
	}
	const constant = readAwsScopeSpec("awsScope()", spec);
	return () => constant;
}

function readAnswer(spec: AwsScopeSpec): AwsScopeSpec {
	if (Object(spec) === spec) return readAwsScopeSpec("awsScope()", spec);
	throw new errors.InvalidOptionError(
		`The spec function of awsScope() gives a session, { session } or { account }, not ${spec === null ? "null" : typeof spec}; give defaultSession() if the process's own identity is meant.`,
	);
}

/** Gives the scope that waits for its identity the one of this request. */
const bindTo = async <Request>(find: Find<Request>, request: Request): Promise<void> =>
	bindAwsScope(await defaultSession().run(() => find(request)));

/** Express and Fastify take a failure without an Error, or with a word such as "router", as leave to go on outside the scope. */
const asError = (error: unknown): Error =>
	error instanceof Error
		? error
		: new errors.InvalidOptionError("The spec function of awsScope() failed with no Error; throw one.", {
				cause: error,
			});
