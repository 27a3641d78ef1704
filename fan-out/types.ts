/** The public types of `aws-scope/fan-out`. */

import type { AccountSessions, AwsSession, ClientDefaults } from "../src/index.js";

/**
 * A target of {@link fanOut}: a session, or any object with the parts of a scope. Its other members are yours. A part that is
 * missing is inherited from the scope in which `fanOut()` was called.
 */
export interface FanOutTarget {
	readonly session?: AwsSession;
	/** An account id of 12 digits, as a string. */
	readonly account?: string | undefined;
	readonly accounts?: AccountSessions | undefined;
	readonly region?: string | undefined;
	/** SDK client options for this target's clients. */
	readonly clientDefaults?: ClientDefaults | undefined;
}

/** What a task receives beside its target. */
export interface FanOutContext {
	/** Aborted when the attempt's time runs out and when the fan-out ends early. Pass it to the SDK as `abortSignal`. */
	readonly signal: AbortSignal;
	/** 1 for the first call of the task for this target, 2 for the first retry, and so on. */
	readonly attempt: number;
}

/** A function that is called once per target, in a scope of its own, and again after throttling. */
export type FanOutTask<Target, Value> = (target: Target, context: FanOutContext) => Value | PromiseLike<Value>;

/** The options of {@link fanOut}. */
export interface FanOutOptions {
	/** Maps an account to its session, for targets with `account`. Default: the scope's, or that of `configure()`. */
	readonly accounts?: AccountSessions | undefined;
	/** How many tasks run at a time. Default: 20. */
	readonly concurrency?: number | undefined;
	/** How many of them may run in one account. Default: no other limit. */
	readonly perAccount?: number | undefined;
	/** How many of them may run in one region, over all accounts. Default: no other limit. */
	readonly perRegion?: number | undefined;
	/** Ends the fan-out early: aborts the tasks, then throws the signal's reason to the reader. */
	readonly signal?: AbortSignal | undefined;
	/** How many milliseconds one attempt of a task may take, and the AssumeRole call before it. Default: no limit. */
	readonly timeoutMs?: number | undefined;
	/**
	 * How many times a task is called again after it failed with a throttling error. All targets of the same account and
	 * region wait meanwhile. Default: 2. Pass 0 if a task must not run twice.
	 */
	readonly retry?: number | undefined;
	/** Whether results arrive in the order of the targets instead of as they settle. Default: `false`. */
	readonly ordered?: boolean | undefined;
	/** Whether the first target that fails or is denied ends the fan-out, as with `signal`. Default: `false`. */
	readonly stopOnError?: boolean | undefined;
}

interface Settled<Target> {
	readonly target: Target;
	/** When work on the target started. */
	readonly startedAt: Date;
	/** From then until it settled, in milliseconds, including waits between attempts. */
	readonly durationMs: number;
	/** How many times the task was called. 0 if it never was, because there was no identity to call it with. */
	readonly attempts: number;
}

/** The task returned. */
export interface FulfilledResult<Target, Value> extends Settled<Target> {
	readonly status: "fulfilled";
	readonly value: Value;
	readonly error?: undefined;
}

/** The task threw, timed out or was aborted, or the target is not valid. */
export interface RejectedResult<Target> extends Settled<Target> {
	readonly status: "rejected";
	readonly value?: undefined;
	readonly error: unknown;
}

/** The target's role can't be assumed. The task was not called. */
export interface DeniedResult<Target> extends Settled<Target> {
	readonly status: "denied";
	readonly value?: undefined;
	/** An `AssumeRoleDeniedError`, code `ASSUME_ROLE_DENIED`. */
	readonly error: unknown;
}

/** What became of one target. `status` tells which members there are. */
export type FanOutResult<Target, Value> =
	| FulfilledResult<Target, Value>
	| RejectedResult<Target>
	| DeniedResult<Target>;

/** All results, by status, each in the order in which they settled (or of the targets, with `ordered`). */
export interface FanOutReport<Target, Value> {
	readonly fulfilled: FulfilledResult<Target, Value>[];
	readonly rejected: RejectedResult<Target>[];
	readonly denied: DeniedResult<Target>[];
}

/** How many targets are in which state now. */
export interface FanOutProgress {
	/** Targets whose task returned. */
	readonly done: number;
	/** Targets whose task failed. */
	readonly failed: number;
	/** Targets whose role can't be assumed. */
	readonly denied: number;
	/** Tasks that are running. */
	readonly running: number;
	/** All targets, from the start for an array, a `Set` or a `Map`, and otherwise once the source has ended. */
	readonly total?: number;
}

/** A fan-out: an async iterable of results that can be read once. Work starts with the first read. */
export interface FanOut<Target, Value> extends AsyncIterableIterator<FanOutResult<Target, Value>>, AsyncDisposable {
	/** How far it is, at any moment. */
	readonly progress: FanOutProgress;
	/** Reads all results and groups them by status. */
	collect(): Promise<FanOutReport<Target, Value>>;
	/**
	 * Ends the fan-out early, as `break` does: aborts the tasks, closes the source, and waits for the tasks to end (for at most
	 * 5 seconds, as a task may ignore its signal).
	 */
	return(): Promise<IteratorReturnResult<undefined>>;
	[Symbol.asyncIterator](): FanOut<Target, Value>;
}
