/** What a session remembers of attempts that brought nothing new: the last error, and how long to be patient. */

import { clock } from "../home/clock.js";
import { elapsed, type Moment, now } from "../home/moment.js";
import { backOff, type FailureKind } from "./refresh-rules.js";

/** The last failed attempt. */
export interface Failure {
	readonly error: unknown;
	readonly kind: FailureKind;
	readonly at: Moment;
	readonly random: number;
}

const LONGEST_REST = 60_000;

/** Failures in a row; a success clears them. */
export class Failures {
	#last: Failure | undefined;
	#inRow = 0;
	#rest: { readonly at: Moment; readonly milliseconds: number } | undefined;

	/** The last failed attempt since the last success. */
	get last(): Failure | undefined {
		return this.#last;
	}

	note(error: unknown, kind: FailureKind): void {
		this.#last = { error, kind, at: now(), random: clock().random() };
		this.#inRow += 1;
		this.#rest = undefined;
	}

	/** A provider answered, but nothing new: it is asked again after a fourth of the time to its expiry, or since that. */
	rest(remaining: number): void {
		this.clear();
		this.#rest = { at: now(), milliseconds: Math.min(Math.abs(remaining) / 4, LONGEST_REST) };
	}

	clear(): void {
		this.#last = undefined;
		this.#inRow = 0;
		this.#rest = undefined;
	}

	/** Milliseconds until the next attempt is due, 0 when it is; the wait is shorter while nothing usable is held. */
	wait(usable: boolean): number {
		if (this.#rest !== undefined) return Math.max(0, this.#rest.milliseconds - elapsed(this.#rest.at));
		if (this.#last === undefined) return 0;
		const { kind, at, random } = this.#last;
		return Math.max(0, backOff(kind, this.#inRow - 1, usable, random) - elapsed(at));
	}
}
