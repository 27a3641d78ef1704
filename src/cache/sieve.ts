/** SIEVE: a hit is one store to the entry and moves nothing; a hand passes over what was used and evicts what was not. */

import type { Store, StoreEntry } from "./store.js";

/**
 * Evicts the oldest entry that was not used since the hand last passed it.
 * @see https://www.usenix.org/conference/nsdi24/presentation/zhang-yazhuo
 */
export class SieveStore<Entry extends StoreEntry> implements Store<Entry> {
	readonly #entries = new Map<string, Entry>();
	#maxSize: number;
	/** Walks from the oldest entry to the newest, over and over: a Map keeps the order of insertion. */
	#hand = this.#entries.values();

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
		entry.visited = true;
	}

	add(entry: Entry): Entry[] {
		const gone = this.#evictDownTo(this.#maxSize - 1);
		this.#entries.set(entry.key, entry);
		return gone;
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
		const gone: Entry[] = [];
		while (this.#entries.size > size) gone.push(this.#evictOne());
		return gone;
	}

	#evictOne(): Entry {
		for (;;) {
			const { done, value } = this.#hand.next();
			if (done) {
				this.#hand = this.#entries.values();
			} else if (value.visited) {
				value.visited = false;
			} else {
				this.#entries.delete(value.key);
				return value;
			}
		}
	}
}
