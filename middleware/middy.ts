/** aws-scope for middy 6 and 7: a scope around the whole handler, and the middleware that gives it its identity. */

import {
	type AwsScopeSpec,
	awaitsIdentity,
	bindAwsScope,
	defaultSession,
	errors,
	readAwsScopeSpec,
	readOptions,
	tryCurrentAwsScope,
	withAwsScope,
} from "../src/index.js";

/** What a spec function may read of middy's request; middy's own `Request` types fit too. */
export interface MiddyRequest<Event = unknown, Context = unknown, Internal = unknown> {
	event: Event;
	context: Context;
	internal: Internal;
}

/** What `.use()` takes. */
export interface AwsScopeMiddleware<Request> {
	before: (request: Request) => void | Promise<void>;
}

/** What a scope may have before its identity is known. */
export type OpenScopeOptions = Omit<Extract<AwsScopeSpec, { bindLater: true }>, "bindLater" | "session" | "account">;

type AnyFunction = (...args: never[]) => unknown;

const ONE_LINE = "openAwsScope(middy(fn)).use(awsScope(spec))";

/**
 * Opens a scope around each invocation of a middy handler of any version and execution mode; `awsScope()` gives it its
 * identity, and until then every accessor is refused. Gives the handler, still chainable.
 * @example
 * openAwsScope(middy(fn)).use(awsScope(({ event }: MiddyRequest<Order>) => ({ account: event.account, accounts })));
 * @throws {InvalidOptionError} code `INVALID_OPTION`
 * @see https://middy.js.org/docs/intro/how-it-works
 */
export const openAwsScope = <Handler extends AnyFunction>(handler: Handler, options: OpenScopeOptions = {}): Handler =>
	openAs("openAwsScope()", handler, options);

/**
 * The same as an execution mode of middy 7, around the mode that is meant.
 * @example middy({ executionMode: awsScopeExecution(executionModeStandard) }).use(awsScope(spec)).handler(fn);
 * @see https://middy.js.org/docs/intro/hooks
 */
export const awsScopeExecution = <Mode extends AnyFunction>(mode: Mode, options: OpenScopeOptions = {}): Mode =>
	((...args: never[]) => openAs("awsScopeExecution()", mode(...args) as AnyFunction, options)) as Mode;

function openAs<Handler extends AnyFunction>(where: string, handler: Handler, options: OpenScopeOptions): Handler {
	const parts = readOptions(where, options, ["accounts", "region", "clientDefaults"]);
	return withAwsScope(handler, readAwsScopeSpec(where, { ...parts, bindLater: true }));
}

/**
 * A middleware that gives the scope opened by {@link openAwsScope} its identity: a spec, or a function of middy's
 * request, sync or async, that finds it as the process's own session. What runs earlier has no identity.
 * @throws {InvalidOptionError} code `INVALID_OPTION`, for a malformed spec at once
 * @throws {ScopeNotOpenError} code `SCOPE_NOT_OPEN`, {@link ScopeAlreadyBoundError} code `ALREADY_BOUND`: in the invocation
 */
export function awsScope<Request extends MiddyRequest = MiddyRequest>(
	spec: AwsScopeSpec | ((request: Request) => AwsScopeSpec | Promise<AwsScopeSpec>),
): AwsScopeMiddleware<NoInfer<Request>> {
	const find = typeof spec === "function" ? spec : readConstant(spec);
	const awsScopeBefore = (request: Request): void | Promise<void> => {
		const bound = tryCurrentAwsScope()?.session;
		if (bound !== undefined) {
			throw new errors.ScopeAlreadyBoundError(
				`awsScope() ran in a scope that already acts as ${bound.roleArn ?? bound.key}; name the identity once: withAwsScope(middy(fn), spec) or ${ONE_LINE}.`,
			);
		}
		if (typeof find !== "function") return bind(find);
		// Refused where no scope waits, before anybody is looked up: an error of the look-up would hide it.
		if (!awaitsIdentity()) bind(defaultSession());
		const found = defaultSession().run(() => find(request));
		// A native promise, whatever was given: middy 7 awaits no other.
		return "then" in Object(found) ? Promise.resolve(found).then(bind) : bind(found as AwsScopeSpec);
	};
	return { before: awsScopeBefore };
}

function bind(spec: AwsScopeSpec): void {
	const named = readAwsScopeSpec("awsScope()", spec);
	try {
		bindAwsScope(named);
	} catch (cause) {
		if (!(cause instanceof errors.ScopeNotOpenError)) throw cause;
		throw new errors.ScopeNotOpenError(
			`awsScope() ran where no scope was opened around the middy handler; write ${ONE_LINE}, with openAwsScope from "aws-scope/middy".`,
			{ cause },
		);
	}
}

/** Reads a spec that is no function. One that names no identity could never bind a scope. */
function readConstant(given: AwsScopeSpec): AwsScopeSpec {
	const isObject = typeof given === "object" && given !== null;
	const spec = isObject ? readAwsScopeSpec("awsScope()", given) : undefined;
	if (spec?.session !== undefined || spec?.account !== undefined) return spec;
	throw new errors.InvalidOptionError(
		`awsScope() takes a function of middy's request, a session, { session } or { account }, not ${given === null ? "null" : isObject ? "an object without them" : typeof given}.`,
	);
}
