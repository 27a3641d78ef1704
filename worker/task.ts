/** Runs a task for a target that came as data, in the target's own scope. */

import { type DataTarget, readDataTarget, refuse } from "../fan-out/data.js";
import { type AccountSessions, type AwsSession, errors, runInAwsScope } from "../src/index.js";

/** A target as it comes from a message or a workflow: an account, a region, the name of a role, and anything else. */
export type WorkerTarget = DataTarget;

/** What a task is told beside its target. */
export interface TaskRun {
	/** Aborts shortly before the invocation ends. */
	readonly signal: AbortSignal;
	/** 1 for the first attempt. In a Distributed Map always 1, because the workflow that retries doesn't pass it on. */
	readonly attempt: number;
}

/** What is done for each target, in the target's scope. It may be done twice: make it idempotent. */
export type TargetTask<Target, Value> = (target: Target, run: TaskRun) => Value | PromiseLike<Value>;

/** The roles that a worker knows. */
export interface WorkerOptions {
	/**
	 * Maps a target's account to its session: `accountSessions({ role })`. With several by name, each target names its own
	 * as `role`. Data can choose nothing else: no session, credentials, profile or client options.
	 */
	readonly accounts: AccountSessions | Readonly<Record<string, AccountSessions>>;
}

/** How one target ended. */
export type TargetResult<Target, Value> =
	| { readonly target: Target; readonly status: "fulfilled"; readonly value: Value }
	| { readonly target: Target; readonly status: "rejected" | "denied"; readonly error: TargetError };

/** An error as data. */
export interface TargetError {
	readonly name: string;
	readonly message: string;
}

/** A target that has been checked, ready to run. */
export type ReadyTarget<Value> = (run: TaskRun) => Promise<Value>;

/** Checks a target from outside before anything is sent. `from` names it in errors. @throws {InvalidOptionError} */
export type ReadTarget<Value> = (from: string, given: unknown) => ReadyTarget<Value>;

/** Checks what all kinds of workers take. @throws {InvalidOptionError} */
export function targetReader<Target extends WorkerTarget, Value>(
	where: string,
	task: TargetTask<Target, Value>,
	{ accounts }: WorkerOptions,
): ReadTarget<Value> {
	if (typeof task !== "function") refuse(`${where} takes a function as its task.`);
	const byName = typeof accounts === "function" ? undefined : new Map(Object.entries(accounts ?? {}));
	const all = byName === undefined ? [accounts] : [...byName.values()];
	if (all.length === 0 || !all.every((sessions) => typeof sessions === "function")) {
		refuse(
			`${where} { accounts } takes a function such as accountSessions() returns, or an object of them by role name.`,
		);
	}
	return (from, given) => {
		const target = readDataTarget(from, given) as Target;
		const { account, region, role } = target;
		const sessions =
			byName === undefined ? unnamed(from, accounts as AccountSessions, role) : named(from, byName, role);
		const spec = { account, accounts: sessions, ...(region !== undefined && { region }) };
		return async (run) => runInAwsScope(spec, async () => task(target, run));
	};
}

function unnamed(from: string, accounts: AccountSessions, role: string | undefined): AccountSessions {
	if (role !== undefined) refuse(`${from} names a role, but this worker has only one; pass accounts by role name.`);
	return accounts;
}

function named(from: string, byName: ReadonlyMap<string, AccountSessions>, role: string | undefined): AccountSessions {
	const found = role === undefined ? undefined : byName.get(role);
	return found ?? refuse(`${from} names ${role === undefined ? "no role" : "a role that this worker does not have"}.`);
}

/** Checks how many targets may be under way at once. @throws {InvalidOptionError} */
export function readConcurrency(where: string, concurrency = 10): number {
	return Number.isInteger(concurrency) && concurrency > 0
		? concurrency
		: refuse(`${where} { concurrency } takes a whole number above 0.`);
}

/** Calls `work` for each item, so many at a time. */
export async function forEachOf<Item>(
	items: Iterable<Item>,
	concurrency: number,
	work: (item: Item) => Promise<void>,
): Promise<void> {
	const left = items[Symbol.iterator]();
	const worker = async (): Promise<void> => {
		for (let next = left.next(); next.done !== true; next = left.next()) await work(next.value);
	};
	await Promise.all(Array.from({ length: concurrency }, worker));
}

/** Whether the role of a target could not be assumed because STS said no. */
export const isDenied = (error: unknown): boolean => error instanceof errors.AssumeRoleDeniedError;

/** An error for a result that is written as JSON. */
export const asData = (error: unknown): TargetError =>
	error instanceof Error ? { name: error.name, message: error.message } : { name: "Error", message: String(error) };

/** The session by which a worker does its own business. */
export interface OwnSession {
	/** The worker's own session. Default: `defaultSession()`. */
	readonly session?: AwsSession | undefined;
}
