/** Maps each eviction policy to its store. */

import { type CachePolicy, checkPolicy, checkSize } from "../home/cache-options.js";
import { LfuStore } from "./lfu.js";
import { LruStore } from "./lru.js";
import { SieveStore } from "./sieve.js";
import type { Store, StoreEntry } from "./store.js";

const STORES: Readonly<Record<CachePolicy, new <Entry extends StoreEntry>(maxSize: number) => Store<Entry>>> = {
	lru: LruStore,
	lfu: LfuStore,
	sieve: SieveStore,
};

export function createStore<Entry extends StoreEntry>(policy: CachePolicy, maxSize: number): Store<Entry> {
	checkPolicy("policy", policy);
	checkSize("maxSize", maxSize);
	return new STORES[policy]<Entry>(maxSize);
}
