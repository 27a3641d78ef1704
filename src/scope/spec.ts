/** What a scope is asked to be, checked and completed from the scope around it. */

import { NoAccountSessionsError } from "../errors.js";
import { describe, fail, notFound } from "../home/check.js";
import { layered } from "../home/layered.js";
import { isGiven, knownNamesIn } from "../home/options.js";
import { type ClientDefaults, checkRegion, readClientDefaults, settings } from "../home/settings.js";
import { checkAccount } from "../session/arns.js";
import { type AwsSession, sessionOf } from "../session/session.js";
import { defaultSession } from "../session/sessions.js";

/** Gives the session of an account; what `accountSessions()` returns. `region` is where it is wanted, if that is known. */
export type AccountSessions = (account: string, where?: { readonly region?: string | undefined }) => AwsSession;

interface ScopeParts {
	/** What gives the session of an account, here and in scopes inside; made by `accountSessions()`. */
	readonly accounts?: AccountSessions | undefined;
	readonly region?: string | undefined;
	/** SDK client options for the clients of this scope. */
	readonly clientDefaults?: ClientDefaults | undefined;
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
 * What a scope names; it inherits the rest from the scope around it. `account` takes no `undefined`: throw where a tenant
 * is not found.
 */
// The compiler explains a mistake by the last of them, in the order of this line or of their names: by `account`.
export type AwsScopeSpec = AwsSession | LateScope | SessionScope | TenantScope;

/** What a scope sees, and what scopes inside inherit where they name nothing. @internal */
export interface Inherited {
	readonly session: AwsSession | undefined;
	readonly region: string | undefined;
	readonly accounts: AccountSessions | undefined;
	readonly clientDefaults: ClientDefaults | undefined;
}

const NAMES = ["session", "account", "accounts", "region", "clientDefaults", "bindLater"];
/** Marks what {@link readSpec} gives, as no proxy can. */
const READ = Object.freeze({});

/** A spec as it was read and checked, each name once: nothing that is written into the given object later counts. @internal */
export interface GivenSpec {
	readonly read: typeof READ;
	/** How errors name the function that was given it. */
	readonly where: string;
	readonly session?: AwsSession | undefined;
	readonly account?: string | undefined;
	readonly accounts?: AccountSessions | undefined;
	readonly region?: string | undefined;
	readonly clientDefaults?: ClientDefaults | undefined;
	readonly bindLater?: boolean;
}

/** Reads a spec, and refuses what is wrong with it whatever the scope around it is. One that was read before stays as it is. @internal */
export function readSpec(where: string, given: unknown): GivenSpec {
	if ((given as Partial<GivenSpec> | null | undefined)?.read === READ) return given as GivenSpec;
	const itself = sessionOf(given);
	if (itself !== undefined) return specOf(where, { session: itself });
	if (given === undefined || given === null) notFound(`${where} was given ${given}`);
	const names = knownNamesIn(where, given, NAMES, "a session, { session } or { account }");
	// Here and not by readOptions(), because a scope is opened with every request.
	const spec = given as Partial<GivenSpec>;
	const { session, account, accounts, region, clientDefaults, bindLater = false } = spec;
	// An identity that was looked up and not found must not become the identity of whoever asks.
	for (const name of ["session", "account"] as const) {
		const value = name === "session" ? session : account;
		if ((value ?? "") === "" && isGiven(spec, names, name)) notFound(`${where} was given ${name}: ${describe(value)}`);
	}
	if (region !== undefined) checkRegion(`${where} { region }`, region);
	if (accounts !== undefined && typeof accounts !== "function") {
		fail(`${where} { accounts } takes what accountSessions() gives, not ${describe(accounts)}.`);
	}
	if (typeof bindLater !== "boolean") fail(`${where} { bindLater } takes true or false, not ${describe(bindLater)}.`);
	if (session !== undefined && account !== undefined) fail(`${where} takes session or account, not both.`);
	const named = sessionOf(session);
	if (session !== undefined && named === undefined) {
		fail(
			`${where} { session } takes what assumeRole(), session() or defaultSession() gives, not ${describe(session)}.`,
		);
	}
	if (account !== undefined) checkAccount(`${where} { account }`, account);
	if (bindLater && (session !== undefined || account !== undefined)) {
		fail(`${where} takes bindLater or an identity, not both.`);
	}
	const defaults =
		clientDefaults === undefined ? undefined : readClientDefaults(`${where} { clientDefaults }`, clientDefaults);
	return specOf(where, { session: named, account, accounts, region, clientDefaults: defaults, bindLater });
}

const specOf = (where: string, parts: Partial<GivenSpec>): GivenSpec => ({ read: READ, where, ...parts });

/**
 * Reads a spec for a middleware, whose errors should name the function that the user called. What it gives is taken by
 * `withAwsScope()`, `runInAwsScope()` and `bindAwsScope()` as it is, whatever is written into the given object later.
 * @param where how errors name that function, such as `"awsScope()"`
 * @throws {InvalidOptionError} code `INVALID_OPTION`
 */
export const readAwsScopeSpec = (where: string, spec: AwsScopeSpec): Exclude<AwsScopeSpec, AwsSession> =>
	readSpec(where, spec) as unknown as Exclude<AwsScopeSpec, AwsSession>;

/** A spec, completed. @internal */
export interface ResolvedSpec extends Inherited {
	readonly where: string;
	readonly bindLater: boolean;
	/** Whether it says itself whose identity it is. */
	readonly named: boolean;
}

/** Completes a spec from the scope around it. @internal */
export function resolveSpec(spec: GivenSpec, outer: Inherited | undefined): ResolvedSpec {
	const { where, region, accounts = outer?.accounts, clientDefaults, bindLater = false, account } = spec;
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
		named: namesIdentity(spec),
	};
}

/** Whether a spec says whose identity it is. @internal */
export const namesIdentity = ({ session, account }: GivenSpec): boolean =>
	session !== undefined || account !== undefined;

/** The session of an account, by the scope's `accounts` or the process's. @internal */
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
			`${where} names account ${account}, but nothing says which role to assume there; set accounts: accountSessions({ role }) in the scope or in configure().`,
		);
	}
	const answer: AwsSession | undefined = find(account, { region });
	if (answer === undefined || answer === null) notFound(`${where}: accounts(${account}) gave ${answer}`);
	const found = sessionOf(answer);
	if (found === undefined) return fail(`${where}: accounts(${account}) gave ${describe(answer)}, not a session.`);
	if (found.account !== undefined && found.account !== account) {
		fail(`${where}: accounts(${account}) gave a session of account ${found.account}; fix the function.`);
	}
	return found;
}

const accountsSetting = (): AccountSessions | undefined =>
	(settings() as { readonly accounts?: AccountSessions | undefined }).accounts;

function merge(outer: ClientDefaults | undefined, own: ClientDefaults | undefined): ClientDefaults | undefined {
	if (own === undefined) return outer;
	return Object.freeze(layered(outer, own));
}
