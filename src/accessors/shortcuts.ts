/** What calls have found: a call that must find the same needs no key to be written. */

import type { Shortcut, WarmClient } from "../client/cached-clients.js";
import { canonical } from "../home/canonical.js";
import { digest } from "../home/digest.js";
import { slot } from "../home/home.js";
import type { ScopeCell } from "../scope/scope.js";
import { type AwsSession, sessionOf } from "../session/session.js";
import type { AccessorArgs } from "./call.js";

const { types } = process.getBuiltinModule("node:util");

/** The shortcuts of all calls that see the same session, region and defaults, by the class that they ask for. */
export type Memo = WeakMap<object, Shortcuts>;

type MemosOfSession = Map<string | undefined, Memo>;

/** By the session itself: no two tenants share a memo. A client of a named session may be used anywhere: it has its own. */
const memos = slot("memos", () => ({
	scoped: new WeakMap<AwsSession, MemosOfSession>(),
	named: new WeakMap<AwsSession, MemosOfSession>(),
}));

const tableOf = (named: boolean): WeakMap<AwsSession, MemosOfSession> => (named ? memos().named : memos().scoped);

/** The region of a client where the call names none, as far as its session and the scope say. */
export const inheritedRegion = (
	session: AwsSession,
	named: boolean,
	cell: ScopeCell | undefined,
): string | undefined => (named ? (session.region ?? cell?.region) : (cell?.region ?? session.region));

function keyOf(session: AwsSession, named: boolean, cell: ScopeCell | undefined): string | undefined {
	const region = inheritedRegion(session, named, cell);
	return cell?.clientDefaults === undefined ? region : `${region}|${digest(canonical(cell.clientDefaults))}`;
}

/** The memo of what a session's calls in this scope have found, if there is one; what is no session has none. */
export function memoOf(session: AwsSession | undefined, named: boolean, cell: ScopeCell | undefined): Memo | undefined {
	const known = tableOf(named).get(session as AwsSession);
	return known?.get(keyOf(session as AwsSession, named, cell));
}

/** The shortcuts to clients of a class in that memo; both are made on first use. */
export function makeShortcuts(
	type: object,
	session: AwsSession,
	named: boolean,
	cell: ScopeCell | undefined,
): Shortcuts {
	const table = tableOf(named);
	const known: MemosOfSession = table.get(session) ?? new Map();
	table.set(session, known);
	const key = keyOf(session, named, cell);
	const memo: Memo = known.get(key) ?? put(known, key, new WeakMap());
	const shortcuts = memo.get(type) ?? new Shortcuts();
	memo.set(type, shortcuts);
	return shortcuts;
}

const MAX_ENTRIES = 32;

/** Keeps a table small: what it loses is found again by the long way. */
function put<Key, Value>(table: Map<Key, Value>, key: Key, value: Value): Value {
	if (table.size >= MAX_ENTRIES) table.clear();
	table.set(key, value);
	return value;
}

/** The object form of an accessor's argument. */
type Options = Readonly<Record<string, unknown>>;

/** A call in the object form. */
interface Known {
	readonly names: readonly string[];
	readonly values: readonly unknown[];
	readonly region: unknown;
	readonly shortcut: Shortcut;
}

const MAX_KNOWN = 8;

/**
 * The shortcuts to the clients of one class. Of the object form a few are known, to the letter: the same names in the
 * same order with the very same values. Every other call goes the long way to its key, which decides.
 */
export class Shortcuts {
	// Private to the language, not only to the compiler: no inspection of the home shows what was given.
	readonly #regions = new Map<string | undefined, Shortcut>();
	#known: readonly Known[] = [];

	/** The client of a call that was made before; `named` is the session that it names. */
	find(args: AccessorArgs, named: unknown): WarmClient | undefined {
		if (typeof args !== "object") return this.#regions.get(args)?.warm;
		// The getters of a class are not enumerated. (Its prototype would tell as well, in twice the time.)
		if (args === null || args.constructor !== Object || mayChangeMeaning(args, named)) return undefined;
		for (const known of this.#known) if (isSame(known, args)) return known.shortcut.warm;
		return undefined;
	}

	/** Keeps what a call has found. */
	add(args: AccessorArgs, shortcut: Shortcut): void {
		if (typeof args !== "object") {
			put(this.#regions, args, shortcut);
			return;
		}
		const known = { names: Object.keys(args), values: Object.values(args), region: args["region"], shortcut };
		this.#known = [known, ...this.#known.slice(0, MAX_KNOWN - 1)];
	}
}

function isSame({ names, values, region }: Known, options: Options): boolean {
	// The long way reads it also where it cannot be enumerated.
	if (options["region"] !== region) return false;
	let at = 0;
	for (const name in options) {
		if (name !== names[at] || options[name] !== values[at]) return false;
		at += 1;
	}
	// A proxy that lists nothing may answer for everything: the long way refuses it.
	return at === names.length && (at > 0 || !types.isProxy(options));
}

/** Each call looks up anew what an account, a profile or credentials stand for. */
const mayChangeMeaning = (options: Options, named: unknown): boolean =>
	"account" in options ||
	"credentials" in options ||
	"profile" in options ||
	(options["session"] === undefined ? "session" in options : options["session"] !== named) ||
	// A proxy may deny what it answers.
	(options["account"] ?? options["credentials"] ?? options["profile"]) !== undefined;

/** Text that is no secret whoever writes it; any other may hold one (a token, a password in an endpoint) and is not kept. */
const PLAIN_TEXT = new Set(["region", "retryMode", "defaultsMode"]);
const MAX_NAMES = 8;

/** Whether a later call can be compared with this one: text, or plain options of few members that say all by themselves. */
export function isComparable(args: AccessorArgs): boolean {
	if (typeof args !== "object") return true;
	if (Object.getPrototypeOf(args) !== Object.prototype || types.isProxy(args)) return false;
	const members = Object.entries(Object.getOwnPropertyDescriptors(args));
	return (
		!mayChangeMeaning(args, args["session"]) &&
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
			return typeof value === "boolean" || value === undefined;
	}
}
