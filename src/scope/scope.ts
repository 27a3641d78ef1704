/** Scopes: the session, region and client defaults of one async call chain. A scope owns no clients or connections. */

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

/** The result of `currentAwsScope()`. */
export interface AwsScope {
	readonly session: AwsSession;
	/** The session's account, if it is known without a call. */
	readonly account: string | undefined;
	/** The scope's region, if it has one. */
	readonly region: string | undefined;
	readonly clientDefaults: ClientDefaults;
}

/** A scope, as it is kept in the AsyncLocalStorage. @internal */
export interface ScopeCell {
	/** Undefined until a `bindLater` scope is bound, then constant. */
	session: AwsSession | undefined;
	region: string | undefined;
	clientDefaults: ClientDefaults | undefined;
	accounts: AccountSessions | undefined;
	/** The async id under which a `bindLater` scope was opened, otherwise 0. */
	readonly bindLater: number;
	/** The keys of its own session and of the outer scopes' sessions, without duplicates. */
	lineage: readonly string[];
	/** The nearest outer scope that had no identity yet when this one was opened. */
	readonly unboundOuter: ScopeCell | undefined;
	/** The clients of a scope with `keepClients: false`, and of scopes in it, that the cache has no room for. */
	readonly passing: Map<string, object> | undefined;
	/** Shortcuts to warm clients, used only by the accessors. */
	memo: object | undefined;
	/** The result of `currentAwsScope()`, created on first use. */
	view: AwsScope | undefined;
}

/** The current scope's cell. @internal */
export const currentCell = (): ScopeCell | undefined => home.storage.getStore() as ScopeCell | undefined;

/** Opens a scope inside `outer`. It overrides only what the spec names. @internal */
export function openCell(caller: string, spec: AwsScopeSpec | GivenSpec, outer: ScopeCell | undefined): ScopeCell {
	const { where, bindLater, keepClients, named, session, region, accounts, clientDefaults } = resolve(
		caller,
		spec,
		outer,
	);
	if (accounts !== undefined || session?.key !== "default") rememberTenants();
	// A lost call must not get the process's own identity by opening a scope.
	if (outer === undefined && !bindLater && !named)
		refuseLost(where, "name the tenant in its spec: { session } or { account }");
	if (session === undefined && !bindLater) {
		throw new UnboundScopeError(
			`${where} names no identity and was called in a scope that has none yet; call bindAwsScope() first, or name a session or an account.`,
		);
	}
	const cell: ScopeCell = {
		session: undefined,
		region,
		clientDefaults,
		accounts,
		// Bun has no async ids.
		bindLater: bindLater ? new AsyncResource("AWS_SCOPE").asyncId() || 1 : 0,
		lineage: outer?.lineage ?? [],
		unboundOuter: outer?.session === undefined ? outer : outer.unboundOuter,
		memo: undefined,
		view: undefined,
		passing: keepClients === undefined ? outer?.passing : keepClients ? undefined : new Map(),
	};
	if (session !== undefined) giveIdentity(cell, session);
	return cell;
}

/** If a scope fails to open, the code that handles the error must not run as the process itself. */
function resolve(caller: string, spec: AwsScopeSpec | GivenSpec, outer: ScopeCell | undefined): ResolvedSpec {
	try {
		return resolveSpec(readSpec(caller, spec), outer);
	} catch (error) {
		rememberTenants();
		throw error;
	}
}

/** Sets a scope's session. @internal */
export function giveIdentity(cell: ScopeCell, session: AwsSession): void {
	cell.session = session;
	if (!cell.lineage.includes(session.key)) cell.lineage = [session.key, ...cell.lineage];
}

/** Whether the scope or an outer one has this session. @internal */
export const belongsTo = (cell: ScopeCell, sessionKey: string): boolean =>
	cell.lineage.includes(sessionKey) || (cell.unboundOuter !== undefined && belongsTo(cell.unboundOuter, sessionKey));

/** Runs `fn` in a scope. @internal */
export const runInCell = <Result>(cell: ScopeCell, fn: () => Result): Result => home.storage.run(cell, fn);

