/** Checks what the local AWS is given, before anything is opened. */

import { errors, readOptions } from "../src/index.js";
import type { LocalAccount, LocalAwsOptions, LocalRole } from "./types.js";

/** The options with their defaults filled in. */
export interface Settings {
	readonly accounts: readonly LocalAccount[];
	readonly region: string;
	readonly port: number;
	readonly clock: () => number;
	readonly minSeconds: number;
	readonly maxSeconds: number;
	readonly overrideSeconds: number | undefined;
	readonly handlers: NonNullable<LocalAwsOptions["handlers"]>;
	readonly keepAliveMs: number;
}

/** Reads the options and fills in the defaults. @throws {InvalidOptionError} code `INVALID_OPTION` */
export function readSettings(given: LocalAwsOptions): Settings {
	const options = readOptions("startLocalAws()", given, OPTIONS);
	const { accounts, region = "us-east-1", port = 0, clock = Date.now, keepAliveMs = 60_000 } = options;
	if (!Array.isArray(accounts) || accounts.length === 0) {
		throw new errors.InvalidOptionError(
			`startLocalAws() was given no accounts; name at least one, as in { accounts: ["111111111111"] }.`,
		);
	}
	const list = [...accounts].map(readAccount);
	const twice = list.find((account, index) => list.findIndex(({ id }) => id === account.id) !== index);
	if (twice)
		throw new errors.InvalidOptionError(`startLocalAws() was given account ${twice.id} twice; list each account once.`);
	if (typeof region !== "string" || !/^[a-z]{2}(-[a-z0-9]+)+$/.test(region)) {
		throw new errors.InvalidOptionError(
			`startLocalAws() was given the region ${show(region)}; use one like "us-east-1".`,
		);
	}
	if (!Number.isInteger(port) || port < 0 || port > 65_535) {
		throw new errors.InvalidOptionError(
			`startLocalAws() was given the port ${show(port)}; use 0 (any free one) to 65535.`,
		);
	}
	if (typeof clock !== "function") {
		throw new errors.InvalidOptionError(
			`startLocalAws() was given the clock ${show(clock)}; give a function that returns milliseconds.`,
		);
	}
	const named = options.handlers ?? {};
	const handlers = readOptions("startLocalAws({ handlers })", named, Object.keys(Object(named)));
	for (const [service, handler] of Object.entries(handlers)) {
		if (typeof handler !== "function") {
			throw new errors.InvalidOptionError(
				`startLocalAws() was given ${show(handler)} as handler of "${service}"; give a function of the request.`,
			);
		}
	}
	const lifetime = ["minSeconds", "maxSeconds", "overrideSeconds"];
	const {
		minSeconds = 900,
		maxSeconds = 43_200,
		overrideSeconds,
	} = readOptions("startLocalAws({ credentialLifetime })", options.credentialLifetime ?? {}, lifetime);
	positive("credentialLifetime.minSeconds", minSeconds);
	positive("credentialLifetime.maxSeconds", maxSeconds);
	if (overrideSeconds !== undefined) positive("credentialLifetime.overrideSeconds", overrideSeconds);
	if (minSeconds > maxSeconds) {
		throw new errors.InvalidOptionError(
			`startLocalAws() was given credentialLifetime.minSeconds ${minSeconds} above maxSeconds ${maxSeconds}; swap them.`,
		);
	}
	positive("keepAliveMs", keepAliveMs);
	return { accounts: list, region, port, clock, minSeconds, maxSeconds, overrideSeconds, handlers, keepAliveMs };
}

const OPTIONS = ["accounts", "region", "port", "clock", "credentialLifetime", "handlers", "keepAliveMs"];
const ROLE_OPTIONS = ["name", "trustedAccounts", "trustedPrincipals", "externalId", "maxSessionDuration", "mfa"];

const readAccount = (given: string | LocalAccount): LocalAccount => {
	const where = "startLocalAws({ accounts })";
	const { id, roles } =
		typeof given === "object" && given !== null ? readOptions(where, given, ["id", "roles"]) : { id: given };
	if (typeof id !== "string" || !/^\d{12}$/.test(id)) {
		throw new errors.InvalidOptionError(
			`startLocalAws() was given the account ${show(id)}; an account is a string of twelve digits.`,
		);
	}
	return roles === undefined ? { id } : { id, roles: roles.map((role) => readRole(id, role)) };
};

const readRole = (account: string, given: LocalRole): LocalRole => {
	const where = `startLocalAws() account ${account} role`;
	const role = readOptions(where, given, ROLE_OPTIONS);
	const name = typeof role.name === "string" ? role.name.replace(/^\//, "") : "";
	if (!/^([\x21-\x2e\x30-\x7e]+\/)*[\w+=,.@-]{1,64}$/.test(name)) {
		throw new errors.InvalidOptionError(
			`${where} was given the name ${show(role.name)}; use a role name such as "reader" or "team/reader".`,
		);
	}
	const longest = role.maxSessionDuration;
	if (longest !== undefined) positive(`account ${account} role ${name} maxSessionDuration`, longest);
	const trustedAccounts = role.trustedAccounts && [...role.trustedAccounts];
	const stray = trustedAccounts?.find((id) => !/^\d{12}$/.test(id));
	if (stray !== undefined) {
		throw new errors.InvalidOptionError(
			`${where} ${name} trusts the account ${show(stray)}; an account is a string of twelve digits.`,
		);
	}
	return {
		...role,
		name,
		...(trustedAccounts && { trustedAccounts }),
		...(role.trustedPrincipals && { trustedPrincipals: [...role.trustedPrincipals] }),
		...(role.mfa && { mfa: readOptions(`${where} ${name} mfa`, role.mfa, ["serialNumber", "code"]) }),
	};
};

const positive = (name: string, value: unknown): void => {
	if (typeof value !== "number" || !Number.isFinite(value) || value <= 0) {
		throw new errors.InvalidOptionError(`startLocalAws() was given ${name} ${show(value)}; give a number above 0.`);
	}
};

/** A value and its type, short, for an error. */
export const show = (value: unknown): string => {
	if (typeof value === "string") return JSON.stringify(value.length > 80 ? `${value.slice(0, 80)}…` : value);
	return `${String(value)} (${value === null ? "null" : typeof value})`;
};
