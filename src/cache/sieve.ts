/** SIEVE: a hit is one store to the entry and moves nothing; a hand passes over what was used and evicts what was not. */

import type { Store, StoreEntry } from "./store.js";

/** An entry's place in the order of arrival. */
interface Place<Entry> {
	readonly entry: Entry;
	older: Place<Entry> | undefined;
	newer: Place<Entry> | undefined;
}

/**
 * Evicts the oldest entry that was not used since the hand last passed it.
 * @see https://www.usenix.org/conference/nsdi24/presentation/zhang-yazhuo
 */
export class SieveStore<Entry extends StoreEntry> implements Store<Entry> {
	readonly #places = new Map<string, Place<Entry>>();
	#oldest: Place<Entry> | undefined;
	#newest: Place<Entry> | undefined;
	/** Where the hand looks next. Past the newest it starts from the oldest again, whatever arrives meanwhile. */
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
		const gone = this.#evictDownTo(this.#maxSize - 1);
		const place: Place<Entry> = { entry, older: this.#newest, newer: undefined };
		if (this.#newest === undefined) this.#oldest = place;
		else this.#newest.newer = place;
		this.#newest = place;
		this.#places.set(entry.key, place);
		return gone;
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
		const gone: Entry[] = [];
		while (this.#places.size > size) gone.push(this.#evictOne());
		return gone;
	}

	#evictOne(): Entry {
		let place = this.#hand ?? (this.#oldest as Place<Entry>);
		while (place.entry.visited) {
			place.entry.visited = false;
			place = place.newer ?? (this.#oldest as Place<Entry>);
		}
		this.#hand = place;
		// Moves the hand on.
		this.delete(place.entry.key);
		return place.entry;
	}
}
