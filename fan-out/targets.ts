/** Targets: reads scopes from them, and combines accounts with regions. */

import {
	type AccountSessions,
	type AwsScope,
	type AwsScopeSpec,
	currentAwsScope,
	errors,
	readAwsScopeSpec,
	runInAwsScope,
} from "../src/index.js";
import type { FanOutTarget } from "./types.js";

/** Anything that can be iterated, now or over time. */
export type AnyIterable<Item> = Iterable<Item> | AsyncIterable<Item>;

const SCOPE_PARTS = ["session", "account", "accounts", "region", "clientDefaults"] as const;

/** The scope of a target's task. Its identity is found once, so all attempts have the same one. */
export interface TargetScope {
	readonly scope: AwsScope;
	readonly spec: AwsScopeSpec;
}

/** Completes a target's scope from the current one. */
export function scopeOf(target: unknown, accounts: AccountSessions | undefined): TargetScope {
	const given = readAwsScopeSpec("fanOut()", partsOf(target, accounts));
	const scope = runInAwsScope(given, currentAwsScope);
	const { session, region } = scope;
	const { accounts: nested, clientDefaults } = given;
	// A pass over many accounts must not evict the clients of code that is called all the time.
	return { scope, spec: { session, region, clientDefaults, accounts: nested, keepClients: false } };
}

/** A session as it is. Of other objects the parts of a scope, because the rest is the user's. */
function partsOf(target: unknown, accounts: AccountSessions | undefined): AwsScopeSpec {
	if (typeof target !== "object" || target === null) return target as unknown as AwsScopeSpec;
	if ("whoami" in target) return { session: target as AwsScope["session"], ...(accounts && { accounts }) };
	// A misspelled member must not make a task act as its caller.
	if (!("session" in target || "account" in target || "region" in target)) {
		throw new errors.InvalidOptionError("fanOut() was given a target without account, session or region; name one.");
	}
	const parts: Record<string, unknown> = {};
	for (const name of SCOPE_PARTS) if (name in target) parts[name] = (target as FanOutTarget)[name];
	// With `accounts: undefined` in a target, the option still applies, not what the caller's scope has.
	if (parts["accounts"] === undefined) parts["accounts"] = accounts;
	return parts as unknown as AwsScopeSpec;
}

/** The iterator of a source. A string is none: its characters are neither accounts nor regions. */
export function iteratorOf<Item>(source: AnyIterable<Item>): Iterator<Item> | AsyncIterator<Item> {
	return checkIterable("fanOut()", "targets", source).call(source);
}

type MakeIterator<Item> = () => Iterator<Item> | AsyncIterator<Item>;

function checkIterable<Item>(where: string, items: string, source: AnyIterable<Item>): MakeIterator<Item> {
	const async = (source as Partial<AsyncIterable<Item>> | undefined)?.[Symbol.asyncIterator];
	const sync = (source as Partial<Iterable<Item>> | undefined)?.[Symbol.iterator];
	const make = async ?? sync;
	if (typeof make !== "function" || typeof source === "string") {
		throw new errors.InvalidOptionError(
			`${where} takes an array, an iterable or an async iterable of ${items}, not ${typeof source}.`,
		);
	}
	return make as MakeIterator<Item>;
}

/** How many items there are, if that is known without iterating. */
export function sizeOf(source: unknown): number | undefined {
	const { length, size } = source as { readonly length?: unknown; readonly size?: unknown };
	if (typeof length === "number") return length;
	return typeof size === "number" ? size : undefined;
}

/** An account as an id, or as an object with `account` or `id`, whose other members targets keep. */
export type AccountItem = string | { readonly account: string } | { readonly id: string };

/** A target of {@link accountsInRegions}: the account's members, its id as `account`, and the region. */
export type AccountInRegion<Account extends AccountItem> = (Account extends string ? unknown : Account) & {
	readonly account: string;
	readonly region: string;
};

/**
 * Combines each account with each region, one account after the other. It is lazy: an account is read when its first target
 * is needed, so that work starts while the accounts are still being listed.
 * @param accounts ids, or objects with `account` or `id`
 * @param regions read completely with the first target
 * @example
 * const targets = accountsInRegions(["111111111111", "222222222222"], ["eu-central-1", "us-east-1"]);
 * const { fulfilled } = await fanOut(targets, () => clients.s3().listBuckets({}), { accounts }).collect();
 * @throws {InvalidOptionError} code `INVALID_OPTION`
 */
export function accountsInRegions<Account extends AccountItem>(
	accounts: AnyIterable<Account>,
	regions: AnyIterable<string>,
): AsyncIterable<AccountInRegion<Account>> & { readonly size?: number } {
	checkIterable("accountsInRegions()", "accounts", accounts);
	checkIterable("accountsInRegions()", "regions", regions);
	const [many, places] = [sizeOf(accounts), sizeOf(regions)];
	return {
		...(many !== undefined && places !== undefined && { size: many * places }),
		async *[Symbol.asyncIterator]() {
			const list: string[] = [];
			for await (const region of regions) list.push(region);
			for await (const given of accounts) {
				for (const region of list) yield targetOf(given, region);
			}
		},
	};
}

function targetOf<Account extends AccountItem>(given: Account, region: string): AccountInRegion<Account> {
	if (typeof given === "string") return { account: given, region } as AccountInRegion<Account>;
	const { account, id } = given as { readonly account?: string; readonly id?: string };
	return { ...(given as object), account: account ?? id, region } as AccountInRegion<Account>;
}
