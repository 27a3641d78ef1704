/** The bounded store of warm clients: SIEVE, whose hit is one store to the entry and moves nothing. */

/** What the store keeps; `visited` is set by whoever uses the value. */
export interface SieveEntry {
	readonly key: string;
	visited: boolean;
}

/**
 * Evicts the oldest entry that was not used since the hand last passed it.
 * @see https://www.usenix.org/conference/nsdi24/presentation/zhang-yazhuo
 */
export class Sieve<Entry extends SieveEntry> {
	readonly #entries = new Map<string, Entry>();
	readonly #onEvict: (entry: Entry) => void;
	/** Walks from the oldest entry to the newest, over and over; Map order is the order of insertion. */
	#hand: MapIterator<Entry>;

	constructor(onEvict: (entry: Entry) => void) {
		this.#onEvict = onEvict;
		this.#hand = this.#entries.values();
	}

	get size(): number {
		return this.#entries.size;
	}

	get(key: string): Entry | undefined {
		const entry = this.#entries.get(key);
		if (entry !== undefined) entry.visited = true;
		return entry;
	}

	/** Adds a new entry, evicting others until at most `maxSize` are kept. */
	add(entry: Entry, maxSize: number): void {
		while (this.#entries.size >= maxSize) this.#evictOne();
		this.#entries.set(entry.key, entry);
	}

	values(): MapIterator<Entry> {
		return this.#entries.values();
	}

	#evictOne(): void {
		for (;;) {
			const { done, value } = this.#hand.next();
			if (done) {
				this.#hand = this.#entries.values();
			} else if (value.visited) {
				value.visited = false;
			} else {
				this.#entries.delete(value.key);
				this.#onEvict(value);
				return;
			}
		}
	}
}
