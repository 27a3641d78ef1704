/** What every check shares: how a malformed argument is refused, and how values are shown. */

import { InvalidOptionError, TenantNotFoundError } from "../errors.js";

/** Throws the error for a malformed argument. */
export function fail(message: string): never {
	throw new InvalidOptionError(message);
}

/** Throws for an identity that was looked up and not found: nobody else's may take its place. */
export function notFound(what: string): never {
	throw new TenantNotFoundError(`${what}; find the tenant's account first, or throw where there is none.`);
}

/** Whether a value has such a method, which is how a request handler, an agent, a stream and a promise are told. */
export const hasMethod = <Name extends string>(
	value: unknown,
	name: Name,
): value is Record<Name, (...args: never[]) => unknown> =>
	typeof (value as Partial<Record<Name, unknown>> | null | undefined)?.[name] === "function";

/** Whether a value is text of this form. */
export const matches = (value: unknown, form: RegExp): value is string => typeof value === "string" && form.test(value);

/** A value as an error message may show it: its type, and its text where it is short and plain. */
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
