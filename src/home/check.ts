/** Shared by all argument checks: how to reject an argument, and how to describe a value. */

import { InvalidOptionError, TenantNotFoundError } from "../errors.js";

/** Throws the error for an invalid argument. */
export function fail(message: string): never {
	throw new InvalidOptionError(message);
}

/** Throws the error for a lookup that found no tenant. No other identity may take its place. */
export function notFound(what: string): never {
	throw new TenantNotFoundError(`${what}; find the tenant's account first, or throw if there is none.`);
}

/** Whether a value has this method. Request handlers, agents, streams and promises are recognized by one. */
export const hasMethod = <Name extends string>(
	value: unknown,
	name: Name,
): value is Record<Name, (...args: never[]) => unknown> =>
	typeof (value as Partial<Record<Name, unknown>> | null | undefined)?.[name] === "function";

/** Whether a value is a string that matches `form`. */
export const matches = (value: unknown, form: RegExp): value is string => typeof value === "string" && form.test(value);

/** Describes a value for an error message: its type, and a primitive's value. */
export function describe(value: unknown): string {
	if (typeof value === "string") return `${JSON.stringify(value.length > 80 ? `${value.slice(0, 77)}...` : value)}`;
	if (typeof value === "number" || typeof value === "boolean" || typeof value === "bigint") {
		return `the ${typeof value} ${value}`;
	}
	if (value === null || value === undefined) return String(value);
	if (Array.isArray(value)) return "an array";
	if (value instanceof Promise) return "a promise, which must be awaited";
	return typeof value === "object" ? "an object" : `a ${typeof value}`;
}
