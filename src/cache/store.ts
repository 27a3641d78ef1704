/** The interface of an eviction policy: a bounded store that chooses the entry to evict. */

/** A stored entry, with the policies' own marks. @internal */
export interface StoreEntry {
	readonly key: string;
	/** Set on use, cleared when the SIEVE hand passes. */
	visited: boolean;
}

/** A bounded store of one policy. @internal */
export interface Store<Entry extends StoreEntry> {
	readonly size: number;
	/** Finds an entry without counting a use. */
	peek(key: string): Entry | undefined;
	/** Counts a use. */
	touch(entry: Entry): void;
	/** Adds an entry whose key is new. Returns the evicted entries. */
	add(entry: Entry): Entry[];
	delete(key: string): void;
	/** Changes the size. Returns the evicted entries. */
	resize(maxSize: number): Entry[];
	/** All entries, in no particular order. */
	values(): Iterable<Entry>;
}

/** Why a client left a cache: the cache was full, was made smaller, or the client was removed. */
export type RemovalReason = "evicted" | "resized" | "deleted" | "cleared";
