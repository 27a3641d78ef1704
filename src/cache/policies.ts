/** The policies by name. */

import { BadPolicyError, BadSizeError } from "../errors.js";
import { describe } from "../home/check.js";
import { LfuStore } from "./lfu.js";
import { LruStore } from "./lru.js";
import { SieveStore } from "./sieve.js";
import type { Store, StoreEntry } from "./store.js";

/** Least recently used, least frequently used (with ageing), or SIEVE. */
export type CachePolicy = "lru" | "lfu" | "sieve";

const STORES: Readonly<Record<CachePolicy, new <Entry extends StoreEntry>(maxSize: number) => Store<Entry>>> = {
	lru: LruStore,
	lfu: LfuStore,
	sieve: SieveStore,
};

/** Makes the store of a policy. */
export function createStore<Entry extends StoreEntry>(policy: CachePolicy, maxSize: number): Store<Entry> {
	checkPolicy("policy", policy);
	checkSize("maxSize", maxSize);
	return new STORES[policy]<Entry>(maxSize);
}

/** Refuses an unknown policy. */
export function checkPolicy(where: string, policy: unknown): asserts policy is CachePolicy {
	if (typeof policy === "string" && Object.hasOwn(STORES, policy)) return;
	throw new BadPolicyError(
		`${where} takes ${Object.keys(STORES)
			.map((name) => `"${name}"`)
			.join(", ")}, not ${describe(policy)}.`,
	);
}

/** Refuses a bound that is none. */
export function checkSize(where: string, size: unknown): asserts size is number {
	if (Number.isSafeInteger(size) && (size as number) >= 1) return;
	throw new BadSizeError(`${where} takes a whole number from 1 on, not ${describe(size)}.`);
}
