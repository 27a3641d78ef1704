/** Generators in a scope: their bodies run when they are asked for values, in the context of whoever asks. */

import { runInCell, type ScopeCell } from "./scope.js";

/** Puts each step of a generator into the scope. */
export function stepInCell(cell: ScopeCell, generator: Steps): Steps {
	return new Proxy(generator, {
		get(target, property) {
			const value: unknown = Reflect.get(target, property, target);
			if (property === Symbol.asyncIterator || property === Symbol.iterator) return () => stepInCell(cell, target);
			if (typeof value !== "function") return value;
			return (...args: unknown[]) => {
				const result: unknown = runInCell(cell, () => Reflect.apply(value, target, args));
				// An iterator helper (map, take, …) steps the generator itself when it is stepped.
				return isIterator(result) ? stepInCell(cell, result) : result;
			};
		},
	});
}

interface Steps {
	next(...args: unknown[]): unknown;
}

/** An async generator that is asked for values before its scope is known makes the first one wait. */
export function stepLater(generator: Promise<unknown>): AsyncGenerator {
	// It is told to whoever asks for a value; a generator that nobody asks fails for nobody.
	generator.catch(() => {});
	return (async function* () {
		return yield* (await generator) as AsyncGenerator;
	})();
}

const isIterator = (value: unknown): value is Steps =>
	typeof (value as Partial<Steps> | null | undefined)?.next === "function";

const textOf = (value: unknown): string => Object.prototype.toString.call(value);

/** Whether calling it gives an async generator. */
export const isAsyncGeneratorFunction = (fn: unknown): boolean => textOf(fn) === "[object AsyncGeneratorFunction]";

const GENERATOR = /^\[object (Async)?Generator\]$/;

/** Whether it is a running generator; the first question spares nearly every handler's answer the last one. */
export const isGenerator = (value: unknown): value is Steps =>
	!(value instanceof Promise) && typeof value === "object" && value !== null && GENERATOR.test(textOf(value));
