/** LRU on a Map, which keeps insertion order: a used entry is deleted and inserted again. */

import type { Store, StoreEntry } from "./store.js";

/** Evicts the least recently used entry. */
export class LruStore<Entry extends StoreEntry> implements Store<Entry> {
	readonly #entries = new Map<string, Entry>();
	#maxSize: number;

	constructor(maxSize: number) {
		this.#maxSize = maxSize;
	}

	get size(): number {
		return this.#entries.size;
	}

	peek(key: string): Entry | undefined {
		return this.#entries.get(key);
	}

	touch(entry: Entry): void {
		if (this.#entries.delete(entry.key)) this.#entries.set(entry.key, entry);
	}

	add(entry: Entry): Entry[] {
		const evicted = this.#evictDownTo(this.#maxSize - 1);
		this.#entries.set(entry.key, entry);
		return evicted;
	}

	delete(key: string): void {
		this.#entries.delete(key);
	}

	resize(maxSize: number): Entry[] {
		this.#maxSize = maxSize;
		return this.#evictDownTo(maxSize);
	}

	values(): Iterable<Entry> {
		return this.#entries.values();
	}

	#evictDownTo(size: number): Entry[] {
		const evicted: Entry[] = [];
		for (const entry of this.#entries.values()) {
			if (this.#entries.size <= size) break;
			this.#entries.delete(entry.key);
			evicted.push(entry);
		}
		return evicted;
	}
}
