/** aws-scope for Middy 6 and 7: opens a scope around the whole handler; a middleware sets its identity. */

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

/** The parts of Middy's request that a spec function can read. Middy's own `Request` type works, too. */
export interface MiddyRequest<Event = unknown, Context = unknown, Internal = unknown> {
	event: Event;
	context: Context;
	internal: Internal;
}

/** The middleware for `.use()`. */
export interface AwsScopeMiddleware<Request> {
	before: (request: Request) => void | Promise<void>;
}

/** The options of a scope that gets its identity later. */
export type OpenScopeOptions = Omit<Extract<AwsScopeSpec, { bindLater: true }>, "bindLater" | "session" | "account">;

type AnyFunction = (...args: never[]) => unknown;

const ONE_LINE = "openAwsScope(middy(fn)).use(awsScope(spec))";

/**
 * Opens a scope around each invocation of a Middy handler, in any version and execution mode. `awsScope()` sets its
 * identity; until then, every accessor throws. Returns the handler, which can still be chained.
 * @example
 * openAwsScope(middy(fn)).use(awsScope(({ event }: MiddyRequest<Order>) => ({ account: event.account, accounts })));
 * @throws {InvalidOptionError} code `INVALID_OPTION`
 * @see https://middy.js.org/docs/intro/how-it-works
 */
export const openAwsScope = <Handler extends AnyFunction>(handler: Handler, options: OpenScopeOptions = {}): Handler =>
	openAs("openAwsScope()", handler, options);

/**
 * The same as {@link openAwsScope}, as an execution mode for Middy 7 that wraps another mode.
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
 * Creates a middleware that sets the identity of the scope that {@link openAwsScope} opened. Middleware that runs earlier
 * has no identity.
 * @param spec the scope's identity, or a sync or async function of Middy's request that returns it. The function runs as
 * the default session
 * @throws {InvalidOptionError} code `INVALID_OPTION`
 * @throws {ScopeNotOpenError} code `SCOPE_NOT_OPEN`, {@link ScopeAlreadyBoundError} code `ALREADY_BOUND` in an invocation
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
		// Without a scope that waits for an identity, throw before the lookup, whose own error would hide this one.
		if (!awaitsIdentity()) bind(defaultSession());
		const found = defaultSession().run(() => find(request));
		// Middy 7 awaits native promises only.
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
			`awsScope() ran without a scope around the Middy handler; write ${ONE_LINE}, with openAwsScope from "aws-scope/middy".`,
			{ cause },
		);
	}
}

/** Reads a spec that is not a function. It must name an identity, or it could not bind a scope. */
function readConstant(given: AwsScopeSpec): AwsScopeSpec {
	const isObject = typeof given === "object" && given !== null;
	const spec = isObject ? readAwsScopeSpec("awsScope()", given) : undefined;
	if (spec?.session !== undefined || spec?.account !== undefined) return spec;
	throw new errors.InvalidOptionError(
		`awsScope() takes a function of middy's request, a session, { session } or { account }, not ${given === null ? "null" : isObject ? "an object without them" : typeof given}.`,
	);
}
