/** aws-scope for middy 6 and 7: a scope around the whole handler, and the middleware that gives it its identity. */

import {
	type AwsScopeSpec,
	awaitsIdentity,
	bindAwsScope,
	defaultSession,
	errors,
	tryCurrentAwsScope,
	withAwsScope,
} from "../src/index.js";
import { constantSpec } from "./shared/constant-spec.js";

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
	withAwsScope(handler, { ...options, bindLater: true });

/**
 * The same as an execution mode of middy 7, around the mode that is meant.
 * @example middy({ executionMode: awsScopeExecution(executionModeStandard) }).use(awsScope(spec)).handler(fn);
 * @see https://middy.js.org/docs/intro/hooks
 */
export const awsScopeExecution = <Mode extends AnyFunction>(mode: Mode, options: OpenScopeOptions = {}): Mode =>
	((...args: never[]) => openAwsScope(mode(...args) as AnyFunction, options)) as Mode;

/**
 * A middleware that gives the scope opened by {@link openAwsScope} its identity: a spec, or a function of middy's
 * request, sync or async, that finds it as the process's own session. What runs earlier has no identity.
 * @throws {InvalidOptionError} code `INVALID_OPTION`, for a malformed spec at once
 * @throws {ScopeNotOpenError} code `SCOPE_NOT_OPEN`, {@link ScopeAlreadyBoundError} code `ALREADY_BOUND`: in the invocation
 */
export function awsScope<Request extends MiddyRequest = MiddyRequest>(
	spec: AwsScopeSpec | ((request: Request) => AwsScopeSpec | Promise<AwsScopeSpec>),
): AwsScopeMiddleware<NoInfer<Request>> {
	if (typeof spec !== "function") checkNamesIdentity("takes a function of middy's request or", spec);
	const find = typeof spec === "function" ? spec : constantSpec(spec);
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
	checkNamesIdentity("was given a spec function that must give", spec);
	try {
		bindAwsScope(spec);
	} catch (cause) {
		if (!(cause instanceof errors.ScopeNotOpenError)) throw cause;
		throw new errors.ScopeNotOpenError(
			`awsScope() ran where no scope was opened around the middy handler; write ${ONE_LINE}, with openAwsScope from "aws-scope/middy".`,
			{ cause },
		);
	}
}

/** A tenant that was looked up and not found must not become the process. `bindAwsScope()` looks closer. */
function checkNamesIdentity(what: string, spec: unknown): void {
	const { session, account, credentials } = Object(spec) as Record<string, unknown>;
	if (session !== undefined || account !== undefined || credentials !== undefined) return;
	const given = spec === null ? "null" : typeof spec === "object" ? "an object without them" : typeof spec;
	throw new errors.InvalidOptionError(
		`awsScope() ${what} a session, { session } or { account }, not ${given}; give the tenant's, or throw where there is none.`,
	);
}
