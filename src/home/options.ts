/** The one reader of option objects: each name is read once, and what is written into the object later does not count. */

import { isPlain } from "./canonical.js";
import { describe, fail, hasMethod } from "./check.js";

const { types } = process.getBuiltinModule("node:util");

/** Refuses anything but an object of options; gives what can be seen of its names. `what` says in words what is taken. */
function namesIn(where: string, given: unknown, what = "an object of options"): readonly string[] {
	if (typeof given !== "object" || given === null || Array.isArray(given)) {
		return fail(`${where} takes ${what}, not ${typeof given === "string" ? "text" : describe(given)}.`);
	}
	// The members of a Map are of another kind, and it would count as naming nothing; so would a forgotten await.
	if (Symbol.iterator in given) fail(`${where} takes ${what}, not an iterable.`);
	if (hasMethod(given, "then")) fail(`${where} takes ${what}, not a promise; await it.`);
	const names = namesOf(given);
	// One that answers only when it is asked cannot say that a tenant was looked up and not found.
	if (names.length === 0 && types.isProxy(given)) fail(`${where} takes ${what}, not a proxy that lists none; copy it.`);
	return names;
}

/** Refuses an object that names anything but what is known, too. @internal */
export function knownNamesIn(
	where: string,
	given: unknown,
	known: readonly string[],
	what?: string,
): readonly string[] {
	const names = namesIn(where, given, what);
	for (const name of names) {
		if (!known.includes(name)) fail(`${where} has no option "${name}"; it takes ${known.join(", ")}.`);
	}
	return names;
}

/** Whether a name counts as given, also when its value is `undefined`; a proxy may list a name and deny that it has it. @internal */
export const isGiven = (given: object, names: readonly string[], name: string): boolean =>
	names.includes(name) || name in given;

/**
 * Checks an object of options and reads each known name once: its own or inherited, a plain member or a getter, of a
 * class or behind a proxy. Gives a plain copy; a name that is there counts as given, also when its value is `undefined`.
 * For middlewares, whose errors should name the function that the user called.
 * @param where how errors name that function, such as `"awsScope()"`
 * @throws {InvalidOptionError} code `INVALID_OPTION`
 */
export function readOptions<Options extends object>(where: string, given: Options, known: readonly string[]): Options {
	return read(given, known, knownNamesIn(where, given, known)) as Options;
}

/**
 * Reads an object whose names are the user's or the SDK's, each once: what can be enumerated, its own or inherited, the
 * getters of its classes, and the names in `known` wherever they are.
 * @internal
 */
export function readRecord(
	where: string,
	given: unknown,
	what?: string,
	known: readonly string[] = [],
): Record<string, unknown> {
	const names = namesIn(where, given, what);
	return read(given as object, new Set([...names, ...known]), names);
}

/** Reads some names of an object that may have others. @internal */
export function read(given: object, names: Iterable<string>, seen: readonly string[] = []): Record<string, unknown> {
	const members: [name: string, value: unknown][] = [];
	for (const name of names) {
		const value = (given as Record<string, unknown>)[name];
		if (value !== undefined || isGiven(given, seen, name)) members.push([name, value]);
	}
	return Object.fromEntries(members);
}

/** What can be enumerated, with what is inherited, and the getters of classes, which cannot. */
function namesOf(given: object): string[] {
	const names = Object.keys(given);
	let holder: object | null = Object.getPrototypeOf(given);
	for (; !isPlain(holder); holder = Object.getPrototypeOf(holder)) {
		const isClass = Object.hasOwn(holder as object, "constructor");
		for (const [name, { enumerable, get }] of Object.entries(Object.getOwnPropertyDescriptors(holder))) {
			if (enumerable || (isClass && get)) names.push(name);
		}
	}
	return names;
}
