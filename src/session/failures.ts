/** A session's failed attempts: the last error, and how long to wait. */

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

/** Consecutive failures. A success clears them. */
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

	/** A provider returned nothing new. It is called again after a quarter of the time until, or since, its expiry. */
	rest(remaining: number): void {
		this.clear();
		this.#rest = { at: now(), milliseconds: Math.min(Math.abs(remaining) / 4, LONGEST_REST) };
	}

	clear(): void {
		this.#last = undefined;
		this.#inRow = 0;
		this.#rest = undefined;
	}

	/** Milliseconds until the next attempt is due. The wait is shorter if there are no usable credentials. */
	wait(usable: boolean): number {
		if (this.#rest !== undefined) return Math.max(0, this.#rest.milliseconds - elapsed(this.#rest.at));
		if (this.#last === undefined) return 0;
		const { kind, at, random } = this.#last;
		return Math.max(0, backOff(kind, this.#inRow - 1, usable, random) - elapsed(at));
	}
}
