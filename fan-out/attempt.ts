/** One call of a task: in its own scope, with a signal and a time limit. */

import { type AwsScopeSpec, runInAwsScope } from "../src/index.js";
import type { FanOutContext } from "./types.js";

/** A call that is under way. */
export interface Attempt<Value> {
	/** The task's own result, or the reason of the abort, whichever comes first. */
	readonly outcome: Promise<Value>;
	/** Fulfilled when the task itself has ended. A task may ignore its signal. */
	readonly ended: Promise<void>;
	abort(reason: unknown): void;
}

/** Calls the task. */
export function attempt<Value>(
	spec: AwsScopeSpec,
	number: number,
	timeoutMs: number | undefined,
	task: (context: FanOutContext) => Value | PromiseLike<Value>,
): Attempt<Value> {
	const controller = new AbortController();
	const { signal } = controller;
	const result = runInAwsScope(spec, async () => task({ signal, attempt: number }));
	const timer =
		timeoutMs === undefined ? undefined : setTimeout(() => controller.abort(timedOut(timeoutMs)), timeoutMs);
	let ended: Promise<void> = Promise.resolve();
	const outcome = new Promise<Value>((resolve, reject) => {
		signal.addEventListener("abort", () => reject(signal.reason));
		ended = result.then(resolve, reject).finally(() => clearTimeout(timer));
	});
	return { outcome, ended, abort: (reason) => controller.abort(reason) };
}

const timedOut = (milliseconds: number): Error =>
	new DOMException(
		`The task did not finish within ${milliseconds} ms; raise timeoutMs, or find out what it waits for.`,
		"TimeoutError",
	);
