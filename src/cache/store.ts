/** What an eviction policy is: a bounded store that decides which entry goes when a new one needs its place. */

/** What is stored; the policies keep their own notes in it. @internal */
export interface StoreEntry {
	readonly key: string;
	/** Used since the SIEVE hand last passed. */
	visited: boolean;
}

/** A bounded store of one policy. @internal */
export interface Store<Entry extends StoreEntry> {
	readonly size: number;
	/** Finds an entry without counting it as a use. */
	peek(key: string): Entry | undefined;
	/** Counts a use. */
	touch(entry: Entry): void;
	/** Adds an entry whose key is new; gives the entries that had to go. */
	add(entry: Entry): Entry[];
	delete(key: string): void;
	/** Changes the bound; gives the entries that had to go. */
	resize(maxSize: number): Entry[];
	/** Every entry, in no promised order. */
	values(): Iterable<Entry>;
}

/** Why a client left a cache: another needed its place, the cache was made smaller, or it was asked to go. */
export type RemovalReason = "evicted" | "resized" | "deleted" | "cleared";
