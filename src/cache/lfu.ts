/** LFU in constant time, ties by recency, with ageing: an old favourite cannot hold its place for ever. */

import type { Store, StoreEntry } from "./store.js";

/** Entries of one rank, the least recently used first; buckets stand in a chain of rising rank. */
interface Bucket<Entry> {
	readonly rank: number;
	readonly entries: Set<Entry>;
	lower: Bucket<Entry> | undefined;
	higher: Bucket<Entry> | undefined;
}

/**
 * Evicts the entry of the lowest rank. A use raises an entry's rank by one; a newcomer starts one above the rank that
 * was evicted last, so that the floor rises with every eviction (the dynamic ageing of LFU-DA). No rank is further above
 * the floor than the cache has places: what nobody uses is passed by newcomers within about one turn of the cache.
 * @see https://www.hpl.hp.com/techreports/98/HPL-98-173.html
 */
export class LfuStore<Entry extends StoreEntry> implements Store<Entry> {
	readonly #places = new Map<string, { readonly entry: Entry; bucket: Bucket<Entry> }>();
	#lowest: Bucket<Entry> | undefined;
	#floor = 0;
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
		const place = this.#places.get(entry.key);
		if (place === undefined) return;
		const { bucket } = place;
		bucket.entries.delete(place.entry);
		const risen = bucket.rank < this.#floor + Math.max(this.#maxSize, MIN_REACH);
		place.bucket = risen ? this.#bucketAbove(bucket, bucket.rank + 1) : bucket;
		place.bucket.entries.add(place.entry);
		this.#dropEmpty(bucket);
	}

	add(entry: Entry): Entry[] {
		const gone = this.#evictDownTo(this.#maxSize - 1);
		const rank = this.#floor + 1;
		// Nothing stands below the floor, so the newcomer's bucket is the first or the second of the chain.
		const below = this.#lowest !== undefined && this.#lowest.rank < rank ? this.#lowest : undefined;
		const bucket = this.#bucketAbove(below, rank);
		bucket.entries.add(entry);
		this.#places.set(entry.key, { entry, bucket });
		return gone;
	}

	delete(key: string): void {
		const place = this.#places.get(key);
		if (place === undefined) return;
		this.#places.delete(key);
		place.bucket.entries.delete(place.entry);
		this.#dropEmpty(place.bucket);
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
		while (this.#places.size > size) {
			const bucket = this.#lowest as Bucket<Entry>;
			const [entry] = bucket.entries as Set<Entry> & Iterable<Entry>;
			if (entry === undefined) break;
			this.#floor = bucket.rank;
			this.delete(entry.key);
			gone.push(entry);
		}
		return gone;
	}

	/** The bucket of a rank, made if need be, right above `below` (or at the bottom of the chain). */
	#bucketAbove(below: Bucket<Entry> | undefined, rank: number): Bucket<Entry> {
		const higher = below === undefined ? this.#lowest : below.higher;
		if (higher?.rank === rank) return higher;
		const made: Bucket<Entry> = { rank, entries: new Set(), lower: below, higher };
		if (higher !== undefined) higher.lower = made;
		if (below === undefined) this.#lowest = made;
		else below.higher = made;
		return made;
	}

	#dropEmpty(bucket: Bucket<Entry>): void {
		if (bucket.entries.size > 0) return;
		if (bucket.lower === undefined) this.#lowest = bucket.higher;
		else bucket.lower.higher = bucket.higher;
		if (bucket.higher !== undefined) bucket.higher.lower = bucket.lower;
	}
}

/** A small cache still tells a favourite from a passer-by. */
const MIN_REACH = 16;
