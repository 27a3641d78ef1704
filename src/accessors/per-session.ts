/** `perSession()`: one value per session, region and client defaults of the current scope. */

import { type IdleEntry, isIdle, isSweepDue } from "../cache/idle.js";
import { SieveStore } from "../cache/sieve.js";
import type { StoreEntry } from "../cache/store.js";
import { checkSize } from "../home/cache-options.js";
import { describe, fail, hasMethod } from "../home/check.js";
import { addClearable, type Clearable } from "../home/clearable.js";
import { clock } from "../home/clock.js";
import { home } from "../home/home.js";
import { readOptions } from "../home/options.js";
import { refused } from "../home/refused.js";
import { checkIdle } from "../home/settings.js";
import { currentCell, runInAwsScope, type ScopeCell, unbound } from "../scope/scope.js";
import type { AwsScopeSpec } from "../scope/spec.js";
import { outsideEveryScope } from "./rules.js";
import { placeOf } from "./shortcuts.js";

/** The options of {@link perSession}. */
export interface PerSessionOptions<Value> {
	/** The maximum number of values. Default: 500. */
	readonly max?: number | undefined;
	/**
	 * Evicts values that were not used for this many milliseconds. Checked when a scope uses the value for the first time;
	 * there is no timer. Default: never.
	 */
	readonly idleMs?: number | undefined;
	/**
	 * Called once for each value that is evicted, and by `close()`. It runs in a scope of the value's own session. Callers
	 * that got the value before may still use it. Its failures become warnings.
	 */
	readonly dispose?: ((value: Value) => unknown) | undefined;
}

const DEFAULT_MAX = 500;
const CALL = "A function that perSession() returned";
const REMEDY = "run the caller in withAwsScope() or runInAwsScope()";

/**
 * Keeps one value for each session, region and client defaults, for objects that keep a client or cache what they read with
 * it. Call it once, at module level. Returns a function that returns the current scope's value.
 * @param make makes the value, on first use and in the scope that uses it. It may be async: concurrent first uses share one
 * promise. If it fails, the next use calls it again.
 * @example
 * const parameters = perSession(() => new SSMProvider({ awsSdkV3Client: clients.ssm() }));
 * // in a handler:
 * const flag = await parameters().get("/flag");
 * @throws {InvalidOptionError} code `INVALID_OPTION`, {@link BadSizeError} code `BAD_SIZE`. The returned function throws what
 * `make` throws, {@link LostScopeError} code `LOST_SCOPE`, {@link UnboundScopeError} code `UNBOUND_SCOPE`
 */
export function perSession<Value>(make: () => Value, options: PerSessionOptions<Awaited<Value>> = {}): () => Value {
	if (typeof make !== "function") fail(`perSession() takes a function that makes the value, not ${describe(make)}.`);
	const { max = DEFAULT_MAX, idleMs, dispose } = readOptions("perSession()", options, ["max", "idleMs", "dispose"]);
	checkSize("perSession({ max })", max);
	checkIdle("perSession({ idleMs })", idleMs);
	if (dispose !== undefined && typeof dispose !== "function")
		fail(`perSession({ dispose }) takes a function, not ${describe(dispose)}.`);
	const values = new SessionValues(make, max, idleMs, dispose as Dispose | undefined);
	addClearable(values);
	return () => values.get();
}

type Dispose = (value: unknown) => unknown;

/** A value and where it belongs. */
interface Kept<Value> extends StoreEntry, IdleEntry {
	/** For an async `make`, a promise. */
	value: Value;
	/** Where `dispose` runs. Not the scope that made the value, which would keep what belongs to one call. */
	readonly scope: AwsScopeSpec;
	/** False once it is evicted. */
	held: boolean;
	/** What to dispose of, once `make` is done. */
	made: { readonly value: unknown } | undefined;
}

class SessionValues<Value> implements Clearable {
	readonly #make: () => Value;
	readonly #idleMs: number | undefined;
	readonly #dispose: Dispose | undefined;
	readonly #store: SieveStore<Kept<Value>>;
	/** The keys of running calls of `make`. */
	readonly #making = new Set<string>();
	/** The keys of running calls of `dispose`, until these wait for something. */
	readonly #disposing = new Set<string>();
	/** So that further uses in a scope compute no key. */
	readonly #byScope = new WeakMap<ScopeCell, Kept<Value>>();
	#swept = clock().wall();

