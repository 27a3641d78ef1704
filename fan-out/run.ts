/** A fan-out under way: reads targets ahead, has their roles assumed, runs their tasks, and queues the results. */

import { errors } from "../src/index.js";
import { attempt } from "./attempt.js";
import { type Entry, type Outcome, startNow } from "./entry.js";
import { Limits } from "./limits.js";
import type { ReadOptions } from "./options.js";
import { Results } from "./results.js";
import { Roles } from "./roles.js";
import { type AnyIterable, iteratorOf, scopeOf, sizeOf } from "./targets.js";
import { isThrottling } from "./throttling.js";
import type { FanOut, FanOutProgress, FanOutReport, FanOutResult, FanOutTask } from "./types.js";

const { AsyncLocalStorage } = process.getBuiltinModule("node:async_hooks");

/** How many targets may wait, at least. More than run at a time, so that a few slow accounts don't hold up the others. */
const READ_AHEAD = 100;
/** How long an early end waits for tasks that ignore their signal. */
const GRACE_MS = 5_000;

/** @internal */
export class Run<Target, Value> implements FanOut<Target, Value> {
	readonly #task: FanOutTask<Target, Value>;
	readonly #options: ReadOptions;
	readonly #source: Iterator<Target> | AsyncIterator<Target>;
	readonly #limits: Limits;
	readonly #results: Results<FanOutResult<Target, Value>>;
	/** Everything runs in the context of the caller of `fanOut()`, no matter which read or which task causes it. */
	readonly #inCaller = AsyncLocalStorage.snapshot();
	readonly #waiting: Entry<Target>[] = [];
	/** Of the running tasks. */
	readonly #running = new Set<AbortController>();
	/** Tasks that have not ended. There are more of them than running ones if some ignore their signal. */
	readonly #tasks = new Set<Promise<void>>();
	#state: "new" | "reading" | "paused" | "drained" | "stopped" = "new";
	readonly #roles = new Roles();
	#read = 0;
	#total: number | undefined;
	#failure: { readonly error: unknown } | undefined;
	#stopping: Promise<void> | undefined;
	#timer: NodeJS.Timeout | undefined;
	readonly #counts = { fulfilled: 0, rejected: 0, denied: 0 };

	constructor(targets: AnyIterable<Target>, task: FanOutTask<Target, Value>, options: ReadOptions) {
		this.#task = task;
		this.#options = options;
		this.#source = iteratorOf(targets);
		this.#total = sizeOf(targets);
		this.#limits = new Limits(options.perAccount, options.perRegion);
		this.#results = new Results(options.ordered);
	}

