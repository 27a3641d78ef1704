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
			await new Promise<void>((go) => void this.#waiting.push({ attempt, go }));
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
			while (this.#running < this.#limit && this.#waiting.length > 0) this.#letGo();
		}
	}

	/** STS said it is too much. */
	throttled(): void {
		this.#limit = Math.max(1, Math.floor(this.#limit / 2));
	}

	/** Callers may have come to wait for an attempt since it was queued, so the first urgent one is looked for now. */
	#letGo(): void {
		const urgent = this.#waiting.findIndex(({ attempt }) => attempt.urgent);
		const [next] = this.#waiting.splice(Math.max(0, urgent), 1);
		this.#running += 1;
		next?.go();
	}
}
