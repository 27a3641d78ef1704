/** Scopes: what one async call chain sees. A scope owns nothing; it points to a session and says what its clients default to. */

import { NoAwsScopeError, UnboundScopeError } from "../errors.js";
import { home } from "../home/home.js";
import type { ClientDefaults } from "../home/settings.js";
import { AwsSession, itself } from "../session/session.js";
import { handOut } from "./lazy.js";
import { refuseLost, rememberTenants } from "./lost-scope.js";
import {
	type AccountSessions,
	type AwsScopeSpec,
	type GivenSpec,
	type ResolvedSpec,
	readSpec,
	resolveSpec,
} from "./spec.js";

const { AsyncResource } = process.getBuiltinModule("node:async_hooks");

/** What `currentAwsScope()` gives. */
export interface AwsScope {
	readonly session: AwsSession;
	/** The account of the session, where it is known without asking. */
	readonly account: string | undefined;
	/** The region that the scope names, if it names one. */
	readonly region: string | undefined;
	readonly clientDefaults: ClientDefaults;
}

/** The scope as the store holds it. @internal */
export interface ScopeCell {
	/** Undefined until a `bindLater` scope is bound; never changed after. */
	session: AwsSession | undefined;
	region: string | undefined;
	clientDefaults: ClientDefaults | undefined;
	accounts: AccountSessions | undefined;
	/** Not zero: waits, or waited, for `bindAwsScope()`, since it was opened under this async id. */
	readonly bindLater: number;
	/** The keys of its own session and of the sessions of the scopes around it, each once. */
	lineage: readonly string[];
	/** A scope around it that had no identity yet when this one was opened. */
	readonly unboundOuter: ScopeCell | undefined;
	/** The accessors' table of warm clients for what this scope names. */
	memo: unknown;
	/** What `currentAwsScope()` gives, once it was asked for. */
	view: AwsScope | undefined;
}

/** The scope in which this code runs, as the store holds it. @internal */
export const currentCell = (): ScopeCell | undefined => home.storage.getStore() as ScopeCell | undefined;

/** Opens a scope inside `outer`; it overrides only what the spec names. @internal */
export function openCell(caller: string, spec: AwsScopeSpec | GivenSpec, outer: ScopeCell | undefined): ScopeCell {
	const { where, bindLater, named, session, region, accounts, clientDefaults } = resolve(caller, spec, outer);
	if (accounts !== undefined || session?.key !== "default") rememberTenants();
	// A lost call must not become the process's own by the way in which it opens a scope.
	if (outer === undefined && !bindLater && !named)
		refuseLost(where, "name the tenant in its spec: { session } or { account }");
	if (session === undefined && !bindLater) {
		throw new UnboundScopeError(
			`${where} was called in a scope that has no identity yet and names none itself; call bindAwsScope() first, or name a session or an account.`,
		);
	}
	const cell: ScopeCell = {
		session: undefined,
		region,
		clientDefaults,
		accounts,
		bindLater: bindLater ? new AsyncResource("AWS_SCOPE").asyncId() : 0,
		lineage: outer?.lineage ?? [],
		unboundOuter: outer?.session === undefined ? outer : outer.unboundOuter,
		memo: undefined,
		view: undefined,
	};
	if (session !== undefined) giveIdentity(cell, session);
	return cell;
}

/** Code that meets the error of a tenant who was not found may be outside every scope: it is not the process's own. */
function resolve(caller: string, spec: AwsScopeSpec | GivenSpec, outer: ScopeCell | undefined): ResolvedSpec {
	try {
		return resolveSpec(readSpec(caller, spec), outer);
	} catch (error) {
		rememberTenants();
		throw error;
	}
}

/** Gives a scope its session, once. @internal */
export function giveIdentity(cell: ScopeCell, session: AwsSession): void {
	cell.session = session;
	if (!cell.lineage.includes(session.key)) cell.lineage = [session.key, ...cell.lineage];
}

/** Whether a session is the scope's own or that of a scope around it. @internal */
export const belongsTo = (cell: ScopeCell, sessionKey: string): boolean =>
	cell.lineage.includes(sessionKey) || (cell.unboundOuter !== undefined && belongsTo(cell.unboundOuter, sessionKey));

