/** Scope specs: checks them, and completes them from the outer scope. */

import { NoAccountSessionsError } from "../errors.js";
import { describe, fail, notFound } from "../home/check.js";
import { layered } from "../home/layered.js";
import { isGiven, knownNamesIn } from "../home/options.js";
import { type ClientDefaults, checkRegion, readClientDefaults, settings } from "../home/settings.js";
import { checkAccount } from "../session/arns.js";
import { type AwsSession, sessionOf } from "../session/session.js";
import { defaultSession } from "../session/sessions.js";

/** Maps an account to its session. `accountSessions()` returns one. `region` is the scope's or the call's, if known. */
export type AccountSessions = (account: string, where?: { readonly region?: string | undefined }) => AwsSession;

interface ScopeParts {
	/** Maps an account to its session, in this scope and in nested ones: `accountSessions({ role })`. */
	readonly accounts?: AccountSessions | undefined;
	readonly region?: string | undefined;
	/** SDK client options for this scope's clients. */
	readonly clientDefaults?: ClientDefaults | undefined;
	/**
	 * Whether clients that this scope builds may evict others. With `false`, they take only free space in the cache; if it is
	 * full, they live as long as the scope. For a scope that visits one of many accounts and may not come back. Default: `true`.
	 */
	readonly keepClients?: boolean | undefined;
}

interface LateScope extends ScopeParts {
	readonly bindLater: true;
	readonly session?: never;
	readonly account?: never;
}

interface SessionScope extends ScopeParts {
	readonly session?: AwsSession;
	readonly account?: never;
	readonly bindLater?: false;
}

interface TenantScope extends ScopeParts {
	readonly account: string;
	readonly session?: never;
	readonly bindLater?: false;
}

/**
 * A scope's identity and options. The scope inherits the rest from the outer one. `account` can't be `undefined`: throw
 * if a tenant is not found.
 */
// TypeScript explains an error by the last member, in this order or by name, so the one with `account` comes last.
export type AwsScopeSpec = AwsSession | LateScope | SessionScope | TenantScope;

/** What nested scopes inherit. @internal */
export interface Inherited {
	readonly session: AwsSession | undefined;
	readonly region: string | undefined;
	readonly accounts: AccountSessions | undefined;
	readonly clientDefaults: ClientDefaults | undefined;
}

const NAMES = ["session", "account", "accounts", "region", "clientDefaults", "bindLater", "keepClients"];
/** Marks the results of {@link readSpec}. A proxy can't fake it. */
const READ = Object.freeze({});

/** A checked copy of a spec. Later changes to the original have no effect. @internal */
export interface GivenSpec {
	readonly read: typeof READ;
	/** The name of the function that received the spec, for errors. */
	readonly where: string;
	readonly session?: AwsSession | undefined;
	readonly account?: string | undefined;
	readonly accounts?: AccountSessions | undefined;
	readonly region?: string | undefined;
	readonly clientDefaults?: ClientDefaults | undefined;
	readonly bindLater?: boolean;
	readonly keepClients?: boolean | undefined;
}

/** Reads a spec and checks what doesn't depend on the outer scope. Returns a spec that was read before unchanged. @internal */
export function readSpec(where: string, given: unknown): GivenSpec {
	if ((given as Partial<GivenSpec> | null | undefined)?.read === READ) return given as GivenSpec;
	const givenSession = sessionOf(given);
	if (givenSession !== undefined) return specOf(where, { session: givenSession });
	if (given === undefined || given === null) notFound(`${where} was given ${given}`);
	const names = knownNamesIn(where, given, NAMES, "a session, { session } or { account }");
	// Reads the members directly, because every request opens a scope and readOptions() is slower.
	const spec = given as Partial<GivenSpec>;
	const { session, account, accounts, region, clientDefaults, bindLater = false, keepClients } = spec;
	// A failed lookup must not inherit the caller's identity.
	for (const name of ["session", "account"] as const) {
		const value = name === "session" ? session : account;
		if ((value ?? "") === "" && isGiven(spec, names, name)) notFound(`${where} was given ${name}: ${describe(value)}`);
	}
	if (region !== undefined) checkRegion(`${where} { region }`, region);
	if (accounts !== undefined && typeof accounts !== "function") {
		fail(`${where} { accounts } takes a function such as accountSessions() returns, not ${describe(accounts)}.`);
	}
	if (typeof bindLater !== "boolean") fail(`${where} { bindLater } takes true or false, not ${describe(bindLater)}.`);
	if (keepClients !== undefined && typeof keepClients !== "boolean")
		fail(`${where} { keepClients } takes true or false, not ${describe(keepClients)}.`);
	if (session !== undefined && account !== undefined) fail(`${where} takes session or account, not both.`);
	const named = sessionOf(session);
	if (session !== undefined && named === undefined) {
		fail(
			`${where} { session } takes a session from assumeRole(), session() or defaultSession(), not ${describe(session)}.`,
		);
	}
	if (account !== undefined) checkAccount(`${where} { account }`, account);
	if (bindLater && (session !== undefined || account !== undefined)) {
		fail(`${where} takes bindLater or an identity, not both.`);
	}
	const defaults =
		clientDefaults === undefined ? undefined : readClientDefaults(`${where} { clientDefaults }`, clientDefaults);
	return specOf(where, { session: named, account, accounts, region, clientDefaults: defaults, bindLater, keepClients });
}

