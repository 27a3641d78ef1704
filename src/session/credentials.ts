/** Keeps one session's credentials alive: one attempt at a time, back-off, and never a failure while what is held is valid. */

import type { AwsCredentialIdentity } from "@smithy/types";
import { CredentialsUnavailableError, MinTtlError } from "../errors.js";
import { publish } from "../home/channels.js";
import { describe, fail } from "../home/check.js";
import { clock } from "../home/clock.js";
import { counters } from "../home/counters.js";
import { type Decision, decide, type FailureKind } from "./decide.js";
import { Failures } from "./failures.js";
import { Flight, type FlightPlan } from "./flight.js";
import { type Current, end, flawOf, hold, judge } from "./held.js";
import { elapsed, type Moment, now } from "./moment.js";
import type { CredentialSource, Fetched } from "./source.js";
import { TIMED_OUT, waitFor } from "./wait.js";

/** What a caller may ask of a session's credentials. */
export interface CredentialOptions {
	/** Get new ones now, also when those at hand are fresh. */
	readonly forceRefresh?: boolean | undefined;
	/** They must live at least so many seconds from now on (a presigned URL dies with the key that signed it). */
	readonly minTtl?: number | undefined;
	/** Frees this caller alone; the shared attempt goes on for the others. */
	readonly signal?: AbortSignal | undefined;
}

/** What `inspect` may show of a session's credentials. */
export interface CredentialsState {
	readonly state: "empty" | "valid" | "expired";
	readonly accessKeyId?: string;
	readonly expiration?: Date;
}

/** While what is held is valid, nobody waits longer for its successor. */
const BRIEF_WAIT = 2_000;
/** A rejected key younger than this is not the key's fault, and one forced refresh per that long is enough. */
const YOUNG_KEY = 10_000;
const FORCED_EVERY = 30_000;

const BACKGROUND: FlightPlan = { urgent: false, force: true, attempts: 1 };
const BRIEFLY_AWAITED: FlightPlan = { urgent: true, force: true, attempts: 1 };
const BLOCKING: FlightPlan = { urgent: true, force: true, attempts: 3 };
const FIRST: FlightPlan = { ...BLOCKING, force: false };

/** The credentials of one session. */
export class CredentialKeeper {
	readonly #source: CredentialSource;
	readonly #failures = new Failures();
	#current: Current | undefined;
	#flight: Flight | undefined;
	#forcedAt: Moment | undefined;
	#clockOffset: number | undefined;
	#previousKey: string | undefined;
	#rejectedKey: string | undefined;

	constructor(source: CredentialSource) {
		this.#source = source;
	}

	/** How far this machine's clock is behind AWS's, in milliseconds, as the last answer told. */
	get clockOffset(): number | undefined {
		return this.#clockOffset;
	}

	/** Whether this session issued that key lately. */
	issued(accessKeyId: string): boolean {
		return accessKeyId === this.#current?.value.accessKeyId || accessKeyId === this.#previousKey;
	}

