/** Serializes a value for a cache key: two strings are equal exactly when the values count as equal. */

import { InvalidOptionError } from "../errors.js";
import { objectNumber } from "./digest.js";

const { types } = process.getBuiltinModule("node:util");

/**
 * Serializes a value so that equal content gives equal text. The order of keys and `undefined` members don't matter. `1`,
 * `"1"` and `true` differ. Functions and class instances compare by identity. The text contains the values themselves,
 * so digest it before you store it.
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
			// Adding 0 turns -0 into 0.
			return `n${value + 0};`;
		case "bigint":
			return `i${value};`;
		case "string":
			return text(value);
		case "symbol": {
			const registered = Symbol.keyFor(value);
			return registered === undefined ? `o${objectNumber(value)};` : `Y${text(registered)}`;
		}
		case "function":
			return `o${objectNumber(value)};`;
		default:
			return value === null ? "0" : writeObject(value as object, ancestors);
	}
}

function writeObject(value: object, ancestors: Set<object>): string {
	const writer = writerOf(value);
	if (writer === undefined) return `o${objectNumber(value)};`;
	if (ancestors.has(value)) {
		throw new InvalidOptionError(
			"An option contains itself, so no cache key can be computed; pass plain data without cycles.",
		);
	}
	if (ancestors.size === MAX_DEPTH) {
		throw new InvalidOptionError(`An option is nested more than ${MAX_DEPTH} levels deep; pass a flatter object.`);
	}
	ancestors.add(value);
	const written = writer(value, ancestors);
	ancestors.delete(value);
	return written;
}

/** Deeper than any real option, and shallow enough not to overflow the stack. */
const MAX_DEPTH = 200;

type Writer = (value: object, ancestors: Set<object>) => string;

/** The function that serializes a value's content; `undefined` if the value compares by identity. */
function writerOf(value: object): Writer | undefined {
	// A proxy may show something else each time.
	if (types.isProxy(value)) return undefined;
	const prototype: unknown = Object.getPrototypeOf(value);
	if (isPlain(prototype)) return writeRecord as Writer;
	if (Array.isArray(value))
		return isPlain(Object.getPrototypeOf(prototype)) && hasOnlyIndices(value) ? writeList : undefined;
	if (ArrayBuffer.isView(value)) return isBuiltInView(prototype as object) ? (writeBytes as Writer) : undefined;
	const writer = WRITERS.get(prototype);
	// A subclass has another prototype, and members added to the instance would be missing from the text.
	return writer !== undefined && isBare(value) ? writer : undefined;
}

/** Whether a prototype is null or an `Object.prototype`, including another realm's (a test runner, a vm). */
export const isPlain = (prototype: unknown): boolean =>
	prototype === null ||
	prototype === Object.prototype ||
	(Object.getPrototypeOf(prototype) === null && Object.hasOwn(prototype as object, "isPrototypeOf"));

const isBare = (value: object): boolean => Reflect.ownKeys(value).every((key) => !isEnumerable(value, key));

const isEnumerable = (value: object, key: PropertyKey): boolean =>
	Object.prototype.propertyIsEnumerable.call(value, key);

function hasOnlyIndices(values: readonly unknown[]): boolean {
	const last = Object.keys(values).at(-1);
	return (last === undefined || /^\d+$/.test(last)) && Object.getOwnPropertySymbols(values).length === 0;
}

/** Each built-in typed array has `BYTES_PER_ELEMENT` on its own prototype; a subclass doesn't. */
const isBuiltInView = (prototype: object): boolean =>
	prototype === Buffer.prototype || prototype === DataView.prototype || Object.hasOwn(prototype, "BYTES_PER_ELEMENT");

const writeDate = (date: Date): string => `D${date.getTime()};`;
const writeRegExp = ({ source, flags }: RegExp): string => `R${text(source)}${text(flags)}`;
const writeUrl = ({ href }: URL): string => `U${text(href)}`;

const writeList = (values: object, ancestors: Set<object>): string =>
	`[${Array.from(values as readonly unknown[], (value) => write(value, ancestors)).join("")}]`;

const writeRecord = (record: Record<PropertyKey, unknown>, ancestors: Set<object>): string => {
	let written = "{";
	for (const key of Object.keys(record).sort()) {
		const value = record[key];
		if (value !== undefined) written += text(key) + write(value, ancestors);
	}
	const symbols = Object.getOwnPropertySymbols(record).filter((key) => isEnumerable(record, key));
	if (symbols.length > 0) written += writeSymbols(record, symbols, ancestors);
	return `${written}}`;
};

const writeSymbols = (record: Record<symbol, unknown>, symbols: symbol[], ancestors: Set<object>): string =>
	symbols
		.filter((key) => record[key] !== undefined)
		.map((key) => write(key, ancestors) + write(record[key], ancestors))
		.sort()
		.join("");

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
	`B${text(Buffer.isBuffer(view) ? "Buffer" : Object.prototype.toString.call(view))}${text(Buffer.from(view.buffer, view.byteOffset, view.byteLength).toString("base64"))}`;

const WRITERS = new Map<unknown, Writer>([
	[Date.prototype, writeDate as Writer],
	[RegExp.prototype, writeRegExp as Writer],
	[URL.prototype, writeUrl as Writer],
	[Map.prototype, writeMap as Writer],
	[Set.prototype, writeSet as Writer],
]);

/** The length prefix keeps concatenated strings unambiguous. */
const text = (value: string): string => `s${value.length}:${value}`;
