/** One string per content: equal strings exactly when two values are equal by the law of keys. */

import { InvalidOptionError } from "../errors.js";
import { objectNumber } from "./digest.js";

const { types } = process.getBuiltinModule("node:util");

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
		throw new InvalidOptionError("An option contains itself, so it has no key; pass plain data without cycles.");
	}
	if (ancestors.size === MAX_DEPTH) {
		throw new InvalidOptionError(`An option is nested more than ${MAX_DEPTH} levels deep; pass plainer data.`);
	}
	ancestors.add(value);
	const written = writer(value, ancestors);
	ancestors.delete(value);
	return written;
}

/** Deeper than any option, and far from the end of the stack. */
const MAX_DEPTH = 200;

type Writer = (value: object, ancestors: Set<object>) => string;

/** How the content of a value is written; `undefined` for what stands by its identity. */
function writerOf(value: object): Writer | undefined {
	// What a proxy shows may be another thing each time.
	if (types.isProxy(value)) return undefined;
	const prototype: unknown = Object.getPrototypeOf(value);
	if (isPlain(prototype)) return writeRecord as Writer;
	if (Array.isArray(value))
		return isPlain(Object.getPrototypeOf(prototype)) && hasOnlyIndices(value) ? writeList : undefined;
	if (ArrayBuffer.isView(value)) return isBuiltInView(prototype as object) ? (writeBytes as Writer) : undefined;
	const writer = WRITERS.get(prototype);
	// A subclass has another prototype; what was put on the object by hand would not be in the text.
	return writer !== undefined && isBare(value) ? writer : undefined;
}

/** No prototype, or `Object.prototype`, also that of another realm (a test runner's, a vm's). */
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

/** Each built-in class of numbers says on its own prototype how large one is; a subclass does not. */
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

/** The length in front keeps two texts apart however they are joined. */
const text = (value: string): string => `s${value.length}:${value}`;
