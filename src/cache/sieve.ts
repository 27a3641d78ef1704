/** SIEVE: a hit only sets a flag. A hand walks the entries, clears the flags that are set and evicts where none is. */

import type { Store, StoreEntry } from "./store.js";

/** An entry in the list, in order of arrival. */
interface Place<Entry> {
	readonly entry: Entry;
	older: Place<Entry> | undefined;
	newer: Place<Entry> | undefined;
}

/**
 * Evicts the oldest entry that was not used since the hand last passed.
 * @see https://www.usenix.org/conference/nsdi24/presentation/zhang-yazhuo
 */
export class SieveStore<Entry extends StoreEntry> implements Store<Entry> {
	readonly #places = new Map<string, Place<Entry>>();
	#oldest: Place<Entry> | undefined;
	#newest: Place<Entry> | undefined;
	/** Where the hand looks next. After the newest entry, it continues with the oldest. */
	#hand: Place<Entry> | undefined;
	#maxSize: number;

	constructor(maxSize: number) {
		this.#maxSize = maxSize;
	}

	get size(): number {
		return this.#places.size;
	}

	peek(key: string): Entry | undefined {
		return this.#places.get(key)?.entry;
	}

	touch(entry: Entry): void {
		entry.visited = true;
	}

	add(entry: Entry): Entry[] {
		const evicted = this.#evictDownTo(this.#maxSize - 1);
		const place: Place<Entry> = { entry, older: this.#newest, newer: undefined };
		if (this.#newest === undefined) this.#oldest = place;
		else this.#newest.newer = place;
		this.#newest = place;
		this.#places.set(entry.key, place);
		return evicted;
	}

	delete(key: string): void {
		const place = this.#places.get(key);
		if (place === undefined) return;
		const { older, newer } = place;
		this.#places.delete(key);
		if (this.#hand === place) this.#hand = newer;
		if (older === undefined) this.#oldest = newer;
		else older.newer = newer;
		if (newer === undefined) this.#newest = older;
		else newer.older = older;
	}

	resize(maxSize: number): Entry[] {
		this.#maxSize = maxSize;
		return this.#evictDownTo(maxSize);
	}

	*values(): Iterable<Entry> {
		for (const { entry } of this.#places.values()) yield entry;
	}

	#evictDownTo(size: number): Entry[] {
		const evicted: Entry[] = [];
		while (this.#places.size > size) evicted.push(this.#evictOne());
		return evicted;
	}

	#evictOne(): Entry {
		let place = this.#hand ?? (this.#oldest as Place<Entry>);
		while (place.entry.visited) {
			place.entry.visited = false;
			place = place.newer ?? (this.#oldest as Place<Entry>);
		}
		this.#hand = place;
		// This also advances the hand.
		this.delete(place.entry.key);
		return place.entry;
	}
}
