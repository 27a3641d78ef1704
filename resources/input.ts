/** The input of an operation: the parameters that the resource fills in, merged with the caller's. */

import type { Params, Source } from "./definition.js";
import { refuse } from "./errors.js";
import { type PlainObject, setAt, valueAt } from "./paths.js";

/** The values that a {@link Source} can refer to. */
export interface SourceValues {
	/** Returns an identifier of the resource. */
	identifier(name: string): unknown;
	/** Returns the loaded data of the resource. Throws if it isn't loaded. */
	data(): unknown;
	readonly answer?: unknown;
	readonly request?: unknown;
}

/** Returns the value that a source refers to. */
export function valueFrom(source: Source, from: SourceValues): unknown {
	const rest = source.slice(1);
	switch (source[0]) {
		case "'":
			return rest;
		case ".":
			return valueAt(rest, from.data());
		case "$":
			return valueAt(rest, from.answer);
		case ">":
			return valueAt(rest, from.request);
		default:
			return from.identifier(source);
	}
}

/** Fills in the parameters of a resource. `index` is the resource's position in a batch. */
export function fillIn(params: Params | undefined, from: SourceValues, into: PlainObject = {}, index = 0): PlainObject {
	for (const path in params) setAt(into, path, valueFrom(params[path] as Source, from), index);
	return into;
}

/**
 * What to do with a list that both sides have: `"append"` the caller's items, or fill in the parameters in `"each"` of the
 * caller's items.
 */
export type ListMerge = "append" | "each";

/** Merges the caller's input into the filled-in parameters. Throws if it would replace one of them. */
export function merge(where: string, filled: PlainObject, input: unknown, lists: ListMerge): PlainObject {
	if (input === undefined) return filled;
	if (!isPlainObject(input)) return refuse(`${where} takes an object of parameters, not ${typeName(input)}.`);
	const merged: PlainObject = { ...filled };
	for (const name of Object.keys(input)) {
		const value = input[name];
		if (value === undefined) continue;
		const own = merged[name];
		if (own === undefined) merged[name] = value;
		else if (isPlainObject(own) && isPlainObject(value)) merged[name] = merge(where, own, value, lists);
		else if (Array.isArray(own) && Array.isArray(value) && lists === "append") merged[name] = [...own, ...value];
		else if (Array.isArray(own) && Array.isArray(value) && isPlainObject(own[0])) {
			const first = own[0];
			merged[name] = value.map((item) => merge(where, first, item, lists));
		} else refuse(`${where} fills in ${name}; omit it, or call the operation with the client.`);
	}
	return merged;
}

function isPlainObject(value: unknown): value is PlainObject {
	if (typeof value !== "object" || value === null) return false;
	const prototype: unknown = Object.getPrototypeOf(value);
	return prototype === Object.prototype || prototype === null;
}

const typeName = (value: unknown): string =>
	value === null ? "null" : Array.isArray(value) ? "an array" : typeof value;
