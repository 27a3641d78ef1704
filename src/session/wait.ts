/** Waiting for a shared promise without owning it: a caller may leave, the work goes on. */

import { clock } from "../home/clock.js";

/** What a wait gives when its time ran out. */
export const TIMED_OUT: unique symbol = Symbol("timed out");

/** Bounds of one caller's wait. */
export interface Patience {
	readonly signal?: AbortSignal | undefined;
	/** At most so long; a timer lives no longer than the wait. */
	readonly milliseconds?: number | undefined;
}

/** Waits for `promise`, for the signal or for the time, whichever comes first; leaves no listener and no timer behind. */
export async function waitFor<T>(
	promise: Promise<T>,
	{ signal, milliseconds }: Patience,
): Promise<T | typeof TIMED_OUT> {
	if (signal?.aborted) throw signal.reason;
	if (signal === undefined && milliseconds === undefined) return promise;
	let release = (): void => undefined;
	const interrupted = new Promise<typeof TIMED_OUT>((resolve, reject) => {
		const onAbort = (): void => reject(signal?.reason);
		signal?.addEventListener("abort", onAbort, { once: true });
		const cancel = milliseconds === undefined ? undefined : clock().after(milliseconds, () => resolve(TIMED_OUT));
		release = () => {
			signal?.removeEventListener("abort", onAbort);
			cancel?.();
		};
	});
	try {
		return await Promise.race([promise, interrupted]);
	} finally {
		release();
	}
}

/** Waits for so long. */
export const pause = (milliseconds: number): Promise<void> =>
	new Promise((resolve) => {
		clock().after(milliseconds, resolve);
	});
