/** The one reader of option objects: each name is read once, and what is written into the object later does not count. */

import { isPlain } from "./canonical.js";
import { describe, fail } from "./check.js";

const { types } = process.getBuiltinModule("node:util");

/** Refuses anything but an object of options; `what` says in words what is taken. */
export function checkObject(where: string, given: unknown, what = "an object of options"): asserts given is object {
	// A Map or an array has members of another kind, and would count as naming nothing.
	if (typeof given !== "object" || given === null || Symbol.iterator in given) {
		fail(`${where} takes ${what}, not ${typeof given === "string" ? "text" : describe(given)}.`);
	}
	// A forgotten await: what is still being looked up would count as nothing named.
	if (typeof (given as { then?: unknown }).then === "function") {
		fail(`${where} takes ${what}, not a promise; await it.`);
	}
}

/** Refuses anything but an object that names only what is known. */
export function checkOptions(where: string, given: unknown, known: readonly string[]): asserts given is object {
	checkObject(where, given);
	for (const name of namesOf(given)) {
		if (!known.includes(name)) fail(`${where} has no option "${name}"; it takes ${known.join(", ")}.`);
	}
}

/**
 * Checks an object of options and reads each known name once: its own or inherited, a plain member or a getter, of a
 * class or behind a proxy. Gives a plain copy; a name that is there counts as given, also when its value is `undefined`.
 * For middlewares, whose errors should name the function that the user called.
 * @param where how errors name that function, such as `"awsScope()"`
 * @throws {InvalidOptionError} code `INVALID_OPTION`
 */
export function readOptions<Options extends object>(where: string, given: Options, known: readonly string[]): Options {
	checkOptions(where, given, known);
	return read(given, known) as Options;
}

/**
 * Reads an object whose names are the user's or the SDK's, each once: what can be enumerated, its own or inherited, the
 * getters of its classes, and the names in `known` wherever they are.
 */
export function readRecord(
	where: string,
	given: unknown,
	what?: string,
	known: readonly string[] = [],
): Record<string, unknown> {
	checkObject(where, given, what);
	for (let holder: unknown = given; holder !== null; holder = Object.getPrototypeOf(holder)) {
		if (!types.isProxy(holder)) continue;
		fail(`${where} takes ${what ?? "a plain object"}, not a proxy, which need not list its names; copy it first.`);
	}
	return read(given, new Set([...known, ...namesOf(given)]));
}

/** Reads some names of an object that may have others. */
export function read(given: object, names: Iterable<string>): Record<string, unknown> {
	const members: [name: string, value: unknown][] = [];
	for (const name of names) {
		const value = (given as Record<string, unknown>)[name];
		if (value !== undefined || name in given) members.push([name, value]);
	}
	return Object.fromEntries(members);
}

/** What an object of a class names is in its prototypes too: as getters, which nothing enumerates. */
function namesOf(given: object): Iterable<string> {
	const names = Object.keys(given);
	let holder: object | null = Object.getPrototypeOf(given);
	if (isPlain(holder)) return names;
	const all = new Set(names);
	for (; holder !== null && !isPlain(holder); holder = Object.getPrototypeOf(holder)) {
		for (const [name, member] of Object.entries(Object.getOwnPropertyDescriptors(holder))) {
			if (member.enumerable || member.get !== undefined) all.add(name);
		}
	}
	return all;
}
