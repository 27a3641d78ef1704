/** Counts per name that cannot grow without bound. */

/** A count per name. */
export type Counts = Readonly<Record<string, number>>;

/** Past this many names a count goes under `"(others)"`, so that no run grows without bound. */
const MAX_NAMES = 20_000;
const MAX_LENGTH = 256;

/** A count per name, bounded. @internal */
export class Tally {
	readonly #counts = new Map<string, number>();

	add(name: string, by = 1): number {
		const key = this.#key(name);
		const count = (this.#counts.get(key) ?? 0) + by;
		this.#counts.set(key, count);
		return count;
	}

	raise(name: string, to: number): void {
		const key = this.#key(name);
		this.#counts.set(key, Math.max(to, this.#counts.get(key) ?? 0));
	}

	/** Takes one away and forgets a name that is down to none. */
	drop(name: string): void {
		const key = this.#key(name);
		if (this.add(key, -1) <= 0) this.#counts.delete(key);
	}

	#key(name: string): string {
		const key = name.length > MAX_LENGTH ? `${name.slice(0, MAX_LENGTH)}…` : name;
		return this.#counts.has(key) || this.#counts.size < MAX_NAMES ? key : "(others)";
	}

	/** `Object.fromEntries` defines, so that even a name like `__proto__` is only a name. */
	snapshot(): Counts {
		return Object.fromEntries(this.#counts);
	}

	entries(): Iterable<[string, number]> {
		return this.#counts.entries();
	}
}