const specOf = (where: string, parts: Partial<GivenSpec>): GivenSpec => ({ read: READ, where, ...parts });

/**
 * Reads a spec for middleware whose errors name the function that the user called. Pass the result to `withAwsScope()`,
 * `runInAwsScope()` or `bindAwsScope()`. Later changes to the original have no effect.
 * @param where that function's name in errors, such as `"awsScope()"`
 * @throws {InvalidOptionError} code `INVALID_OPTION`
 */
export const readAwsScopeSpec = (where: string, spec: AwsScopeSpec): Exclude<AwsScopeSpec, AwsSession> =>
	readSpec(where, spec) as unknown as Exclude<AwsScopeSpec, AwsSession>;

/** A completed spec. @internal */
export interface ResolvedSpec extends Inherited {
	readonly where: string;
	readonly bindLater: boolean;
	readonly keepClients: boolean | undefined;
	/** Whether the spec itself names an identity. */
	readonly named: boolean;
}

/** Completes a spec from the outer scope. @internal */
export function resolveSpec(spec: GivenSpec, outer: Inherited | undefined): ResolvedSpec {
	const { where, region, accounts = outer?.accounts, clientDefaults, bindLater = false, keepClients, account } = spec;
	const wanted = region ?? outer?.region;
	const named =
		spec.session ?? (account === undefined ? undefined : sessionOfAccount(where, account, accounts, wanted));
	const session = bindLater ? undefined : (named ?? (outer === undefined ? defaultSession() : outer.session));
	return {
		session,
		region: region ?? named?.region ?? outer?.region,
		accounts,
		clientDefaults: merge(outer?.clientDefaults, clientDefaults),
		where,
		bindLater,
		keepClients,
		named: namesIdentity(spec),
	};
}

/** Whether a spec names an identity. @internal */
export const namesIdentity = ({ session, account }: GivenSpec): boolean =>
	session !== undefined || account !== undefined;

/** Maps an account to its session with the scope's `accounts` or the process's. @internal */
export function sessionOfAccount(
	where: string,
	account: unknown,
	accounts: AccountSessions | undefined,
	region: string | undefined,
): AwsSession {
	checkAccount(`${where} { account }`, account);
	const find = accounts ?? accountsSetting();
	if (find === undefined) {
		throw new NoAccountSessionsError(
			`${where} names account ${account}, but not which role to assume in it; set accounts: accountSessions({ role }) in the scope or in configure().`,
		);
	}
	const returned: AwsSession | undefined = find(account, { region });
	if (returned === undefined || returned === null) notFound(`${where}: accounts(${account}) returned ${returned}`);
	const found = sessionOf(returned);
	if (found === undefined)
		return fail(`${where}: accounts(${account}) returned ${describe(returned)}; return a session.`);
	if (found.account !== undefined && found.account !== account) {
		fail(`${where}: accounts(${account}) returned a session of account ${found.account}; fix the function.`);
	}
	return found;
}

const accountsSetting = (): AccountSessions | undefined =>
	(settings() as { readonly accounts?: AccountSessions | undefined }).accounts;

function merge(outer: ClientDefaults | undefined, own: ClientDefaults | undefined): ClientDefaults | undefined {
	if (own === undefined) return outer;
	return Object.freeze(layered(outer, own));
}