	get progress(): FanOutProgress {
		const { fulfilled: done, rejected: failed, denied } = this.#counts;
		const total = this.#total;
		return { done, failed, denied, running: this.#running.size, ...(total !== undefined && { total }) };
	}

	next(): Promise<IteratorResult<FanOutResult<Target, Value>, undefined>> {
		const read = this.#results.read();
		this.#inCaller(() => this.#proceed());
		return read;
	}

	async return(): Promise<IteratorReturnResult<undefined>> {
		this.#results.drop();
		await this.#inCaller(() => this.#stop(new DOMException("The fan-out was ended early.", "AbortError")));
		return { done: true, value: undefined };
	}

	async collect(): Promise<FanOutReport<Target, Value>> {
		const report: FanOutReport<Target, Value> = { fulfilled: [], rejected: [], denied: [] };
		for await (const result of this) (report[result.status] as unknown[]).push(result);
		return report;
	}

	async [Symbol.asyncDispose](): Promise<void> {
		await this.return();
	}

	[Symbol.asyncIterator](): this {
		return this;
	}

	/** Starts what may start now. Called after every change. */
	#proceed(): void {
		if (this.#state === "new") this.#begin();
		if (this.#state === "stopped") return;
		let soonest = Number.POSITIVE_INFINITY;
		for (let at = 0; at < this.#waiting.length; at += 1) {
			const entry = this.#waiting[at] as Entry<Target>;
			const wait = this.#limits.backOff(entry.place);
			if (wait > 0) soonest = Math.min(soonest, wait);
			else if (entry.role === "unknown") {
				if (this.#roles.isFree(entry.session)) void this.#assumeRole(entry);
			} else if (entry.role === "assumed" && this.#hasRoomFor(entry)) {
				this.#waiting.splice(at, 1);
				at -= 1;
				this.#start(entry);
			}
		}
		clearTimeout(this.#timer);
		if (soonest < Number.POSITIVE_INFINITY) this.#timer = setTimeout(() => this.#proceed(), soonest);
		if (this.#state === "paused") void this.#readAhead();
		if (this.#state === "drained" && this.#running.size + this.#waiting.length === 0) this.#end();
	}

	#begin(): void {
		this.#state = "paused";
		const { signal } = this.#options;
		if (signal?.aborted) this.#fail(signal.reason);
		else signal?.addEventListener("abort", this.#onAbort);
	}

	readonly #onAbort = (): void => this.#inCaller(() => this.#fail(this.#options.signal?.reason));

	/** As many results may wait for the reader as tasks may run. The result that the reader waits for never waits. */
	#hasRoomFor({ place, index }: Entry<Target>): boolean {
		const { concurrency } = this.#options;
		const running = this.#running.size;
		if (running >= concurrency || !this.#limits.isFree(place)) return false;
		return running + this.#results.unread < concurrency * 2 || this.#results.isNext(index);
	}

	/** Reads targets while there is room for them. */
	async #readAhead(): Promise<void> {
		const limit = this.#options.concurrency * 2;
		this.#state = "reading";
		try {
			while (!this.#isStopped && this.#waiting.length < Math.max(READ_AHEAD, limit) && this.#results.unread < limit) {
				const { done, value } = await this.#source.next();
				if (this.#state !== "reading") return;
				if (done) {
					this.#total = this.#read;
					this.#state = "drained";
					break;
				}
				this.#admit(value);
			}
			if (this.#state === "reading") this.#state = "paused";
		} catch (error) {
			if (this.#isStopped) return;
			// What was read before is still finished.
			this.#failure = { error };
			this.#state = "drained";
		}
		if (this.#state === "drained") this.#proceed();
	}

	/** A getter, because TypeScript doesn't know that the state changes during an `await`. */
	get #isStopped(): boolean {
		return this.#state === "stopped";
	}

	#admit(target: Target): void {
		const index = this.#read;
		this.#read += 1;
		const times = { startedAt: new Date(), start: performance.now(), attempts: 0, retries: 0 };
		try {
			const { scope, spec } = scopeOf(target, this.#options.accounts);
			const { session, account, region = "" } = scope;
			const place = { account: account ?? session.key, region };
			const role = session.roleArn === undefined ? "assumed" : "unknown";
			this.#waiting.push({ target, index, spec, session, place, role, ...times });
		} catch (error) {
			this.#settle({ target, index, ...times }, { status: "rejected", error });
		}
		this.#proceed();
	}

	async #assumeRole(entry: Entry<Target>): Promise<void> {
		entry.role = "asked";
		if (entry.retries === 0) startNow(entry);
		try {
			await this.#roles.assume(entry.session, entry.place.region, this.#options.timeoutMs);
			entry.role = "assumed";
		} catch (error) {
			entry.role = "unknown";
			if (this.#isStopped) return;
			const { cause } = error as Error;
			// Until its own back-off is over, a session repeats its last error and doesn't ask STS.
			if (cause !== undefined && cause === entry.cause && isThrottling(error)) this.#limits.throttled(entry.place);
			else {
				entry.cause = cause;
				this.#waiting.splice(this.#waiting.indexOf(entry), 1);
				const status = error instanceof errors.AssumeRoleDeniedError ? "denied" : "rejected";
				this.#finish(entry, { status, error });
			}
		}
		this.#proceed();
	}

	#start(entry: Entry<Target>): void {
		const task = this.#perform(entry).finally(() => this.#tasks.delete(task));
		this.#tasks.add(task);
	}

	/** Calls the task. Ends when the task itself has ended. */
	async #perform(entry: Entry<Target>): Promise<void> {
		entry.attempts += 1;
		if (entry.attempts === 1) startNow(entry);
		const { target, spec, place, attempts } = entry;
		const controller = new AbortController();
		this.#running.add(controller);
		this.#limits.count(place, 1);
		const { timeoutMs } = this.#options;
		const current = attempt(spec, attempts, controller, timeoutMs, (context) => this.#task(target, context));
		const outcome = await current.outcome.then<Outcome<Value>, Outcome<Value>>(
			(value) => ({ status: "fulfilled", value }),
			(error: unknown) => ({ status: "rejected", error }),
		);
		this.#running.delete(controller);
		this.#limits.count(place, -1);
		this.#finish(entry, outcome);
		this.#proceed();
		await current.ended;
	}

	/** Retries after throttling, and otherwise settles. */
	#finish(entry: Entry<Target>, outcome: Outcome<Value>): void {
		if (outcome.status === "rejected" && isThrottling(outcome.error)) {
			this.#limits.throttled(entry.place);
			if (entry.retries < this.#options.retry && !this.#isStopped) {
				entry.retries += 1;
				this.#waiting.unshift(entry);
				return;
			}
		} else this.#limits.passed(entry.place);
		this.#settle(entry, outcome);
	}

	#settle(
		{ target, index, startedAt, start, attempts }: Omit<Entry<Target>, "spec" | "session" | "place" | "role">,
		outcome: Outcome<Value>,
	): void {
		this.#counts[outcome.status] += 1;
		const durationMs = performance.now() - start;
		this.#results.add(index, { target, ...outcome, startedAt, durationMs, attempts } as FanOutResult<Target, Value>);
		if (this.#options.stopOnError && outcome.status !== "fulfilled") this.#fail(outcome.error);
	}

	/** Ends early, with an error for the reader. */
	#fail(error: unknown): void {
		this.#failure ??= { error };
		void this.#stop(error);
	}

	#stop(reason: unknown): Promise<void> {
		this.#stopping ??= this.#shutDown(reason);
		return this.#stopping;
	}

	/** Aborts what runs, closes the source, and waits until nothing is under way. */
	async #shutDown(reason: unknown): Promise<void> {
		const unread = this.#state !== "drained" && this.#state !== "stopped";
		this.#state = "stopped";
		this.#waiting.length = 0;
		for (const each of this.#running) each.abort(reason);
		const closed = unread ? this.#close() : undefined;
		// A task that caused this before its first await is one of the tasks only after this.
		await undefined;
		let timer: NodeJS.Timeout | undefined;
		const grace = new Promise<void>((resolve) => {
			timer = setTimeout(resolve, GRACE_MS);
		});
		await Promise.race([Promise.allSettled([...this.#tasks, closed]), grace]);
		clearTimeout(timer);
		this.#end();
	}

	/** Asynchronous, so that an error of the source doesn't keep the reader from the end. */
	async #close(): Promise<void> {
		await this.#source.return?.();
	}

	#end(): void {
		this.#state = "stopped";
		clearTimeout(this.#timer);
		this.#options.signal?.removeEventListener("abort", this.#onAbort);
		this.#results.end(this.#failure);
	}
}
