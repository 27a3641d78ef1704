/** Tells lazy values, whose work runs when they are read or awaited, from data. */

type Lazy = Record<PropertyKey, unknown>;

/** Holds the scope's cell on values that are in a scope already. Outer scopes return them unchanged. */
export const CELL = Symbol.for("aws-scope/lazy");

/** Whether the value may do work later. */
export const mayBeLazy = (value: Lazy): boolean =>
	"then" in value ||
	Symbol.asyncIterator in value ||
	Symbol.iterator in value ||
	"next" in value ||
	"_readableState" in value ||
	isWebStream(value) ||
	isWebReader(value);

export const isIterable = (value: object): boolean => Symbol.iterator in value || Symbol.asyncIterator in value;

/** A Node stream. Node's own readers check these members, too. */
export const isNodeStream = (value: Lazy): boolean => "_readableState" in value && typeof value["_read"] === "function";

/** A web stream. The class is checked last, here and below, because Node loads it on first use. */
export const isWebStream = (value: object): boolean => "getReader" in value && value instanceof ReadableStream;

export const isWebReader = (value: object): boolean =>
	"releaseLock" in value && (value instanceof ReadableStreamDefaultReader || value instanceof ReadableStreamBYOBReader);

/** An iterator of a built-in collection, which is data. */
export const isDataIterator = (value: Lazy): boolean => COLLECTION.test(tagOf(value));

const COLLECTION = /^(?:Array|Map|Set|String|(?:RegExp|Segmenter) String|URLSearchParams|Headers|FormData) Iterator$/;

export const tagOf = (value: Lazy): string => String(value[Symbol.toStringTag]);

/** Whether a built-in class defines this iterator method: Map, Headers, URLSearchParams and their subclasses. */
export function isData(value: Lazy, name: symbol): boolean {
	let owner: object | null = value;
	while (owner !== null && !Object.hasOwn(owner, name)) owner = Object.getPrototypeOf(owner) as object | null;
	const { name: known = "" } = owner !== null && Object.hasOwn(owner, "constructor") ? owner.constructor : {};
	return known !== "" && Reflect.get(globalThis, known) === owner?.constructor;
}
