/** A bounded number of calls at once to one endpoint. */

import type { Attempt } from "./source.js";

interface Waiting {
	readonly attempt: Attempt;
	readonly go: () => void;
}

/** At most so many calls at once; those that callers wait for go first; a throttle halves the limit for a while. */
export class CallLimiter {
	readonly #most: number;
	#limit: number;
	#running = 0;
	readonly #waiting: Waiting[] = [];

	constructor(most: number) {
		this.#most = most;
		this.#limit = most;
	}

	/** Runs `call` when there is room; not at all if its attempt was abandoned meanwhile. */
	async run<T>(attempt: Attempt, call: () => Promise<T>): Promise<T> {
		if (this.#running >= this.#limit) {
			await new Promise<void>((go) => this.#enqueue({ attempt, go }));
		} else {
			this.#running += 1;
		}
		try {
			if (attempt.abandoned) throw new Error("The attempt waited too long for its turn.");
			const result = await call();
			this.#limit = Math.min(this.#limit + 1, this.#most);
			return result;
		} finally {
			this.#running -= 1;
			this.#next();
		}
	}

	/** STS said it is too much. */
	throttled(): void {
		this.#limit = Math.max(1, Math.floor(this.#limit / 2));
	}

	#enqueue(entry: Waiting): void {
		const place = entry.attempt.urgent ? this.#waiting.findIndex(({ attempt }) => !attempt.urgent) : -1;
		if (place === -1) this.#waiting.push(entry);
		else this.#waiting.splice(place, 0, entry);
	}

	#next(): void {
		while (this.#running < this.#limit) {
			const next = this.#waiting.shift();
			if (next === undefined) return;
			this.#running += 1;
			next.go();
		}
	}
}
