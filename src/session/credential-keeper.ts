/** Keeps one session's credentials alive: one attempt at a time, back-off, and never a failure while what is held is valid. */

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

/** While what is held is valid, nobody waits longer for its successor. */
const BRIEF_WAIT = 2_000;
/** A rejected key younger than this is not the key's fault, and one forced refresh per that long is enough. */
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
	/** The source has been asked, or is to forget what it remembers. */
	#force = false;
	/** The region of the client that asked last. */
	#asking: AskingRegion;

	constructor(source: CredentialSource, owner: Identity) {
		this.#source = source;
		this.#owner = owner;
	}

	/** How far this machine's clock is behind AWS's, in milliseconds, as the last answer told. */
	get clockOffset(): number | undefined {
		return this.#clockOffset;
	}

	/** Whether this session issued that key lately. */
	issued(accessKeyId: string): boolean {
		return accessKeyId === this.#current?.value.accessKeyId || this.#issued.has(accessKeyId);
	}

	/** What AssumeRole is asked differently for than by another session; no value of it, which may be a secret. */
	differencesFrom(other: CredentialKeeper | undefined): string {
		return differences(this.#source.terms, other === undefined ? undefined : other.#source.terms);
	}

	get state(): CredentialsState {
		if (this.#current === undefined) return { state: "empty" };
		const { accessKeyId, expiration } = this.#current.value;
		const state = judge(this.#current).remaining > 0 ? "valid" : "expired";
		return expiration === undefined ? { state, accessKeyId } : { state, accessKeyId, expiration };
	}

	/** The credentials, from memory whenever they are fresh enough; for a client of the region `asking`. */
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

	/** Forgets what is held, failed or under way; the next caller gets new credentials. */
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

	/** Starts anew where there is nothing to lose. */
	forgetFailure(): void {
		if (!this.#usable) this.invalidate();
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
		if (current === undefined ? flight === undefined : replaced) {
			// AWS agrees that it has expired: the source is asked before it is served again.
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
		if (minTtl !== undefined && !(minTtl >= 0)) fail(`credentials({ minTtl }) takes seconds, not ${describe(minTtl)}.`);
		const { provider } = this.#source;
		const before = this.#current;
		// What came after the question was asked is as new as it gets; a provider may have a memory of its own.
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
			// A failed or slow refresh never takes away what is still valid (or expired by a stepped wall clock alone).
			if (servable && !flight.abandoned) return current.value;
			const { last } = this.#failures;
			// One failed attempt is enough for those who waited for it; the next caller's is due at once.
			if (!servable && provider && last !== undefined && last !== known) throw this.#explain();
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

	/** Milliseconds until the source may be asked again. */
	get #wait(): number {
		const held = this.#current && judge(this.#current);
		const usable = held !== undefined && held.remaining > 0;
		// With nothing else to serve, a provider is asked with each request, as the SDK does: it may have recovered.
		if (this.#source.provider && !usable && !(held !== undefined && held.steady > 0)) return 0;
		return this.#failures.wait(usable);
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
		const flight = new Flight(this.#source, plan, this.#asking, {
			landed: (fetched) => this.#accept(flight, fetched),
			failed: (error) => this.#failed(error, flight),
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
		if (flight.obsolete) return;
		// The late answer of an abandoned attempt counts only if it lives longer than what was got since.
		if (flight.abandoned && former !== undefined && expiryOf(credentials) <= expiryOf(former.value)) return;
		const spent = isSpent(fetched.lifetime);
		const same = former !== undefined && isSame(credentials, former.value);
		if (!this.#source.provider) {
			const flaw = flawOf(fetched, former?.value, this.#rejectedKey);
			if (flaw !== undefined) throw new CredentialsUnavailableError(`${this.#source.label} got ${flaw}.`);
		}
		if (this.#flight === flight) this.#flight = undefined;
		this.#force = true;
		this.#failures.clear();
		if (this.#source.provider && (same || spent)) {
			// What a provider has is what there is: no failure, but no reason to ask again at once.
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
		// The source was not asked, and nobody waits: the next request has it queue again at once.
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
