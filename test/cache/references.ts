/** The three policies said again, as simply as they can be: one list that is searched from end to end. */

import type { CachePolicy } from "../../src/index.js";

/** A bounded set of keys under one policy. */
export interface Reference {
	/** Asks for a key that is in it. */
	use(key: string): void;
	/** Puts a new key in; gives what had to go, in order. */
	add(key: string): string[];
	delete(key: string): void;
	resize(size: number): string[];
	has(key: string): boolean;
	keys(): string[];
}

interface Noted {
	readonly key: string;
	rank: number;
	/** When it was last used. */
	used: number;
	visited: boolean;
}

abstract class List implements Reference {
	protected list: Noted[] = [];
	protected size: number;
	protected now = 0;

	constructor(size: number) {
		this.size = size;
	}
	protected abstract victim(): Noted;
	protected abstract used(noted: Noted): void;
	protected arrived(_noted: Noted): void {}
	protected left(_noted: Noted, _at: number): void {}

	use(key: string): void {
		const noted = this.list.find((candidate) => candidate.key === key) as Noted;
		this.now += 1;
		this.used(noted);
		noted.used = this.now;
	}
	add(key: string): string[] {
		const gone = this.shrink(this.size - 1);
		this.now += 1;
		const noted = { key, rank: 1, used: this.now, visited: false };
		this.arrived(noted);
		this.list.push(noted);
		return gone;
	}
	delete(key: string): void {
		const at = this.list.findIndex((candidate) => candidate.key === key);
		if (at === -1) return;
		const [noted] = this.list.splice(at, 1);
		this.left(noted as Noted, at);
	}
	resize(size: number): string[] {
		this.size = size;
		return this.shrink(size);
	}
	has(key: string): boolean {
		return this.list.some((candidate) => candidate.key === key);
	}
	keys(): string[] {
		return this.list.map(({ key }) => key);
	}
	private shrink(to: number): string[] {
		const gone: string[] = [];
		while (this.list.length > to) {
			const { key } = this.victim();
			this.delete(key);
			gone.push(key);
		}
		return gone;
	}
}

const least = (list: readonly Noted[], compare: (one: Noted, other: Noted) => number): Noted =>
	list.reduce((found, candidate) => (compare(candidate, found) < 0 ? candidate : found));

class Lru extends List {
	protected override victim(): Noted {
		return least(this.list, (one, other) => one.used - other.used);
	}
	protected override used(): void {}
}

/** Plain LFU: counts uses and forgets nothing while an entry stays. */
class PlainLfu extends List {
	protected override victim(): Noted {
		return least(this.list, (one, other) => one.rank - other.rank || one.used - other.used);
	}
	protected override used(noted: Noted): void {
		noted.rank += 1;
	}
}

/** LFU with aging: a newcomer's rank rises by one with every four turns of the cache; no rank is six above that. */
class AgedLfu extends PlainLfu {
	private newcomers = 1;
	private evictions = 0;
	protected override victim(): Noted {
		const victim = super.victim();
		this.evictions += 1;
		if (this.evictions >= 4 * this.size) {
			this.evictions = 0;
			this.newcomers += 1;
		}
		return victim;
	}
	protected override used(noted: Noted): void {
		noted.rank = Math.max(noted.rank, Math.min(noted.rank + 1, this.newcomers + 5));
	}
	protected override arrived(noted: Noted): void {
		noted.rank = this.newcomers;
	}
}

/** As on the paper's first page: the list is in order of arrival, the hand is a position in it. */
class Sieve extends List {
	private hand = 0;
	protected override victim(): Noted {
		for (;;) {
			if (this.hand >= this.list.length) this.hand = 0;
			const noted = this.list[this.hand] as Noted;
			if (!noted.visited) return noted;
			noted.visited = false;
			this.hand += 1;
		}
	}
	protected override used(noted: Noted): void {
		noted.visited = true;
	}
	protected override left(_noted: Noted, at: number): void {
		if (at < this.hand) this.hand -= 1;
		else if (this.hand >= this.list.length) this.hand = 0;
	}
}

const REFERENCES = { lru: Lru, lfu: AgedLfu, sieve: Sieve, "plain lfu": PlainLfu };

/** The reference of a policy. */
export const reference = (policy: CachePolicy | "plain lfu", size: number): Reference => new REFERENCES[policy](size);
