/** Reads option objects. Each member is read once, so later changes to the object have no effect. */

import { isPlain } from "./canonical.js";
import { describe, fail, hasMethod } from "./check.js";

const { types } = process.getBuiltinModule("node:util");

/** Rejects anything but an options object, and returns the names that can be listed. `what` says what is accepted. */
function namesIn(where: string, given: unknown, what = "an options object"): readonly string[] {
	if (typeof given !== "object" || given === null || Array.isArray(given)) {
		return fail(`${where} takes ${what}, not ${typeof given === "string" ? "text" : describe(given)}.`);
	}
	// A Map, or a promise that was not awaited, would look like an object without options.
	if (Symbol.iterator in given) fail(`${where} takes ${what}, not an iterable.`);
	if (hasMethod(given, "then")) fail(`${where} takes ${what}, not a promise; await it.`);
	const names = namesOf(given);
	// Without a list of names, `account: undefined` looks the same as no account.
	if (names.length === 0 && types.isProxy(given))
		fail(`${where} takes ${what}, not a proxy that lists no members; copy it.`);
	return names;
}

/** Also rejects unknown names. @internal */
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

/** Whether a member is present, even if it is `undefined`. A proxy's list of names and its `has` trap may disagree. @internal */
export const isGiven = (given: object, names: readonly string[], name: string): boolean =>
	names.includes(name) || name in given;

/**
 * Checks an options object and reads each known member once, including inherited members, getters of classes and
 * members of a proxy. Returns a plain copy, which has every member that is present, even if it is `undefined`. For
 * middleware whose errors name the function that the user called.
 * @param where that function's name in errors, such as `"awsScope()"`
 * @throws {InvalidOptionError} code `INVALID_OPTION`
 */
export function readOptions<Options extends object>(where: string, given: Options, known: readonly string[]): Options {
	return read(given, known, knownNamesIn(where, given, known)) as Options;
}

/**
 * Reads an object with any names, such as SDK options. Reads each member once: enumerable members, own or inherited,
 * getters of classes, and the names in `known`, enumerable or not.
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

/** Reads the given names of an object, and ignores others. @internal */
export function read(given: object, names: Iterable<string>, seen: readonly string[] = []): Record<string, unknown> {
	const members: [name: string, value: unknown][] = [];
	for (const name of names) {
		const value = (given as Record<string, unknown>)[name];
		if (value !== undefined || isGiven(given, seen, name)) members.push([name, value]);
	}
	return Object.fromEntries(members);
}

/** The enumerable names, own and inherited, and the getters of classes, which aren't enumerable. */
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
