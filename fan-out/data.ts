/** Targets that come from outside, from files and messages: what they may name, and what they may not. */

import { errors } from "../src/index.js";

/** A target as plain data. */
export interface DataTarget {
	/** Twelve digits. */
	readonly account: string;
	readonly region?: string | undefined;
	/** The name of a role that the reader of the data knows. */
	readonly role?: string | undefined;
	readonly [more: string]: unknown;
}

/** What would give data an identity, or a say in where requests go. */
const RESERVED = ["session", "credentials", "profile", "accounts", "clientDefaults", "bindLater", "keepClients"];

/** Checks a target from outside. Errors don't show what is in it, except a short account or region. @throws {InvalidOptionError} */
export function readDataTarget(where: string, given: unknown): DataTarget {
	if (typeof given !== "object" || given === null || Array.isArray(given)) {
		return refuse(`${where} is not an object with an account.`);
	}
	const target = given as DataTarget;
	const reserved = RESERVED.find((name) => Object.hasOwn(target, name));
	if (reserved !== undefined) {
		refuse(`${where} has "${reserved}", which only code may choose; name an account, a region or a role instead.`);
	}
	const [account, region, role] = ["account", "region", "role"].map((name) =>
		Object.hasOwn(target, name) ? target[name] : undefined,
	);
	if (typeof account === "number") {
		refuse(`${where} has the account ${account} as a number, which loses leading zeros; write it as text.`);
	}
	if (typeof account !== "string" || !/^\d{12}$/.test(account)) {
		refuse(`${where} has ${shown(account, "account")}; an account has 12 digits.`);
	}
	if (region !== undefined && !(typeof region === "string" && /^[a-z]{2,5}(-[a-z]+)+-\d{1,2}$/.test(region))) {
		refuse(`${where} has ${shown(region, "region")}; a region is like "eu-central-1".`);
	}
	if (role !== undefined && !(typeof role === "string" && role.length > 0 && role.length <= 512)) {
		refuse(`${where} has a role that is not a name.`);
	}
	return target;
}

const shown = (value: unknown, name: string): string => {
	if (value === undefined) return `no ${name}`;
	return typeof value === "string" && value.length <= 40
		? `the ${name} ${JSON.stringify(value)}`
		: `a malformed ${name}`;
};

/** @throws {InvalidOptionError} */
export function refuse(message: string): never {
	throw new errors.InvalidOptionError(message);
}
