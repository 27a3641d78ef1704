/** Remembers the clients of previous calls, so that equal calls don't compute a key. */

import type { Shortcut, WarmClient } from "../client/cached-clients.js";
import { canonical } from "../home/canonical.js";
import { digest } from "../home/digest.js";
import { slot } from "../home/home.js";
import type { ScopeCell } from "../scope/scope.js";
import { type AwsSession, sessionOf } from "../session/session.js";
import type { AccessorArgs } from "./call.js";

const { types } = process.getBuiltinModule("node:util");

/** The shortcuts of all calls with the same session, region and defaults, by class. */
export type Memo = WeakMap<object, Shortcuts>;

type MemosOfSession = Map<string | undefined, Memo>;

/** By session, so that tenants never share a memo. Clients of named sessions are other clients, so they have their own memos. */
const memos = slot("memos", () => ({
	scoped: new WeakMap<AwsSession, MemosOfSession>(),
	named: new WeakMap<AwsSession, MemosOfSession>(),
}));

const tableOf = (named: boolean): WeakMap<AwsSession, MemosOfSession> => (named ? memos().named : memos().scoped);

/** The region that a call inherits from its session and scope. */
export const inheritedRegion = (
	session: AwsSession,
	named: boolean,
	cell: ScopeCell | undefined,
): string | undefined => (named ? (session.region ?? cell?.region) : (cell?.region ?? session.region));

/** Distinguishes the regions and client defaults of a session's calls. */
export function placeOf(session: AwsSession, named: boolean, cell: ScopeCell | undefined): string | undefined {
	const region = inheritedRegion(session, named, cell);
	return cell?.clientDefaults === undefined ? region : `${region}|${digest(canonical(cell.clientDefaults))}`;
}

/** The memo for a session's calls in this scope, if there is one. Anything but a session has none. */
export function memoOf(session: AwsSession | undefined, named: boolean, cell: ScopeCell | undefined): Memo | undefined {
	const known = tableOf(named).get(session as AwsSession);
	return known?.get(placeOf(session as AwsSession, named, cell));
}

/** Returns the shortcuts to clients of a class in that memo. Creates both on first use. */
export function makeShortcuts(
	type: object,
	session: AwsSession,
	named: boolean,
	cell: ScopeCell | undefined,
): Shortcuts {
	const table = tableOf(named);
	const known: MemosOfSession = table.get(session) ?? new Map();
	table.set(session, known);
	const key = placeOf(session, named, cell);
	const memo: Memo = known.get(key) ?? put(known, key, new WeakMap());
	const shortcuts = memo.get(type) ?? new Shortcuts();
	memo.set(type, shortcuts);
	return shortcuts;
}

const MAX_ENTRIES = 32;

/** Limits a table's size. The slow path finds dropped entries again. */
function put<Key, Value>(table: Map<Key, Value>, key: Key, value: Value): Value {
	if (table.size >= MAX_ENTRIES) table.clear();
	table.set(key, value);
	return value;
}

/** The object form of an accessor's argument. */
type Options = Readonly<Record<string, unknown>>;

/** A previous call in the object form. */
interface Known {
	readonly names: readonly string[];
	readonly values: readonly unknown[];
	readonly region: unknown;
	readonly shortcut: Shortcut;
}

const MAX_KNOWN = 8;

/**
 * The shortcuts to the clients of one class. A few calls in the object form are remembered, and match only with the same
 * names in the same order and identical values. All other calls take the slow path.
 */
export class Shortcuts {
	// A #private field, so that inspecting the home doesn't show options.
	readonly #regions = new Map<string | undefined, Shortcut>();
	#known: readonly Known[] = [];

	/** Finds the client of a previous call. `named` is the session that the call names. */
	find(args: AccessorArgs, named: unknown): WarmClient | undefined {
		if (typeof args !== "object") return this.#regions.get(args)?.warm;
		// Excludes class instances, whose getters are not enumerable. Checking the prototype would take twice as long.
		if (args === null || args.constructor !== Object || mayChangeMeaning(args, named)) return undefined;
		for (const known of this.#known) if (isSame(known, args)) return known.shortcut.warm;
		return undefined;
	}

	/** Remembers a call's client. */
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
	// The slow path also reads a region that is not enumerable.
	if (options["region"] !== region) return false;
	let at = 0;
	for (const name in options) {
		if (name !== names[at] || options[name] !== values[at]) return false;
		at += 1;
	}
	// A proxy that lists no members may still have some. The slow path rejects it.
	return at === names.length && (at > 0 || !types.isProxy(options));
}

/** An account, a profile or credentials are looked up in each call, because their session may change. */
const mayChangeMeaning = (options: Options, named: unknown): boolean =>
	"account" in options ||
	"credentials" in options ||
	"profile" in options ||
	(options["session"] === undefined ? "session" in options : options["session"] !== named) ||
	// A proxy's `has` and `get` traps may disagree.
	(options["account"] ?? options["credentials"] ?? options["profile"]) !== undefined;

/** Only these strings are remembered. Others may contain a secret, such as a token or a password in an endpoint. */
const PLAIN_TEXT = new Set(["region", "retryMode", "defaultsMode"]);
const MAX_NAMES = 8;

/** Whether later calls can be compared with this one: a region, or a small plain object without getters or hidden members. */
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
