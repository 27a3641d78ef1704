/** Validates the options of `startLocalAws()` and fills in the defaults. */

import { errors, readOptions } from "../src/index.js";
import { readRecord } from "../src/testing.js";
import type { LocalAccount, LocalAwsOptions, LocalRole } from "./types.js";

/** The options with their defaults. */
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

const START = "startLocalAws()";
const OPTIONS = ["accounts", "region", "port", "clock", "credentialLifetime", "handlers", "keepAliveMs"];
const LIFETIME_OPTIONS = ["minSeconds", "maxSeconds", "overrideSeconds"];
const ACCOUNT_OPTIONS = ["id", "roles", "ou", "name", "status", "tags"];
const ROLE_OPTIONS = ["name", "trustedAccounts", "trustedPrincipals", "externalId", "maxSessionDuration", "mfa"];

/** @throws {InvalidOptionError} code `INVALID_OPTION` */
export function readSettings(given: LocalAwsOptions): Settings {
	const options = readOptions(START, given, OPTIONS);
	const { region = "us-east-1", port = 0, clock = Date.now, keepAliveMs = 60_000 } = options;
	const accounts = readAccounts(options.accounts);
	if (typeof region !== "string" || !/^[a-z]{2}(-[a-z0-9]+)+$/.test(region)) {
		invalid(`${START} got the region ${show(region)}; use a region such as "us-east-1".`);
	}
	if (!Number.isInteger(port) || port < 0 || port > 65_535) {
		invalid(`${START} got the port ${show(port)}; use 0 (any free port) to 65535.`);
	}
	if (typeof clock !== "function") {
		invalid(`${START} got the clock ${show(clock)}; use a function that returns milliseconds.`);
	}
	const handlers = readRecord("startLocalAws({ handlers })", options.handlers ?? {}) as Settings["handlers"];
	for (const [service, handler] of Object.entries(handlers)) {
		if (typeof handler !== "function") {
			invalid(`${START} got ${show(handler)} as the handler of "${service}"; use a function.`);
		}
	}
	const lifetime = options.credentialLifetime ?? {};
	const {
		minSeconds = 900,
		maxSeconds = 43_200,
		overrideSeconds,
	} = readOptions("startLocalAws({ credentialLifetime })", lifetime, LIFETIME_OPTIONS);
	checkPositive("credentialLifetime.minSeconds", minSeconds);
	checkPositive("credentialLifetime.maxSeconds", maxSeconds);
	if (overrideSeconds !== undefined) checkPositive("credentialLifetime.overrideSeconds", overrideSeconds);
	if (minSeconds > maxSeconds) {
		invalid(
			`${START} got credentialLifetime.minSeconds ${minSeconds}, which is above maxSeconds ${maxSeconds}; swap them.`,
		);
	}
	checkPositive("keepAliveMs", keepAliveMs);
	return { accounts, region, port, clock, minSeconds, maxSeconds, overrideSeconds, handlers, keepAliveMs };
}

const readAccounts = (given: LocalAwsOptions["accounts"]): readonly LocalAccount[] => {
	if (!Array.isArray(given) || given.length === 0) {
		invalid(`${START} got no accounts; pass at least one, as in { accounts: ["111111111111"] }.`);
	}
	const accounts = [...given].map(readAccount);
	const twice = accounts.find(({ id }, index) => accounts.findIndex((account) => account.id === id) !== index);
	if (twice !== undefined) invalid(`${START} got the account ${twice.id} twice; list each account once.`);
	return accounts;
};

const readAccount = (given: string | LocalAccount): LocalAccount => {
	const isObject = typeof given === "object" && given !== null;
	const { roles, ...account }: LocalAccount = isObject
		? readOptions("startLocalAws({ accounts })", given, ACCOUNT_OPTIONS)
		: { id: given };
	const { id } = account;
	if (!isAccountId(id)) invalid(`${START} got the account ${show(id)}; use a string of twelve digits.`);
	const { ou } = account;
	if (ou !== undefined && !(typeof ou === "string" && /^[^/]+(\/[^/]+)*$/.test(ou))) {
		invalid(`${START} got the ou ${show(ou)}; use names from the root, such as "Workloads/Prod".`);
	}
	return roles === undefined ? account : { ...account, roles: roles.map((role) => readRole(id, role)) };
};

const readRole = (account: string, given: LocalRole): LocalRole => {
	const where = `${START} account ${account} role`;
	const role = readOptions(where, given, ROLE_OPTIONS);
	const { maxSessionDuration, trustedPrincipals } = role;
	const name = typeof role.name === "string" ? role.name.replace(/^\//, "") : "";
	if (!/^([\x21-\x2e\x30-\x7e]+\/)*[\w+=,.@-]{1,64}$/.test(name)) {
		invalid(`${where} got the name ${show(role.name)}; use a role name such as "reader" or "team/reader".`);
	}
	if (maxSessionDuration !== undefined) {
		checkPositive(`account ${account} role ${name} maxSessionDuration`, maxSessionDuration);
	}
	const trustedAccounts = role.trustedAccounts && [...role.trustedAccounts];
	const unknown = trustedAccounts?.find((id) => !isAccountId(id));
	if (unknown !== undefined) {
		invalid(`${where} ${name} trusts the account ${show(unknown)}; use a string of twelve digits.`);
	}
	return {
		...role,
		name,
		...(trustedAccounts && { trustedAccounts }),
		...(trustedPrincipals && { trustedPrincipals: [...trustedPrincipals] }),
		...(role.mfa && { mfa: readOptions(`${where} ${name} mfa`, role.mfa, ["serialNumber", "code"]) }),
	};
};

const isAccountId = (value: unknown): boolean => typeof value === "string" && /^\d{12}$/.test(value);

const checkPositive = (name: string, value: unknown): void => {
	if (typeof value !== "number" || !Number.isFinite(value) || value <= 0) {
		invalid(`${START} got ${name} ${show(value)}; use a number above 0.`);
	}
};

const invalid = (message: string): never => {
	throw new errors.InvalidOptionError(message);
};

/** A value for an error message, with its type unless it is a string. */
export const show = (value: unknown): string => {
	if (typeof value === "string") return JSON.stringify(value.length > 80 ? `${value.slice(0, 80)}…` : value);
	return `${String(value)} (${value === null ? "null" : typeof value})`;
};
