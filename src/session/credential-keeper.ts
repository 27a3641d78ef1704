/** Keeps a session's credentials fresh: one attempt at a time, with back-off, and no error while they are valid. */

import type { AwsCredentialIdentity } from "@smithy/types";
import { CredentialsUnavailableError } from "../errors.js";
import { eventIdentity, type Identity, publish } from "../home/channels.js";
import { describe, fail } from "../home/check.js";
import { clock } from "../home/clock.js";
import { counters } from "../home/counters.js";
import { elapsed, type Moment, now } from "../home/moment.js";
import { NoTurnError } from "./call-limiter.js";
import type { CredentialOptions } from "./credential-options.js";
import type { AskingRegion, CredentialSource, Fetched } from "./credential-source.js";
import {
	type CredentialsState,
	type Current,
	expiryOf,
	flawOf,
	hold,
	isSame,
	isSpent,
	judge,
} from "./current-credentials.js";
import { differences } from "./differences.js";
import { Failures } from "./failures.js";
import { IssuedKeys } from "./issued-keys.js";
import { checkMinTtl } from "./min-ttl.js";
import { type Decision, decide } from "./refresh-rules.js";
import { BACKGROUND, BLOCKING, BRIEFLY_AWAITED, FIRST, Flight, type FlightPlan } from "./single-flight.js";
import { TIMED_OUT, waitFor } from "./wait.js";

/** While the current credentials are valid, callers wait at most this long for new ones. */
const BRIEF_WAIT = 2_000;
/** A rejected key is not replaced if it is younger than this, or if one was replaced within `FORCED_EVERY`. */
const YOUNG_KEY = 10_000;
const FORCED_EVERY = 30_000;

/** The credentials of one session. */
export class CredentialKeeper {
	readonly #source: CredentialSource;
	readonly #owner: Identity;
	readonly #failures = new Failures();
	#current: Current | undefined;
	#flight: Flight | undefined;
	#forcedAt: Moment | undefined;
	#clockOffset: number | undefined;
	#rejectedKey: string | undefined;
	readonly #issued = new IssuedKeys();
	/** Whether the source must bypass its cache: after the first result, and after `invalidate()`. */
	#force = false;
	/** The region of the client that requested credentials last. */
	#asking: AskingRegion;

	constructor(source: CredentialSource, owner: Identity) {
		this.#source = source;
		this.#owner = owner;
	}

	/** How many milliseconds this machine's clock is behind AWS's, by the last response. */
	get clockOffset(): number | undefined {
		return this.#clockOffset;
	}

	/** Whether this session returned that key recently. */
	issued(accessKeyId: string): boolean {
		return accessKeyId === this.#current?.value.accessKeyId || this.#issued.has(accessKeyId);
	}

