/** One call of a task: in its own scope, with a signal and a time limit. */

import { type AwsScopeSpec, runInAwsScope } from "../src/index.js";
import type { FanOutContext } from "./types.js";

/** A call that is under way. */
export interface Attempt<Value> {
	/** The task's own result, or the reason of the abort, whichever comes first. */
	readonly outcome: Promise<Value>;
	/** Fulfilled when the task itself has ended. A task may ignore its signal. */
	readonly ended: Promise<void>;
}

/** Calls the task, which the controller aborts. */
export function attempt<Value>(
	spec: AwsScopeSpec,
	number: number,
	controller: AbortController,
	timeoutMs: number | undefined,
	task: (context: FanOutContext) => Value | PromiseLike<Value>,
): Attempt<Value> {
	const { signal } = controller;
	const stop = abortAfter(controller, timeoutMs, "The task did not finish");
	let ended: Promise<void> = Promise.resolve();
	const outcome = new Promise<Value>((resolve, reject) => {
		// Before the task is called, because it may end the fan-out before its first await.
		signal.addEventListener("abort", () => reject(signal.reason));
		const result = runInAwsScope(spec, async () => task({ signal, attempt: number }));
		ended = result.then(resolve, reject).finally(stop);
	});
	return { outcome, ended };
}

/** Aborts after so many milliseconds, unless the returned function is called before. */
export function abortAfter(controller: AbortController, timeoutMs: number | undefined, what: string): () => void {
	if (timeoutMs === undefined) return () => undefined;
	const message = `${what} within ${timeoutMs} ms; raise timeoutMs, or find out what takes so long.`;
	const timer = setTimeout(() => controller.abort(new DOMException(message, "TimeoutError")), timeoutMs);
	return () => clearTimeout(timer);
}