	get state(): CredentialsState {
		if (this.#current === undefined) return { state: "empty" };
		const { accessKeyId, expiration } = this.#current.value;
		const state = judge(this.#current).remaining > 0 ? "valid" : "expired";
		return expiration === undefined ? { state, accessKeyId } : { state, accessKeyId, expiration };
	}

	/** The credentials, from memory whenever they are fresh enough. */
	get(options: CredentialOptions = {}): Promise<AwsCredentialIdentity> {
		const current = this.#current;
		const { forceRefresh = false, minTtl, signal } = options;
		if (current !== undefined && !forceRefresh && minTtl === undefined && signal === undefined) {
			if (judge(current).remaining > current.advisory) return current.promise;
			const decision = this.#decide();
			if (decision === "serveAndRefresh") this.#start(BACKGROUND);
			if (decision === "serve" || decision === "serveAndRefresh") return current.promise;
		}
		return this.#obtain(options);
	}

	/** Forgets what is held; the next caller gets new credentials. */
	invalidate(): void {
		if (this.#current === undefined) return;
		const { accessKeyId } = this.#current.value;
		this.#previousKey = accessKeyId;
		this.#current = undefined;
		this.#failures.clear();
		publish("session:invalidated", () => ({ session: this.#source.label, accessKeyId }));
	}

	/**
	 * AWS rejected a key that this session issued. Gives true when another key has taken its place, so that trying again
	 * makes sense; replaces it only if it is still the current one. What is held stays served until its successor is there:
	 * a region or a service that does not know a good key must not cost the session its credentials.
	 */
	async rejected(accessKeyId: string): Promise<boolean> {
		const current = this.#current;
		let flight = this.#liveFlight();
		// One that expired on its way is as good as replaced: the next signing waits for its successor.
		const replaced = current?.value.accessKeyId !== accessKeyId || judge(current).remaining <= 0;
		if (current === undefined ? flight === undefined : replaced) return true;
		if (flight === undefined && current !== undefined) {
			if (elapsed(current.since) < YOUNG_KEY) return false;
			if (this.#forcedAt !== undefined && elapsed(this.#forcedAt) < FORCED_EVERY) return false;
			this.#forcedAt = now();
			this.#rejectedKey = accessKeyId;
			publish("session:invalidated", () => ({ session: this.#source.label, accessKeyId }));
			flight = this.#start(BLOCKING);
		}
		if (flight !== undefined) await this.#await(flight, {});
		return this.#current !== undefined && this.#current.value.accessKeyId !== accessKeyId;
	}

	async #obtain({ forceRefresh = false, minTtl, signal }: CredentialOptions): Promise<AwsCredentialIdentity> {
		if (minTtl !== undefined && !(minTtl >= 0)) fail(`credentials({ minTtl }) takes seconds, not ${describe(minTtl)}.`);
		const before = this.#current;
		for (;;) {
			signal?.throwIfAborted();
			const current = this.#current;
			if (current !== undefined && minTtl !== undefined && current.lifetime < minTtl * 1_000) {
				throw this.#tooShort(minTtl, current);
			}
			// What came after the question was asked is as new as it gets.
			const wanted =
				current !== undefined &&
				(current !== before || !(forceRefresh || (minTtl !== undefined && judge(current).remaining < minTtl * 1_000)));
			const decision = this.#decide();
			if (wanted && (decision === "serve" || decision === "serveAndRefresh")) {
				if (decision === "serveAndRefresh") this.#start(BACKGROUND);
				return current.value;
			}
			const flying = this.#liveFlight() !== undefined;
			if (decision === "fail" || (!wanted && !flying && this.#failures.wait(this.#usable) > 0)) throw this.#explain();
			const brief = wanted && decision === "waitElseServe";
			const flight = this.#start(brief ? BRIEFLY_AWAITED : current === undefined ? FIRST : BLOCKING);
			const done = await this.#await(flight, { signal, milliseconds: brief ? BRIEF_WAIT : undefined });
			// A failed or slow refresh never takes away what is still valid (or expired by a stepped wall clock alone).
			if (!done && wanted && decision !== "wait" && !flight.abandoned && current === this.#current)
				return current.value;
		}
	}

	/** Waits for a flight; gives true when it brought an answer. */
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
			if (!flight.slept) this.#failed(flight.hung(), "failed");
		}
		return outcome === "done";
	}

	#decide(): Decision {
		return decide({
			held: this.#current === undefined ? undefined : judge(this.#current),
			refreshing: this.#liveFlight() !== undefined,
			backingOff: this.#failures.wait(this.#usable) > 0,
		});
	}

	get #usable(): boolean {
		return this.#current !== undefined && judge(this.#current).remaining > 0;
	}

	/** The attempt under way; one that is too old by the wall clock (a thawed process) is given up and not counted. */
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
		const flight = new Flight(this.#source, plan, {
			landed: (fetched) => this.#accept(flight, fetched),
			failed: (error, kind) => {
				this.#flight = undefined;
				this.#failed(error, kind);
			},
		});
		this.#flight = flight;
		flight.start();
		return flight;
	}

	/** Takes an answer in, or throws and keeps what is held. */
	#accept(flight: Flight, fetched: Fetched): void {
		const former = this.#current;
		const { credentials, clockOffset } = fetched;
		const { accessKeyId, expiration } = credentials;
		// The late answer of an abandoned attempt counts only if it lives longer than what was got since.
		if (flight.abandoned && former !== undefined && end(credentials) <= end(former.value)) return;
		const flaw = flawOf(fetched, former?.value, this.#rejectedKey);
		if (flaw !== undefined) throw new CredentialsUnavailableError(`${this.#source.label} got ${flaw}.`);
		if (this.#flight === flight) this.#flight = undefined;
		this.#current = hold(fetched);
		this.#previousKey = former?.value.accessKeyId ?? this.#previousKey;
		this.#clockOffset = clockOffset ?? this.#clockOffset;
		this.#failures.clear();
		counters().refreshes += 1;
		publish("session:refreshed", () => ({ session: this.#source.label, accessKeyId, expiration }));
	}

	#failed(error: unknown, kind: FailureKind): void {
		this.#failures.note(error, kind);
		counters().refreshFailures += 1;
		publish("session:refresh-failed", () => ({
			session: this.#source.label,
			denied: kind === "denied",
			error,
			nextAttempt: this.#nextAttempt(),
		}));
	}

	#nextAttempt(): Date {
		return new Date(Math.ceil(clock().wall() + this.#failures.wait(this.#usable)));
	}

	#explain(): Error {
		const { error, kind = "failed" } = this.#failures.last ?? {};
		return this.#source.explain(error, kind, this.#nextAttempt().toISOString());
	}

	#tooShort(minTtl: number, { lifetime }: Current): Error {
		return new MinTtlError(
			`${this.#source.label} was asked for credentials that live ${minTtl} s, but gets them for ${Math.floor(lifetime / 1_000)} s; ask for less, or give the session a longer durationSeconds.`,
		);
	}
}
