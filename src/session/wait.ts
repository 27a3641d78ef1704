/** Waits for shared work. A caller may stop waiting. The work continues and retains nothing of that caller. */

import { clock } from "../home/clock.js";

/** The result of a wait whose time ran out. */
export const TIMED_OUT: unique symbol = Symbol("timed out");

/** The limits of one caller's wait. */
export interface Patience {
	readonly signal?: AbortSignal | undefined;
	/** The maximum time. The timer lives no longer than the wait. */
	readonly milliseconds?: number | undefined;
}

/**
 * The end of shared work. A promise would retain the callbacks of callers that stopped waiting, and with them the callers'
 * contexts, until it settles.
 */
export class Ending<T> {
	#ended: { readonly value: T } | undefined;
	readonly #waiting = new Set<(value: T) => void>();

	end(value: T): void {
		this.#ended = { value };
		for (const tell of this.#waiting) tell(value);
		this.#waiting.clear();
	}

	/** Calls `callback` when it ends. Returns a function that cancels this. */
	onEnd(callback: (value: T) => void): () => void {
		const ended = this.#ended;
		// Not queueMicrotask(), which fake timers replace.
		if (ended !== undefined) void Promise.resolve().then(() => callback(ended.value));
		else this.#waiting.add(callback);
		return () => void this.#waiting.delete(callback);
	}
}

/** Waits for the end, the signal or the time limit, whichever comes first. Leaves no listener and no timer behind. */
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
		const forget = ending.onEnd(finish);
		const cancel = milliseconds === undefined ? undefined : clock().after(milliseconds, () => finish(TIMED_OUT));
		signal?.addEventListener("abort", onAbort);
	});
}

/** Limits the time of a call: aborts its signal and rejects, whether or not the call reacts to the signal. */
export function within<T>(milliseconds: number, who: string, call: (signal: AbortSignal) => Promise<T>): Promise<T> {
	const controller = new AbortController();
	return new Promise((resolve, reject) => {
		const cancel = clock().after(milliseconds, () => {
			const error = new Error(`${who} did not respond within ${Math.round(milliseconds / 1_000)} s.`);
			error.name = "TimeoutError";
			controller.abort(error);
			reject(error);
		});
		call(controller.signal).then(resolve, reject).finally(cancel);
	});
}

export const pause = (milliseconds: number): Promise<void> =>
	new Promise((resolve) => {
		clock().after(milliseconds, resolve);
	});
