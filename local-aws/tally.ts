/** A bounded count per name. */

/** A count per name. */
export type Counts = Readonly<Record<string, number>>;

/** Beyond this many names, the others are counted together as `"(others)"`. */
const MAX_NAMES = 20_000;
const MAX_LENGTH = 256;

/** Counts per name. @internal */
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

	/** Subtracts one; a name that reaches zero is removed. */
	drop(name: string): void {
		const key = this.#key(name);
		if (this.add(key, -1) <= 0) this.#counts.delete(key);
	}

	#key(name: string): string {
		const key = name.length > MAX_LENGTH ? `${name.slice(0, MAX_LENGTH)}…` : name;
		return this.#counts.has(key) || this.#counts.size < MAX_NAMES ? key : "(others)";
	}

	/** `Object.fromEntries` defines properties, so that even `__proto__` is only a name. */
	snapshot(): Counts {
		return Object.fromEntries(this.#counts);
	}

	entries(): Iterable<[string, number]> {
		return this.#counts.entries();
	}
}