	constructor(make: () => Value, max: number, idleMs: number | undefined, dispose: Dispose | undefined) {
		this.#make = make;
		this.#idleMs = idleMs;
		this.#dispose = dispose;
		this.#store = new SieveStore(max);
	}

	get(): Value {
		const cell = currentCell() ?? outsideEveryScope(CALL, REMEDY);
		const known = this.#byScope.get(cell);
		const kept = known?.held === true ? known : this.#find(cell);
		kept.visited = true;
		kept.recent = true;
		return kept.value;
	}

	clear(): Promise<void>[] {
		const all = [...this.#store.values()];
		for (const { key } of all) this.#store.delete(key);
		return all.map((kept) => this.#drop(kept));
	}

	#find(cell: ScopeCell): Kept<Value> {
		const { session, region, clientDefaults } = cell;
		if (session === undefined) throw refused(unbound(CALL));
		// The session's key comes last, because only it can contain any character.
		const key = `${placeOf(session, false, cell)}|${session.key}`;
		const kept = this.#store.peek(key) ?? this.#add(key, { session, region, clientDefaults });
		kept.recent = true;
		this.#dropIdle();
		this.#byScope.set(cell, kept);
		return kept;
	}

	#add(key: string, scope: AwsScopeSpec): Kept<Value> {
		if (this.#making.has(key)) {
			fail("The function given to perSession() used its own value while making it; make the value without it.");
		}
		// It would make a value anew, which could evict another one, and so on.
		if (this.#disposing.has(key)) {
			fail("perSession({ dispose }) called the function that returns its value; use the value that dispose is given.");
		}
		this.#making.add(key);
		const kept: Kept<Value> = {
			key,
			value: undefined as Value,
			scope,
			visited: false,
			recent: false,
			seen: clock().wall(),
			held: true,
			made: undefined,
		};
		try {
			const made = this.#make();
			if (hasMethod(made, "then")) kept.value = this.#settle(kept, made);
			else {
				kept.value = made;
				kept.made = { value: made };
			}
		} finally {
			this.#making.delete(key);
		}
		for (const gone of this.#store.add(kept)) void this.#drop(gone);
		return kept;
	}

	/** The promise of an async `make`. */
	#settle(kept: Kept<Value>, made: unknown): Value {
		const promise = Promise.resolve(made);
		promise.then(
			(value) => {
				kept.made = { value };
				// The first promise retains the scope that made it.
				kept.value = home.detached(() => Promise.resolve(value)) as Value;
				if (!kept.held) void this.#drop(kept);
			},
			() => {
				if (kept.held) this.#store.delete(kept.key);
				kept.held = false;
			},
		);
		return promise as Value;
	}

	#dropIdle(): void {
		const idleMs = this.#idleMs;
		const now = clock().wall();
		if (idleMs === undefined || !isSweepDue(this.#swept, now, idleMs)) return;
		this.#swept = now;
		for (const kept of [...this.#store.values()]) {
			if (!isIdle(kept, now, idleMs)) continue;
			this.#store.delete(kept.key);
			void this.#drop(kept);
		}
	}

	/** Disposes of a value that left the store. If `make` is still running, that happens when it is done. */
	#drop(kept: Kept<Value>): Promise<void> {
		kept.held = false;
		const { made, scope } = kept;
		const dispose = this.#dispose;
		if (dispose === undefined || made === undefined) return Promise.resolve();
		// Another session's call may have evicted it.
		return home.detached(() =>
			runInAwsScope(scope, async () => {
				let disposed: unknown;
				this.#disposing.add(kept.key);
				try {
					disposed = dispose(made.value);
				} finally {
					this.#disposing.delete(kept.key);
				}
				await disposed;
			}).catch((error: unknown) => process.emitWarning(error instanceof Error ? error : String(error))),
		);
	}
}
