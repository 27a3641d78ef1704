/** Reads and checks the arguments of an accessor call. */

import type { AwsCredentialIdentity } from "@smithy/types";
import { describe, fail, notFound } from "../home/check.js";
import { readRecord } from "../home/options.js";
import { checkRegion, readHandler } from "../home/settings.js";
import type { ScopeCell } from "../scope/scope.js";
import { sessionOfAccount } from "../scope/spec.js";
import { type AwsSession, sessionOf } from "../session/session.js";
import { session as makeSession } from "../session/sessions.js";

/** The argument of an accessor: a region, or an options object. */
export type AccessorArgs = string | Readonly<Record<string, unknown>> | undefined;

/** The checked parts of a call. */
export interface Call {
	/** The session that the call names, if any. */
	readonly session: AwsSession | undefined;
	readonly region: string | undefined;
	/** The SDK's client options. */
	readonly config: Readonly<Record<string, unknown>>;
}

const NOTHING = Object.freeze({});
const IDENTITIES = ["session", "account", "credentials", "profile"] as const;
const NAMES = [...IDENTITIES, "region"];
const TAKES = "a region or an options object";

/** Copies arguments, so that later writes have no effect. */
export const copyArgs = (where: string, args: AccessorArgs): AccessorArgs =>
	typeof args !== "object" || sessionOf(args) !== undefined
		? args
		: Object.freeze(readRecord(where, args, TAKES, NAMES));

/** Whether arguments name an identity. */
export const namesIdentity = (args: AccessorArgs): boolean =>
	typeof args === "object" && IDENTITIES.some((name) => name in args);

/** Reads and checks the arguments, and finds the session that they name. `owner` is set for an accessor of a session. */
export function readCall(
	where: string,
	args: AccessorArgs,
	cell: ScopeCell | undefined,
	owner: AwsSession | undefined,
): Call {
	if (args === undefined) return { session: owner, region: undefined, config: NOTHING };
	if (typeof args === "string") {
		checkRegion(where, args);
		return { session: owner, region: args, config: NOTHING };
	}
	if (sessionOf(args) !== undefined) {
		fail(`${where} takes a session as { session }; or call the accessor on session.clients.`);
	}
	const given = readRecord(where, args, TAKES, NAMES);
	const { session: _session, account: _account, credentials: _credentials, profile: _profile, ...rest } = given;
	const { region, requestHandler, ...config } = rest;
	if (region !== undefined) checkRegion(`${where} { region }`, region);
	if (owner !== undefined && "session" in given && sessionOf(given["session"]) !== owner) {
		fail(`${where} of a session takes no other { session }; use the other session's clients.`);
	}
	const session = namedSession(where, owner === undefined ? given : { ...given, session: owner }, cell);
	return { session, region, config: { ...config, requestHandler: readHandler(where, requestHandler) } };
}

function namedSession(
	where: string,
	given: Readonly<Record<string, unknown>>,
	cell: ScopeCell | undefined,
): AwsSession | undefined {
	const named = IDENTITIES.filter((key) => key in given);
	const [name, second] = named;
	if (name === undefined) return undefined;
	if (second !== undefined) fail(`${where} takes one identity, not ${named.join(" and ")}.`);
	const value = given[name];
	// A failed lookup must not use the current identity instead.
	if (value === undefined) {
		const what = `${where} was given ${name}: undefined`;
		if (name === "account" || name === "session") notFound(what);
		fail(`${what}; find its value first, or leave it out to use the current identity.`);
	}
	switch (name) {
		case "session":
			return sessionOf(value) ?? fail(`${where} { session } takes a session, not ${describe(value)}.`);
		case "account":
			return sessionOfAccount(where, value, cell?.accounts, (given["region"] as string | undefined) ?? cell?.region);
		case "credentials":
			return makeSession({ credentials: value as AwsCredentialIdentity });
		case "profile":
			return makeSession({ profile: value as string });
	}
}