/** Runs `fn` in a scope. @internal */
export const runInCell = <Result>(cell: ScopeCell, fn: () => Result): Result => home.storage.run(cell, fn);

/**
 * Runs `fn` now in a scope and gives what `fn` gives; work that it starts keeps the scope for good.
 * @example
 * await runInAwsScope({ account: "111111111111", accounts }, () => clients.s3().listBuckets({}));
 * @throws {InvalidOptionError} code `INVALID_OPTION`, {@link TenantNotFoundError} code `TENANT_NOT_FOUND`,
 * {@link UnboundScopeError} code `UNBOUND_SCOPE`, {@link NoAccountSessionsError} code `NO_ACCOUNT_SESSIONS`, {@link LostScopeError} code `LOST_SCOPE` for a spec that names
 * no identity, outside every scope in a process that acts for tenants
 * @see https://nodejs.org/api/async_context.html#asynclocalstoragerunstore-callback-args
 */
export function runInAwsScope<Result>(spec: AwsScopeSpec, fn: () => Result): Result {
	const cell = openCell("runInAwsScope()", spec, currentCell());
	return handOut(cell, runInCell(cell, fn));
}

declare module "../session/session.js" {
	interface AwsSession {
		/** Runs `fn` in a scope of this session and gives what it gives. */
		run<Result>(fn: () => Result): Result;
	}
}

Object.defineProperty(AwsSession.prototype, "run", {
	value<Result>(this: AwsSession, fn: () => Result): Result {
		return runInAwsScope(itself(this), fn);
	},
});

/**
 * Whether the scope in which this code runs was opened with `{ bindLater: true }` and waits for `bindAwsScope()`.
 * For middlewares that either bind the scope around them or open one.
 * @param request Node's own request: whether that scope was also opened for it, and not around the server
 */
export const awaitsIdentity = (request?: unknown): boolean => {
	const cell = currentCell();
	return cell !== undefined && cell.session === undefined && cell.bindLater > asyncIdOf(request);
};

/** What runs on a server may wait in the scope in which the server was told to listen; its connections are younger. */
function asyncIdOf(request: unknown): number {
	const { socket, stream } = Object(request) as NodeRequest;
	const id = socket?._handle?.getAsyncId();
	if (id !== undefined) return id;
	// Adapters make requests that have no connection. One that has lost its connection tells nothing.
	return socket?.server === undefined && stream === undefined ? 0 : Number.POSITIVE_INFINITY;
}

/** Only a request over HTTP/2 has a stream. */
interface NodeRequest {
	readonly socket?: { readonly server?: unknown; readonly _handle?: { getAsyncId(): number } | null };
	readonly stream?: unknown;
}

/**
 * The scope in which this code runs.
 * @throws {NoAwsScopeError} code `NO_SCOPE` outside every scope, {@link UnboundScopeError} code `UNBOUND_SCOPE` before
 * `bindAwsScope()` has given it its identity
 */
export function currentAwsScope(): AwsScope {
	const cell = currentCell();
	if (cell === undefined) {
		throw new NoAwsScopeError(
			"currentAwsScope() was called outside every scope; wrap the caller in withAwsScope() or runInAwsScope(), or ask tryCurrentAwsScope().",
		);
	}
	if (cell.session === undefined) throw unbound("currentAwsScope()");
	return view(cell, cell.session);
}

/** The scope in which this code runs; `undefined` outside every scope, and in one that has no identity yet. */
export function tryCurrentAwsScope(): AwsScope | undefined {
	const cell = currentCell();
	return cell?.session === undefined ? undefined : view(cell, cell.session);
}

/** The error for a call in a scope that waits for its identity. @internal */
export const unbound = (call: string): UnboundScopeError =>
	new UnboundScopeError(
		`${call} was called before bindAwsScope() gave this scope its identity; call it after authentication.`,
	);

const NO_DEFAULTS: ClientDefaults = Object.freeze({});

function view(cell: ScopeCell, session: AwsSession): AwsScope {
	if (cell.view !== undefined) return cell.view;
	const { region, clientDefaults = NO_DEFAULTS } = cell;
	cell.view = Object.freeze({ session, account: session.account, region, clientDefaults });
	return cell.view;
}
