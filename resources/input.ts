/** The input of an operation: what the resource fills in, and what the caller adds. */

import type { Fill, Source } from "./definition.js";
import { refuse } from "./errors.js";
import { at, put } from "./paths.js";

/** An input or an output of an operation. */
export type Bag = Record<string, unknown>;

/** What sources draw from. */
export interface Sources {
	/** An identifier of the resource. */
	identifier(name: string): unknown;
	/** The loaded data of the resource; refuses where there is none. */
	data(): unknown;
	readonly answer?: unknown;
	readonly request?: unknown;
}

/** The value of a source. */
export function drawn(source: Source, from: Sources): unknown {
	const rest = source.slice(1);
	switch (source[0]) {
		case "'":
			return rest;
		case ".":
			return at(rest, from.data());
		case "$":
			return at(rest, from.answer);
		case ">":
			return at(rest, from.request);
		default:
			return from.identifier(source);
	}
}

/** Fills in the parameters of a resource; `index` is its place in a batch. */
export function fillIn(fill: Fill | undefined, from: Sources, into: Bag = {}, index = 0): Bag {
	for (const path in fill) put(into, path, drawn(fill[path] as Source, from), index);
	return into;
}

/** How lists of both sides become one. */
export type Lists = "append" | "fill each";

/** Adds the caller's input to what is filled in; refuses what would replace it. */
export function merge(where: string, filled: Bag, given: unknown, lists: Lists): Bag {
	if (given === undefined) return filled;
	if (!isBag(given)) return refuse(`${where} takes an object of parameters, not ${nameOf(given)}.`);
	const merged: Bag = { ...filled };
	for (const name of Object.keys(given)) {
		const value = given[name];
		if (value === undefined) continue;
		const own = merged[name];
		if (own === undefined) merged[name] = value;
		else if (isBag(own) && isBag(value)) merged[name] = merge(where, own, value, lists);
		else if (Array.isArray(own) && Array.isArray(value) && lists === "append") merged[name] = [...own, ...value];
		else if (Array.isArray(own) && Array.isArray(value) && isBag(own[0])) {
			const first = own[0];
			merged[name] = value.map((item) => merge(where, first, item, lists));
		} else refuse(`${where} fills in ${name} itself; leave it out, or use the client.`);
	}
	return merged;
}

function isBag(value: unknown): value is Bag {
	if (typeof value !== "object" || value === null) return false;
	const prototype: unknown = Object.getPrototypeOf(value);
	return prototype === Object.prototype || prototype === null;
}

const nameOf = (value: unknown): string => (value === null ? "null" : Array.isArray(value) ? "an array" : typeof value);
