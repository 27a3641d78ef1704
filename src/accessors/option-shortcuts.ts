/** A few calls in the object form, remembered by their content: a call seen before needs no key to be written. */

import type { WarmClient } from "../client/cached-clients.js";
import { sessionOf } from "../session/session.js";

const { types } = process.getBuiltinModule("node:util");

/** The object form of an accessor's argument. */
export type Options = Readonly<Record<string, unknown>>;

interface Known {
	readonly names: readonly string[];
	readonly values: readonly unknown[];
	readonly region: unknown;
	readonly session: unknown;
	readonly warm: WarmClient;
}

const MAX_KNOWN = 8;
const MAX_NAMES = 8;

/** Text that is no secret whoever writes it; any other may hold one (a token, a password in an endpoint) and is not kept. */
const PLAIN_TEXT = new Set(["region", "retryMode", "defaultsMode"]);

/**
 * Answers only for what it was told, to the letter: the same names in the same order with the very same values. Every
 * other call goes the long way to its key, which decides.
 */
export class OptionShortcuts {
	// Private to the language, not only to the compiler: no inspection of the home shows what was given.
	readonly #known: Known[] = [];

	/** The client of a call with this content, if one is remembered. */
	find(options: Options | null): WarmClient | undefined {
		// The getters of a class are not enumerated. (Its prototype would tell as well, in twice the time.)
		if (options === null || options.constructor !== Object || mayChangeMeaning(options)) return undefined;
		for (const known of this.#known) if (isSame(known, options)) return known.warm;
		return undefined;
	}

	/** Remembers a call, if its content can be compared value by value; returns what {@link delete} takes. */
	add(options: Options, warm: WarmClient): object | undefined {
		if (!isComparable(options)) return undefined;
		const { region, session } = options;
		const known: Known = { names: Object.keys(options), values: Object.values(options), region, session, warm };
		if (this.#known.length === MAX_KNOWN) this.#known.shift();
		this.#known.push(known);
		return known;
	}

	/** Forgets a call. */
	delete(known: unknown): void {
		const at = this.#known.indexOf(known as Known);
		if (at !== -1) this.#known.splice(at, 1);
	}
}

function isSame({ names, values, region, session }: Known, options: Options): boolean {
	// The names that the long way also reads where they cannot be enumerated.
	if (options["region"] !== region || options["session"] !== session) return false;
	if (session === undefined && "session" in options) return false;
	let at = 0;
	for (const name in options) {
		if (name !== names[at] || options[name] !== values[at]) return false;
		at += 1;
	}
	// A proxy that lists nothing may answer for everything: the long way refuses it.
	return at === names.length && (at > 0 || !types.isProxy(options));
}

/** What an account, a profile or credentials stand for is looked up anew by each call. */
const mayChangeMeaning = (options: Options): boolean =>
	"account" in options ||
	"credentials" in options ||
	"profile" in options ||
	// A proxy may deny what it answers.
	(options["account"] ?? options["credentials"] ?? options["profile"]) !== undefined;

/** Plain options of few members, each equal to another exactly when it is the same value. */
function isComparable(options: Options): boolean {
	if (Object.getPrototypeOf(options) !== Object.prototype || types.isProxy(options)) return false;
	const members = Object.entries(Object.getOwnPropertyDescriptors(options));
	return (
		!mayChangeMeaning(options) &&
		members.length <= MAX_NAMES &&
		members.every(([name, member]) => member.enumerable && "value" in member && isKept(name, member.value))
	);
}

function isKept(name: string, value: unknown): boolean {
	switch (typeof value) {
		case "string":
			return PLAIN_TEXT.has(name);
		case "object":
			return name === "session" && sessionOf(value) === value;
		case "number":
			return !Number.isNaN(value);
		default:
			return typeof value !== "symbol";
	}
}
