/** The caches that `close()` clears, besides the home's own. */

import { slot } from "./home.js";

/** A cache that can be cleared. @internal */
export interface Clearable {
	/** Drops everything. The promises settle when what was dropped is disposed of, and never reject. */
	clear(): readonly Promise<void>[];
}

interface Known {
	readonly references: Set<WeakRef<Clearable>>;
	readonly collected: FinalizationRegistry<WeakRef<Clearable>>;
}

const known = slot("clearable", (): Known => {
	const references: Known["references"] = new Set();
	return { references, collected: new FinalizationRegistry((reference) => references.delete(reference)) };
});

/** Adds a cache, without keeping it alive. @internal */
export function addClearable(cache: Clearable): void {
	const reference = new WeakRef(cache);
	known().references.add(reference);
	known().collected.register(cache, reference);
}

/** Clears all of them. @internal */
export const clearAll = (): Promise<void>[] =>
	[...known().references].flatMap((reference) => reference.deref()?.clear() ?? []);