	/** Names the AssumeRole parameters that differ from another session's. Shows no values, which may be secret. */
	differencesFrom(other: CredentialKeeper | undefined): string {
		return differences(this.#source.terms, other === undefined ? undefined : other.#source.terms);
	}

	get state(): CredentialsState {
		if (this.#current === undefined) return { state: "empty" };
		const { accessKeyId, expiration } = this.#current.value;
		const state = judge(this.#current).remaining > 0 ? "valid" : "expired";
		return expiration === undefined ? { state, accessKeyId } : { state, accessKeyId, expiration };
	}

	/** Returns the credentials, from memory if they are fresh enough. `asking` is the client's region. */
	get(options: CredentialOptions = {}, asking?: AskingRegion): Promise<AwsCredentialIdentity> {
		this.#asking = asking ?? this.#asking;
		const current = this.#current;
		const { forceRefresh = false, minTtl, signal } = options;
		if (current !== undefined && !forceRefresh && minTtl === undefined && signal === undefined) {
			if (current.lifetime - elapsed(current.since) > current.advisory) return current.promise;
			const decision = this.#decide();
			if (decision === "serveAndRefresh") this.#start(BACKGROUND);
			if (decision === "serve" || decision === "serveAndRefresh") return current.promise;
		}
		return this.#obtain({ forceRefresh, minTtl, signal });
	}

	/** Discards the credentials, remembered failures and a running attempt. The next caller gets new credentials. */
	invalidate(): void {
		this.#force = true;
		this.#failures.clear();
		this.#flight?.drop();
		this.#flight = undefined;
		this.#source.forgetFailure?.();
		if (this.#current === undefined) return;
		const { accessKeyId } = this.#current.value;
		this.#issued.retire(accessKeyId);
		this.#current = undefined;
		publish("session:invalidated", () => ({ ...eventIdentity(this.#owner), accessKeyId }));
	}

	/** Starts over if there are no valid credentials. */
	startOver(): void {
		if (!this.#usable) this.invalidate();
	}

	/** Discards a remembered failure. A running attempt continues. */
	forgetFailure(): void {
		this.#failures.clear();
	}

	/**
	 * Handles a key of this session that AWS rejected. Replaces it only if it is still the current one, and returns whether
	 * the session has another key now, so that a retry makes sense. Until then, the key stays in use, because a single
	 * region or service may reject a valid key.
	 */
	async rejected(accessKeyId: string): Promise<boolean> {
		const current = this.#current;
		let flight = this.#liveFlight();
		// A key that expired in flight counts as replaced, because the next signature waits for a new one.
		const replaced = current?.value.accessKeyId !== accessKeyId || judge(current).remaining <= 0;
		if (current === undefined ? flight === undefined : replaced) {
			// AWS confirms that it has expired, so call the source before using it again.
			if (current?.value.accessKeyId === accessKeyId && isSpent(current.lifetime)) this.#failures.clear();
			return true;
		}
		if (flight === undefined && current !== undefined) {
			if (elapsed(current.since) < YOUNG_KEY) return false;
			if (this.#forcedAt !== undefined && elapsed(this.#forcedAt) < FORCED_EVERY) return false;
			this.#forcedAt = now();
			this.#rejectedKey = accessKeyId;
			publish("session:invalidated", () => ({ ...eventIdentity(this.#owner), accessKeyId }));
			flight = this.#start(BLOCKING);
		}
		if (flight !== undefined) await this.#await(flight, {});
		return this.#current?.value.accessKeyId !== accessKeyId;
	}

	async #obtain({ forceRefresh = false, minTtl, signal }: CredentialOptions): Promise<AwsCredentialIdentity> {
		if (minTtl !== undefined && !(minTtl >= 0))
			fail(`credentials({ minTtl }) takes a number of seconds, 0 or more, not ${describe(minTtl)}.`);
		const { provider } = this.#source;
		const before = this.#current;
		// Credentials that arrive after the call started are new, unless they come from a provider's cache.
		let [landed, renewed] = [false, false];
		for (;;) {
			signal?.throwIfAborted();
			const current = this.#current;
			if (current !== undefined && minTtl !== undefined)
				checkMinTtl(this.#source, minTtl, current, { isNew: current !== before, renewed });
			const wanted =
				current !== undefined &&
				(renewed || !(forceRefresh || (minTtl !== undefined && judge(current).remaining < minTtl * 1_000)));
			const decision = this.#decide();
			const servable = wanted && decision !== "wait" && decision !== "fail";
			if (servable && (landed || decision === "serve" || decision === "serveAndRefresh")) {
				if (decision === "serveAndRefresh") this.#start(BACKGROUND);
				return current.value;
			}
			const flying = this.#liveFlight() !== undefined;
			if (decision === "fail" || (!wanted && !flying && !provider && this.#wait > 0)) throw this.#explain();
			const brief = wanted && decision === "waitElseServe";
			const known = this.#failures.last;
			const plan = this.#force || forceRefresh ? BLOCKING : FIRST;
			const flight = this.#start(brief ? BRIEFLY_AWAITED : plan);
			const done = await this.#await(flight, { signal, milliseconds: brief ? BRIEF_WAIT : undefined });
			landed ||= done;
			renewed ||= done && (flight.force || !provider);
			if (done || current !== this.#current) continue;
			// A failed or slow refresh never discards valid credentials, or those that only a changed wall clock expired.
			if (servable && !flight.abandoned) return current.value;
			const { last } = this.#failures;
			// One failed attempt fails all callers that waited for it. The next caller starts another one.
			if (!servable && provider && last !== undefined && last !== known) throw this.#explain();
		}
	}

	/** Waits for an attempt and returns whether it succeeded. */
	async #await(
		flight: Flight,
		wait: { signal?: AbortSignal | undefined; milliseconds?: number | undefined },
	): Promise<boolean> {
		const bound = Math.max(0, Math.min(wait.milliseconds ?? Number.POSITIVE_INFINITY, flight.timeLeft));
		const milliseconds = Number.isFinite(bound) ? bound : undefined;
		const outcome = await waitFor(flight.ending, { signal: wait.signal, milliseconds });
		if (outcome === TIMED_OUT && flight.timeLeft <= 0 && this.#flight === flight) {
			this.#flight = undefined;
			flight.abandoned = true;
			if (!flight.slept) this.#failed(flight.hung(), flight);
		}
		return outcome === "done";
	}

	#decide(): Decision {
		return decide({
			held: this.#current === undefined ? undefined : judge(this.#current),
			refreshing: this.#liveFlight() !== undefined,
			backingOff: this.#wait > 0,
		});
	}

	/** Milliseconds until the source may be called again. */
	get #wait(): number {
		const held = this.#current && judge(this.#current);
		const usable = held !== undefined && held.remaining > 0;
		// Without usable credentials, each request calls the provider, as in the SDK, because it may have recovered.
		if (this.#source.provider && !usable && !(held !== undefined && held.steady > 0)) return 0;
		return this.#failures.wait(usable);
	}

	get #usable(): boolean {
		return this.#current !== undefined && judge(this.#current).remaining > 0;
	}

	/** The running attempt. One that is too old by the wall clock, as after a freeze, is abandoned and doesn't count as failed. */
	#liveFlight(): Flight | undefined {
		if (this.#flight !== undefined && this.#flight.timeLeft < 0) {
			this.#flight.abandoned = true;
			this.#flight = undefined;
		}
		return this.#flight;
	}

	#start(plan: FlightPlan): Flight {
		const running = this.#liveFlight();
		if (running !== undefined) {
			running.join(plan);
			return running;
		}
		const flight = new Flight(this.#source, plan, this.#asking, {
			landed: (fetched) => this.#accept(flight, fetched),
			failed: (error) => this.#failed(error, flight),
		});
		this.#flight = flight;
		flight.start();
		return flight;
	}

	/** Accepts new credentials, or throws and keeps the current ones. */
	#accept(flight: Flight, fetched: Fetched): void {
		const former = this.#current;
		const { credentials, clockOffset } = fetched;
		const { accessKeyId, expiration } = credentials;
		if (flight.obsolete) return;
		// The late result of an abandoned attempt is used only if it expires later than the current credentials.
		if (flight.abandoned && former !== undefined && expiryOf(credentials) <= expiryOf(former.value)) return;
		const spent = isSpent(fetched.lifetime);
		const same = former !== undefined && isSame(credentials, former.value);
		if (!this.#source.provider) {
			const flaw = flawOf(fetched, former?.value, this.#rejectedKey);
			if (flaw !== undefined) throw new CredentialsUnavailableError(`${this.#source.label} received ${flaw}.`);
		}
		if (this.#flight === flight) this.#flight = undefined;
		this.#force = true;
		this.#failures.clear();
		if (this.#source.provider && (same || spent)) {
			// Not a failure, but there is no point in calling the provider again at once.
			const left = former === undefined ? 0 : judge(former).remaining;
			this.#failures.rest(left > 0 ? left : fetched.lifetime);
			if (left > 0 && (same || former?.value.accessKeyId !== this.#rejectedKey)) return;
		}
		this.#current = hold(fetched);
		this.#clockOffset = clockOffset ?? this.#clockOffset;
		if (same) return;
		if (former !== undefined) this.#issued.retire(former.value.accessKeyId);
		counters().refreshes += 1;
		publish("session:refreshed", () => ({ ...eventIdentity(this.#owner), accessKeyId, expiration }));
	}

	#failed(reason: unknown, { urgent }: Flight): void {
		this.#flight = undefined;
		// The source was not called and no caller waits, so the next request starts another attempt.
		if (reason instanceof NoTurnError && !urgent) return;
		const error = reason instanceof NoTurnError ? (this.#failures.last?.error ?? reason) : reason;
		const kind = this.#source.classify(error);
		this.#failures.note(error, kind);
		counters().refreshFailures += 1;
		publish("session:refresh-failed", () => ({
			...eventIdentity(this.#owner),
			denied: kind === "denied",
			error,
			nextAttempt: this.#nextAttempt(),
		}));
	}

	#nextAttempt(): Date {
		return new Date(Math.ceil(clock().wall() + this.#wait));
	}

	#explain(): Error {
		const { error, kind = "failed" } = this.#failures.last ?? {};
		return this.#source.explain(error, kind, this.#nextAttempt().toISOString());
	}
}