/**
 * Runs `fn` in a scope now and returns its result. Work that `fn` starts stays in the scope.
 * @example
 * await runInAwsScope({ account: "111111111111", accounts }, () => clients.s3().listBuckets({}));
 * @throws {InvalidOptionError} code `INVALID_OPTION`, {@link TenantNotFoundError} code `TENANT_NOT_FOUND`,
 * {@link UnboundScopeError} code `UNBOUND_SCOPE`, {@link NoAccountSessionsError} code `NO_ACCOUNT_SESSIONS`,
 * {@link LostScopeError} code `LOST_SCOPE` if the spec names no identity, outside every scope in a process that acts for
 * tenants
 * @see https://nodejs.org/api/async_context.html#asynclocalstoragerunstore-callback-args
 */
export function runInAwsScope<Result>(spec: AwsScopeSpec, fn: () => Result): Result {
	const cell = openCell("runInAwsScope()", spec, currentCell());
	return handOut(cell, runInCell(cell, fn));
}

declare module "../session/session.js" {
	interface AwsSession {
		/** Runs `fn` in a scope with this session and returns its result. */
		run<Result>(fn: () => Result): Result;
	}
}

Object.defineProperty(AwsSession.prototype, "run", {
	value<Result>(this: AwsSession, fn: () => Result): Result {
		return runInAwsScope(itself(this), fn);
	},
	configurable: true,
	writable: true,
});

/**
 * Whether the current scope was opened with `{ bindLater: true }` and is not bound yet. For middleware that binds such a
 * scope and otherwise opens one.
 * @param request Node's request object; if given, the scope must have been opened for this request, not around the server
 */
export const awaitsIdentity = (request?: unknown): boolean => {
	const cell = currentCell();
	return cell !== undefined && cell.session === undefined && cell.bindLater > asyncIdOf(request);
};

/** A server's handlers may run in the scope in which `listen()` was called. Its connections have higher async ids than that scope. */
function asyncIdOf(request: unknown): number {
	const { socket, stream } = Object(request) as NodeRequest;
	const id = socket?._handle?.getAsyncId();
	if (id !== undefined) return id;
	// An adapter's request never had a connection. For a request whose connection is closed, the answer is unknown.
	return socket?.server === undefined && stream === undefined ? 0 : Number.POSITIVE_INFINITY;
}

/** Only HTTP/2 requests have a stream. */
interface NodeRequest {
	readonly socket?: { readonly server?: unknown; readonly _handle?: { getAsyncId(): number } | null };
	readonly stream?: unknown;
}

/**
 * Returns the current scope.
 * @throws {NoAwsScopeError} code `NO_SCOPE` outside every scope, {@link UnboundScopeError} code `UNBOUND_SCOPE` before
 * `bindAwsScope()` set the identity
 */
export function currentAwsScope(): AwsScope {
	const cell = currentCell();
	if (cell === undefined) {
		throw new NoAwsScopeError(
			"currentAwsScope() was called outside every scope; run the caller in withAwsScope() or runInAwsScope(), or use tryCurrentAwsScope().",
		);
	}
	if (cell.session === undefined) throw unbound("currentAwsScope()");
	return view(cell, cell.session);
}

/** Returns the current scope, or `undefined` outside every scope and in a scope that has no identity yet. */
export function tryCurrentAwsScope(): AwsScope | undefined {
	const cell = currentCell();
	return cell?.session === undefined ? undefined : view(cell, cell.session);
}

/** The error for a call in a scope that has no identity yet. @internal */
export const unbound = (call: string): UnboundScopeError =>
	new UnboundScopeError(
		`${call} was called before bindAwsScope() set this scope's identity; call it after authentication.`,
	);

const NO_DEFAULTS: ClientDefaults = Object.freeze({});

function view(cell: ScopeCell, session: AwsSession): AwsScope {
	if (cell.view !== undefined) return cell.view;
	const { region, clientDefaults = NO_DEFAULTS } = cell;
	cell.view = Object.freeze({ session, account: session.account, region, clientDefaults });
	return cell.view;
}
