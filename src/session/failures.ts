/** What a session remembers of failed attempts: the last error, and how long to be patient. */

import { clock } from "../home/clock.js";
import { backOff, type FailureKind } from "./decide.js";
import { elapsed, type Moment, now } from "./moment.js";

/** The last failed attempt. */
export interface Failure {
	readonly error: unknown;
	readonly kind: FailureKind;
	readonly at: Moment;
	readonly random: number;
}

/** Failures in a row; a success clears them. */
export class Failures {
	#last: Failure | undefined;
	#inRow = 0;

	/** The last failed attempt since the last success. */
	get last(): Failure | undefined {
		return this.#last;
	}

	note(error: unknown, kind: FailureKind): void {
		this.#last = { error, kind, at: now(), random: clock().random() };
		this.#inRow += 1;
	}

	clear(): void {
		this.#last = undefined;
		this.#inRow = 0;
	}

	/** Milliseconds until the next attempt is due, 0 when it is; the wait is shorter while nothing usable is held. */
	wait(usable: boolean): number {
		if (this.#last === undefined) return 0;
		const { kind, at, random } = this.#last;
		return Math.max(0, backOff(kind, this.#inRow - 1, usable, random) - elapsed(at));
	}
}
