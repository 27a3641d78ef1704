/** One string per content: equal strings exactly when two values are equal by the law of keys. */

import { types } from "node:util";
import { InvalidOptionError } from "../errors.js";
import { identityOf } from "./identity.js";

/**
 * Writes a value so that equal content gives equal text: order of object keys and `undefined` members do not matter,
 * `1`, `"1"` and `true` differ, functions and class instances stand by their identity. The text holds the values
 * themselves: digest it before it goes anywhere.
 * @throws {InvalidOptionError} code `INVALID_OPTION` for a value that contains itself
 */
export function canonical(value: unknown): string {
	return write(value, new Set());
}

function write(value: unknown, ancestors: Set<object>): string {
	switch (typeof value) {
		case "undefined":
			return "u";
		case "boolean":
			return value ? "t" : "f";
		case "number":
			// Adding 0 makes -0 and 0 one.
			return `n${value + 0};`;
		case "bigint":
			return `i${value};`;
		case "string":
			return text(value);
		case "symbol": {
			const registered = Symbol.keyFor(value);
			return registered === undefined ? `o${identityOf(value)};` : `Y${text(registered)}`;
		}
		case "function":
			return `o${identityOf(value)};`;
		default:
			return value === null ? "0" : writeObject(value as object, ancestors);
	}
}

function writeObject(value: object, ancestors: Set<object>): string {
	if (value instanceof Date) return `D${value.getTime()};`;
	if (value instanceof RegExp) return `R${text(value.source)}${text(value.flags)}`;
	if (value instanceof URL) return `U${text(value.href)}`;
	if (ArrayBuffer.isView(value)) return writeBytes(value);
	const kind = kindOf(value);
	if (kind === "instance") return `o${identityOf(value)};`;
	if (ancestors.has(value)) {
		throw new InvalidOptionError("An option contains itself, so it has no key; pass plain data without cycles.");
	}
	ancestors.add(value);
	const written = kind(value, ancestors);
	ancestors.delete(value);
	return written;
}

type Writer = (value: object, ancestors: Set<object>) => string;

function kindOf(value: object): Writer | "instance" {
	if (Array.isArray(value)) return writeArray as Writer;
	const prototype: unknown = Object.getPrototypeOf(value);
	if (prototype === Map.prototype) return writeMap as Writer;
	if (prototype === Set.prototype) return writeSet as Writer;
	if (types.isProxy(value)) return "instance";
	// A plain object of another realm (a test runner's, a vm's) has that realm's Object.prototype.
	const plain = prototype === null || Object.getPrototypeOf(prototype) === null;
	return plain ? (writeRecord as Writer) : "instance";
}

const writeArray = (values: readonly unknown[], ancestors: Set<object>): string =>
	`[${Array.from(values, (value) => write(value, ancestors)).join("")}]`;

const writeRecord = (record: Record<string, unknown>, ancestors: Set<object>): string => {
	let written = "{";
	for (const key of Object.keys(record).sort()) {
		const value = record[key];
		if (value !== undefined) written += text(key) + write(value, ancestors);
	}
	return `${written}}`;
};

const writeMap = (map: Map<unknown, unknown>, ancestors: Set<object>): string =>
	`M${[...map]
		.map(([key, value]) => write(key, ancestors) + write(value, ancestors))
		.sort()
		.join("")};`;

const writeSet = (set: Set<unknown>, ancestors: Set<object>): string =>
	`S${[...set]
		.map((value) => write(value, ancestors))
		.sort()
		.join("")};`;

const writeBytes = (view: ArrayBufferView): string =>
	`B${text(view.constructor.name)}${text(Buffer.from(view.buffer, view.byteOffset, view.byteLength).toString("base64"))}`;

/** The length in front keeps two texts apart however they are joined. */
const text = (value: string): string => `s${value.length}:${value}`;
