/** Runs lazy work in the scope that returned it, no matter who reads or awaits it. */

import { home } from "../home/home.js";
import { chained } from "./chained.js";
import {
	CELL,
	isData,
	isDataIterator,
	isIterable,
	isNodeStream,
	isWebReader,
	isWebStream,
	mayBeLazy,
	tagOf,
} from "./lazy-kinds.js";
import { handOutWebStream } from "./lazy-web-stream.js";

const { AsyncLocalStorage } = process.getBuiltinModule("node:async_hooks");

type Method = (...args: unknown[]) => unknown;
type Lazy = Record<PropertyKey, unknown>;
/** Replaces the methods that the value has. `run` calls the original in the scope, `plain` in the caller's context. */
type Replace = (names: readonly PropertyKey[], make: (run: Method, plain: Method) => Method) => void;

/**
 * Returns a scoped function's result, whose lazy work runs in that scope. The result is a proxy, because other scopes may
 * share the value. Only streams have their own methods replaced, because the runtime bypasses a proxy.
 */
export function handOut<Value>(cell: object, value: Value, isMember = false): Value {
	if (typeof value !== "object" && typeof value !== "function") return value;
	if (value === null || Array.isArray(value) || ArrayBuffer.isView(value)) return value;
	if (value instanceof Promise && value.then === Promise.prototype.then && !isIterable(value))
		return later(cell, value);
	const lazy = value as Lazy;
	if (!mayBeLazy(lazy))
		return isMember || !("body" in lazy) ? value : handOutMember(cell, value as Value & object, "body");
	if (lazy[CELL] !== undefined) return value;
	if (isWebStream(lazy)) return handOutWebStream(cell, lazy, handOut) as Value;
	const methods = new Map<PropertyKey, Method>();
	let standIn: Lazy = lazy;
	const isStream = replaceLazy(
		cell,
		lazy,
		() => standIn,
		(names, make) => {
			for (const name of names) {
				const method = name in lazy ? lazy[name] : undefined;
				if (typeof method !== "function") continue;
				const plain: Method = (...args) => Reflect.apply(method, lazy, args);
				methods.set(
					name,
					make((...args) => home.storage.run(cell, plain, ...args), plain),
				);
			}
		},
	);
	if (methods.size === 0) return value;
	methods.set(CELL, cell as Method);
	if (!isStream || !define(lazy, methods)) standIn = viewOf(cell, lazy, methods);
	return standIn as Value;
}

/** A promise of a value that may be lazy. Members that were added to the original, such as `cancel()`, are copied. */
function later<Kept extends Promise<unknown>>(cell: object, promise: Kept): Kept {
	const kept = promise.then((value) => handOut(cell, value)) as Kept;
	for (const name in promise) kept[name] = promise[name];
	return kept;
}

/** Puts a member into the scope. If that creates a proxy, the holder is copied, because other scopes may share it. */
function handOutMember<Holder extends object>(cell: object, holder: Holder, name: "body" | "value"): Holder {
	const own = Object.getOwnPropertyDescriptor(holder, name);
	const isResponse = own === undefined && tagOf(holder as Lazy) === "Response";
	const given: unknown = isResponse ? (holder as Lazy)["body"] : own?.value;
	const value = handOut(cell, given, true);
	if (value === given || own === undefined) return holder;
	const members = { ...Object.getOwnPropertyDescriptors(holder), [name]: { ...own, value } };
	return Object.create(Object.getPrototypeOf(holder) as object | null, members) as Holder;
}

/** Replaces the methods that do lazy work. Returns whether the value is a stream. */
function replaceLazy(cell: object, value: Lazy, standIn: () => Lazy, replace: Replace): boolean {
	const handsOut = (run: Method): Method => {
		return (...args) => {
			const made = run(...args);
			return made === value ? standIn() : handOut(cell, made);
		};
	};
	if (isNodeStream(value)) {
		replaceInStream(replace);
		return true;
	}
	if (isWebReader(value)) {
		replace(["read", "cancel"], (run) => run);
		return true;
	}
	if (isDataIterator(value)) return false;
	replace(["then"], (run) => (onFulfilled, ...rest) => {
		const fulfill = (given: unknown): unknown => {
			const result = handOut(cell, given);
			return typeof onFulfilled === "function" ? onFulfilled(result) : result;
		};
		return run(toCaller(fulfill), ...rest.map(toCaller));
	});
	replace(
		["catch", "finally"],
		(run) =>
			(...args) =>
				handOut(cell, run(...args.map(toCaller))),
	);
	replace(
		[Symbol.iterator, Symbol.asyncIterator].filter((name) => !isData(value, name)),
		handsOut,
	);
	// With an `error` method, it is an observer, which receives values.
	if (!("next" in value) || ("error" in value && !isIterable(value))) return false;
	const handOutValue = (step: unknown): unknown =>
		typeof step === "object" && step !== null ? handOutMember(cell, step, "value") : step;
	replace(["next", "return", "throw"], (run) => (...args) => {
		const step = run(...args);
		return step instanceof Promise ? step.then(handOutValue) : handOutValue(handOut(cell, step));
	});
	return false;
}

/** The stream's reads run in the scope, and its events in the reader's. Writes stay in the writer's scope. */
function replaceInStream(replace: Replace): void {
	let toReader = AsyncLocalStorage.snapshot();
	replace(["_read"], (run) => (size) => {
		toReader = AsyncLocalStorage.snapshot();
		return run(size);
	});
	replace(
		["push"],
		(_run, plain) =>
			(...args) =>
				toReader(plain, ...args),
	);
	replace(["_destroy"], (run) => (error, done) => run(error, toCaller(done)));
}

const toCaller = (callback: unknown): unknown =>
	typeof callback === "function" ? AsyncLocalStorage.bind(callback as Method) : callback;

/** Replaces the value's own methods. Returns whether that worked. */
const define = (value: Lazy, methods: ReadonlyMap<PropertyKey, Method>): boolean =>
	[...methods].every(([name, method]) =>
		Reflect.defineProperty(value, name, {
			value: method,
			writable: true,
			configurable: true,
			enumerable: Object.prototype.propertyIsEnumerable.call(value, name),
		}),
	);

/** Iterator helpers (`map`, `toArray`, ...) must be called on the proxy, because they call its `next()`. */
const ITERATOR: object = Object.getPrototypeOf(Object.getPrototypeOf([][Symbol.iterator]())) as object;

/** A proxy with other methods. What the value's own methods return, such as an immutable builder's next step, is also wrapped. */
function viewOf(cell: object, value: Lazy, methods: ReadonlyMap<PropertyKey, Method>): Lazy {
	const fixed = [...methods.keys()].some(
		(name) => Object.getOwnPropertyDescriptor(value, name)?.configurable === false,
	);
	const view = new Proxy(fixed ? looseCopy(value) : value, {
		get(_target, name) {
			const member = methods.get(name) ?? Reflect.get(value, name, value);
			const asItIs = methods.has(name) || name === "constructor" || Object.hasOwn(value, name);
			return asItIs || (member !== undefined && member === Reflect.get(ITERATOR, name))
				? member
				: chained(member, value, view, (made) => handOut(cell, made));
		},
		set: (_target, name, given) => Reflect.set(value, name, given),
	});
	return view;
}

/** A copy without non-configurable members, because a proxy must return those unchanged. */
function looseCopy(value: Lazy): Lazy {
	const own = Object.getOwnPropertyDescriptors(value);
	for (const name of Reflect.ownKeys(own)) Object.assign(own[name as string] as object, { configurable: true });
	return Object.create(Object.getPrototypeOf(value) as object, own) as Lazy;
}
