/** LRU, on lru-cache with `max` alone: its `ttl` arms timers and may trust a time that was read before a freeze. */

import { LRUCache } from "lru-cache";
import type { Store, StoreEntry } from "./store.js";

/** Evicts the entry that was not used for the longest time. */
export class LruStore<Entry extends StoreEntry> implements Store<Entry> {
	#entries: LRUCache<string, Entry>;

	constructor(maxSize: number) {
		this.#entries = new LRUCache({ max: maxSize });
	}

	get size(): number {
		return this.#entries.size;
	}

	peek(key: string): Entry | undefined {
		return this.#entries.peek(key);
	}

	touch(entry: Entry): void {
		this.#entries.get(entry.key);
	}

	add(entry: Entry): Entry[] {
		const gone = this.#evictDownTo(this.#entries.max - 1);
		this.#entries.set(entry.key, entry);
		return gone;
	}

	delete(key: string): void {
		this.#entries.delete(key);
	}

	resize(maxSize: number): Entry[] {
		const gone = this.#evictDownTo(maxSize);
		const resized = new LRUCache<string, Entry>({ max: maxSize });
		resized.load(this.#entries.dump());
		this.#entries = resized;
		return gone;
	}

	values(): Iterable<Entry> {
		return this.#entries.values();
	}

	#evictDownTo(size: number): Entry[] {
		const gone: Entry[] = [];
		while (this.#entries.size > size) {
			const oldest = this.#entries.pop();
			if (oldest !== undefined) gone.push(oldest);
		}
		return gone;
	}
}
