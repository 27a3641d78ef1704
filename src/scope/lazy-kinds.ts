/** What kinds of lazy values there are: what runs only when somebody reads or awaits it, and what is data. */

type Lazy = Record<PropertyKey, unknown>;

/** On what is in a scope already: that scope's cell. A scope around it hands it out as it is. */
export const CELL = Symbol.for("aws-scope/lazy");

/** Whether anything of it runs later. */
export const mayBeLazy = (value: Lazy): boolean =>
	"then" in value ||
	Symbol.asyncIterator in value ||
	Symbol.iterator in value ||
	"next" in value ||
	"_readableState" in value ||
	isWebStream(value) ||
	isWebReader(value);

/** Whether it can be iterated, at once or later. */
export const isIterable = (value: object): boolean => Symbol.iterator in value || Symbol.asyncIterator in value;

/** A stream of Node's: its readers go by these, however they were made. */
export const isNodeStream = (value: Lazy): boolean => "_readableState" in value && typeof value["_read"] === "function";

/** A stream of the web. The classes are looked at last, here and below: Node loads them when they are first named. */
export const isWebStream = (value: object): boolean => "getReader" in value && value instanceof ReadableStream;

/** What reads a stream of the web. */
export const isWebReader = (value: object): boolean =>
	"releaseLock" in value && (value instanceof ReadableStreamDefaultReader || value instanceof ReadableStreamBYOBReader);

/** What iterates the runtime's own collections: data. */
export const isDataIterator = (value: Lazy): boolean => COLLECTION.test(tagOf(value));

const COLLECTION = /^(?:Array|Map|Set|String|(?:RegExp|Segmenter) String|URLSearchParams|Headers|FormData) Iterator$/;

/** The name by which a class has itself known. */
export const tagOf = (value: Lazy): string => String(value[Symbol.toStringTag]);

/** Whether the runtime's own class says how it is iterated: Map, Headers, URLSearchParams, and what extends them. */
export function isData(value: Lazy, name: symbol): boolean {
	let owner: object | null = value;
	while (owner !== null && !Object.hasOwn(owner, name)) owner = Object.getPrototypeOf(owner) as object | null;
	const { name: known = "" } = owner !== null && Object.hasOwn(owner, "constructor") ? owner.constructor : {};
	return known !== "" && Reflect.get(globalThis, known) === owner?.constructor;
}
