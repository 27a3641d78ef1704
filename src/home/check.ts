/** Small checks that every entry shares: unknown options are refused by name, values are shown, secrets are not. */

import { InvalidOptionError } from "../errors.js";

/** Refuses anything but an object that has only the given members. */
export function checkOptions(where: string, options: unknown, known: readonly string[]): asserts options is object {
	// A Map or an array has members of another kind, and would count as naming nothing.
	if (typeof options !== "object" || options === null || Symbol.iterator in options) {
		fail(`${where} takes an object of options, not ${typeof options === "string" ? "text" : describe(options)}.`);
	}
	// A forgotten await: what is still being looked up would count as nothing named.
	if (typeof (options as { then?: unknown }).then === "function") {
		fail(`${where} takes an object of options, not a promise; await it.`);
	}
	for (const key of Object.keys(options)) {
		if (!known.includes(key)) fail(`${where} has no option "${key}"; it takes ${known.join(", ")}.`);
	}
}

/** Throws the error for a malformed argument. */
export function fail(message: string): never {
	throw new InvalidOptionError(message);
}

/** A value as an error message may show it: its type, and its text where it is short and plain. */
export function describe(value: unknown): string {
	if (typeof value === "string") return `${JSON.stringify(value.length > 80 ? `${value.slice(0, 77)}...` : value)}`;
	if (typeof value === "number" || typeof value === "boolean" || typeof value === "bigint") {
		return `the ${typeof value} ${value}`;
	}
	if (value === null || value === undefined) return String(value);
	if (Array.isArray(value)) return "an array";
	return typeof value === "object" ? "an object" : `a ${typeof value}`;
}
