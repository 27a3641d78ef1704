/** Waiting for shared work without owning it: a caller may leave, the work goes on and keeps no trace of the caller. */

import { clock } from "../home/clock.js";

/** What a wait gives when its time ran out. */
export const TIMED_OUT: unique symbol = Symbol("timed out");

/** Bounds of one caller's wait. */
export interface Patience {
	readonly signal?: AbortSignal | undefined;
	/** At most so long; a timer lives no longer than the wait. */
	readonly milliseconds?: number | undefined;
}

/**
 * The end of shared work. Unlike a promise, whose reactions (and the callers' contexts with them) stay until it settles,
 * it forgets those who leave.
 */
export class Ending<T> {
	#ended: { readonly value: T } | undefined;
	readonly #waiting = new Set<(value: T) => void>();

	/** It has ended, so. */
	end(value: T): void {
		this.#ended = { value };
		for (const tell of this.#waiting) tell(value);
		this.#waiting.clear();
	}

	/** Tells once it has ended; the returned function takes the wish back. */
	tell(callback: (value: T) => void): () => void {
		const ended = this.#ended;
		// Not by queueMicrotask, which fake timers replace.
		if (ended !== undefined) void Promise.resolve().then(() => callback(ended.value));
		else this.#waiting.add(callback);
		return () => void this.#waiting.delete(callback);
	}
}

/** Waits for the end, for the signal or for the time, whichever comes first; leaves no listener and no timer behind. */
export function waitFor<T>(ending: Ending<T>, { signal, milliseconds }: Patience): Promise<T | typeof TIMED_OUT> {
	return new Promise((resolve, reject) => {
		if (signal?.aborted) {
			reject(signal.reason);
			return;
		}
		const leave = (): void => {
			forget();
			cancel?.();
			signal?.removeEventListener("abort", onAbort);
		};
		const onAbort = (): void => {
			leave();
			reject(signal?.reason);
		};
		const finish = (value: T | typeof TIMED_OUT): void => {
			leave();
			resolve(value);
		};
		const forget = ending.tell(finish);
		const cancel = milliseconds === undefined ? undefined : clock().after(milliseconds, () => finish(TIMED_OUT));
		signal?.addEventListener("abort", onAbort);
	});
}

/** Ends a call that takes longer: its signal is aborted, and who waits for it is told, whether or not it heeds the signal. */
export function within<T>(milliseconds: number, who: string, call: (signal: AbortSignal) => Promise<T>): Promise<T> {
	const controller = new AbortController();
	return new Promise((resolve, reject) => {
		const cancel = clock().after(milliseconds, () => {
			const error = new Error(`${who} gave no answer within ${Math.round(milliseconds / 1_000)} s.`);
			error.name = "TimeoutError";
			controller.abort(error);
			reject(error);
		});
		call(controller.signal).then(resolve, reject).finally(cancel);
	});
}

/** Waits for so long. */
export const pause = (milliseconds: number): Promise<void> =>
	new Promise((resolve) => {
		clock().after(milliseconds, resolve);
	});
