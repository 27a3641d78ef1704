/** The timers of workers. Each lives as long as the call that it belongs to. */

import type { LambdaContext } from "./types.js";

/** How long before its timeout an invocation stops waiting for tasks, in milliseconds. */
const MARGIN = 1_000;

/** The end of an invocation. */
export interface Deadline {
	/** Aborts shortly before Lambda ends the invocation. */
	readonly signal: AbortSignal;
	/** Gives what `work` gives, or rejects when the time is up. */
	within<Value>(work: Promise<Value>): Promise<Value>;
}

/** Runs `fn` with the deadline of this invocation. Without a context, there is none. */
export async function withDeadline<Result>(
	context: LambdaContext | undefined,
	fn: (deadline: Deadline) => Promise<Result>,
): Promise<Result> {
	const { signal, abort } = ending();
	const remaining = context?.getRemainingTimeInMillis?.();
	const aborted = new Promise<never>((_, reject) => {
		signal.addEventListener("abort", () => reject(signal.reason), { once: true });
	});
	// It may come when nothing waits for it.
	aborted.catch(() => undefined);
	const timer = remaining === undefined ? undefined : setTimeout(abort, Math.max(remaining - MARGIN, remaining / 2));
	try {
		return await fn({ signal, within: (work) => Promise.race([work, aborted]) });
	} finally {
		clearTimeout(timer);
	}
}

function ending(): { readonly signal: AbortSignal; readonly abort: () => void } {
	const controller = new AbortController();
	const reason = "The invocation is about to end; give it a longer timeout or fewer targets.";
	return { signal: controller.signal, abort: () => controller.abort(new DOMException(reason, "TimeoutError")) };
}

/** Calls `call` again and again while `fn` runs, but not while a call is under way. The signal ends the last one. */
export async function calling<Result>(
	ms: number,
	call: (ended: AbortSignal) => Promise<void>,
	fn: () => Promise<Result>,
): Promise<Result> {
	const ending = new AbortController();
	let underWay: Promise<void> | undefined;
	const timer = setInterval(() => {
		underWay ??= call(ending.signal).finally(() => {
			underWay = undefined;
		});
	}, ms);
	try {
		return await fn();
	} finally {
		clearInterval(timer);
		ending.abort();
		await underWay;
	}
}

/** Waits. */
export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
