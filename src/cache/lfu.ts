/** LFU in constant time. Ties are broken by recency. Entries age, so that no entry stays forever because it was once popular. */

import type { Store, StoreEntry } from "./store.js";

/** An entry in its bucket's list, in order of use. */
interface Place<Entry> {
	readonly entry: Entry;
	bucket: Bucket<Entry>;
	older: Place<Entry> | undefined;
	newer: Place<Entry> | undefined;
}

/** The entries of one rank, in order of use. Buckets are linked in order of rank. */
interface Bucket<Entry> {
	readonly rank: number;
	oldest: Place<Entry> | undefined;
	newest: Place<Entry> | undefined;
	lower: Bucket<Entry> | undefined;
	higher: Bucket<Entry> | undefined;
}

/** How far uses can raise an entry above a newcomer's rank. */
const REACH = 6;
/** After this many evictions per entry, newcomers start one rank higher. */
const TURNS = 4;

/**
 * Evicts the entry with the lowest rank. A use raises an entry's rank by one, up to {@link REACH} above a newcomer's. The
 * rank of newcomers rises by one each time the cache has been turned over {@link TURNS} times. An entry that is no longer
 * used is gone after at most REACH × TURNS turnovers, however often it was used before.
 */
export class LfuStore<Entry extends StoreEntry> implements Store<Entry> {
	readonly #places = new Map<string, Place<Entry>>();
	#lowest: Bucket<Entry> | undefined;
	/** The rank below a newcomer's. */
	#floor = 0;
	#evictions = 0;
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
		const rises = bucket.rank < this.#floor + REACH;
		const next = rises ? this.#bucketAbove(bucket, bucket.rank + 1) : bucket;
		unlink(place);
		append(next, place);
		this.#dropEmpty(bucket);
	}

	add(entry: Entry): Entry[] {
		const evicted = this.#evictDownTo(this.#maxSize - 1);
		const rank = this.#floor + 1;
		// A short walk: entries below a newcomer's rank are evicted long before that rank rises again.
		let below = this.#lowest;
		while (below?.higher !== undefined && below.higher.rank < rank) below = below.higher;
		if (below !== undefined && below.rank >= rank) below = undefined;
		const bucket = this.#bucketAbove(below, rank);
		const place: Place<Entry> = { entry, bucket, older: undefined, newer: undefined };
		append(bucket, place);
		this.#places.set(entry.key, place);
		return evicted;
	}

	delete(key: string): void {
		const place = this.#places.get(key);
		if (place === undefined) return;
		this.#places.delete(key);
		unlink(place);
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
		const evicted: Entry[] = [];
		while (this.#places.size > size) {
			const { entry } = (this.#lowest as Bucket<Entry>).oldest as Place<Entry>;
			this.delete(entry.key);
			this.#evictions += 1;
			if (this.#evictions >= TURNS * this.#maxSize) {
				this.#evictions = 0;
				this.#floor += 1;
			}
			evicted.push(entry);
		}
		return evicted;
	}

	/** Finds or creates the bucket of a rank, directly above `below` or at the bottom. */
	#bucketAbove(below: Bucket<Entry> | undefined, rank: number): Bucket<Entry> {
		const higher = below === undefined ? this.#lowest : below.higher;
		if (higher?.rank === rank) return higher;
		const made: Bucket<Entry> = { rank, oldest: undefined, newest: undefined, lower: below, higher };
		if (higher !== undefined) higher.lower = made;
		if (below === undefined) this.#lowest = made;
		else below.higher = made;
		return made;
	}

	#dropEmpty(bucket: Bucket<Entry>): void {
		if (bucket.oldest !== undefined) return;
		if (bucket.lower === undefined) this.#lowest = bucket.higher;
		else bucket.lower.higher = bucket.higher;
		if (bucket.higher !== undefined) bucket.higher.lower = bucket.lower;
	}
}

// A linked list, because finding the first member of a Set walks over all members deleted before it.
function append<Entry>(bucket: Bucket<Entry>, place: Place<Entry>): void {
	place.bucket = bucket;
	place.older = bucket.newest;
	place.newer = undefined;
	if (bucket.newest === undefined) bucket.oldest = place;
	else bucket.newest.newer = place;
	bucket.newest = place;
}

function unlink<Entry>({ bucket, older, newer }: Place<Entry>): void {
	if (older === undefined) bucket.oldest = newer;
	else older.newer = newer;
	if (newer === undefined) bucket.newest = older;
	else newer.older = older;
}
