/** What a scope is asked to be, checked and completed from the scope around it. */

import { NoAccountSessionsError } from "../errors.js";
import { checkOptions, describe, fail } from "../home/check.js";
import { layered } from "../home/layers.js";
import { type ClientDefaults, checkClientDefaults, checkRegion, settings } from "../home/settings.js";
import { checkAccount } from "../session/names.js";
import { type AwsSession, isSession } from "../session/session.js";
import { defaultSession } from "../session/sessions.js";

/** Gives the session of an account; what `accountSessions()` returns. */
export type AccountSessions = (account: string) => AwsSession;

interface ScopeParts {
	/** What gives the session of an account, here and in scopes inside; made by `accountSessions()`. */
	readonly accounts?: AccountSessions | undefined;
	readonly region?: string | undefined;
	/** SDK client options for the clients of this scope. */
	readonly clientDefaults?: ClientDefaults | undefined;
}

/** What a scope names; it inherits the rest from the scope around it. */
export type AwsScopeSpec =
	| AwsSession
	| (ScopeParts & { readonly session?: AwsSession; readonly account?: never; readonly bindLater?: false })
	| (ScopeParts & { readonly account: string; readonly session?: never; readonly bindLater?: false })
	| (ScopeParts & { readonly bindLater: true; readonly session?: never; readonly account?: never });

/** A spec, checked. */
export interface ResolvedSpec {
	readonly session: AwsSession | undefined;
	readonly region: string | undefined;
	readonly accounts: AccountSessions | undefined;
	readonly clientDefaults: ClientDefaults | undefined;
	readonly bindLater: boolean;
}

/** What a scope inherits where its spec names nothing. */
export interface Inherited {
	readonly session: AwsSession | undefined;
	readonly region: string | undefined;
	readonly accounts: AccountSessions | undefined;
	readonly clientDefaults: ClientDefaults | undefined;
}

const KEYS = ["session", "account", "accounts", "region", "clientDefaults", "bindLater"];

/** Checks a spec and completes it. */
export function resolveSpec(where: string, spec: AwsScopeSpec, outer: Inherited | undefined): ResolvedSpec {
	if (isSession(spec)) {
		const { region = outer?.region } = spec;
		return {
			session: spec,
			region,
			accounts: outer?.accounts,
			clientDefaults: outer?.clientDefaults,
			bindLater: false,
		};
	}
	checkSpec(where, spec);
	const { region, accounts = outer?.accounts, clientDefaults, bindLater = false, account } = spec;
	const named = spec.session ?? (account === undefined ? undefined : sessionOfAccount(where, account, accounts));
	const session = bindLater ? undefined : (named ?? (outer === undefined ? defaultSession() : outer.session));
	return {
		session,
		region: region ?? named?.region ?? outer?.region,
		accounts,
		clientDefaults: merge(outer?.clientDefaults, clientDefaults),
		bindLater,
	};
}

/** A copy that no later change of the caller's object reaches; what the object inherits counts, as it does in a spec. */
export function copySpec(where: string, spec: AwsScopeSpec): AwsScopeSpec {
	if (isSession(spec)) return spec;
	checkSpec(where, spec);
	const given = spec as Readonly<Record<string, unknown>>;
	return Object.fromEntries(KEYS.filter((key) => key in given).map((key) => [key, given[key]])) as AwsScopeSpec;
}

/** Whether a spec says whose identity it is. */
export const namesIdentity = (spec: AwsScopeSpec): boolean =>
	isSession(spec) || spec.session !== undefined || spec.account !== undefined;

/** Refuses what is wrong whatever the scope around it is, so that a wrapped handler tells of it where it is wrapped. */
function checkSpec(where: string, spec: Exclude<AwsScopeSpec, AwsSession>): void {
	checkOptions(where, spec, KEYS);
	const { session, account, accounts, region, clientDefaults, bindLater = false } = spec;
	// An identity that was looked up and not found must not become the identity of whoever asks.
	for (const key of ["session", "account"] as const) {
		if (key in spec && spec[key] === undefined) {
			fail(
				`${where} was given ${key}: undefined; leave it out to keep the surrounding identity, or find the tenant's.`,
			);
		}
	}
	if (region !== undefined) checkRegion(`${where} { region }`, region);
	if (clientDefaults !== undefined) checkClientDefaults(`${where} { clientDefaults }`, clientDefaults);
	if (accounts !== undefined && typeof accounts !== "function") {
		fail(`${where} { accounts } takes what accountSessions() gives, not ${describe(accounts)}.`);
	}
	if (typeof bindLater !== "boolean") fail(`${where} { bindLater } takes true or false, not ${describe(bindLater)}.`);
	if (session !== undefined && account !== undefined) fail(`${where} takes session or account, not both.`);
	if (session !== undefined && !isSession(session)) {
		fail(
			`${where} { session } takes what assumeRole(), session() or defaultSession() gives, not ${describe(session)}.`,
		);
	}
	if (account !== undefined) checkAccount(`${where} { account }`, account);
	if (bindLater && (session !== undefined || account !== undefined)) {
		fail(`${where} takes bindLater or an identity, not both.`);
	}
}

/** The session of an account, by the scope's `accounts` or the process's. */
export function sessionOfAccount(where: string, account: unknown, accounts: AccountSessions | undefined): AwsSession {
	checkAccount(`${where} { account }`, account);
	const find = accounts ?? accountsSetting();
	if (find === undefined) {
		throw new NoAccountSessionsError(
			`${where} names account ${account}, but nothing says which role to assume there; set accounts: accountSessions({ role }) in the scope or in configure().`,
		);
	}
	const found = find(account);
	if (!isSession(found)) fail(`${where}: accounts(${account}) gave ${describe(found)}, not a session.`);
	if (found.account !== undefined && found.account !== account) {
		fail(`${where}: accounts(${account}) gave a session of account ${found.account}; mend the function.`);
	}
	return found;
}

const accountsSetting = (): AccountSessions | undefined =>
	(settings() as { readonly accounts?: AccountSessions | undefined }).accounts;

function merge(outer: ClientDefaults | undefined, own: ClientDefaults | undefined): ClientDefaults | undefined {
	if (own === undefined) return outer;
	return Object.freeze(layered(outer, own));
}
