/** Keeps one session's credentials alive: one attempt at a time, back-off, and never a failure while what is held is valid. */

import type { AwsCredentialIdentity } from "@smithy/types";
import { CredentialsUnavailableError, MinTtlError } from "../errors.js";
import { publish } from "../home/channels.js";
import { clock } from "../home/clock.js";
import { counters } from "../home/counters.js";
import { home } from "../home/home.js";
import { backOff, decide, drawWindows, type FailureKind, type Held, type Windows } from "./decide.js";
import type { CredentialSource, Fetched } from "./source.js";
import { pause, TIMED_OUT, waitFor } from "./wait.js";

/** What a caller may ask of a session's credentials. */
export interface CredentialOptions {
	/** Get new ones now, also when those at hand are fresh. */
	readonly forceRefresh?: boolean | undefined;
	/** They must live at least so many seconds from now on (a presigned URL dies with the key that signed it). */
	readonly minTtl?: number | undefined;
	/** Frees this caller alone; the shared attempt goes on for the others. */
	readonly signal?: AbortSignal | undefined;
}

interface Current extends Windows {
	/** Already resolved: the warm path hands out this very promise. */
	readonly promise: Promise<AwsCredentialIdentity>;
	readonly value: AwsCredentialIdentity;
	readonly lifetime: number;
	readonly wall: number;
	readonly monotonic: number;
}

interface Flight {
	readonly startedAt: number;
	readonly promise: Promise<void>;
	/** Callers without credentials wait for it, so it may try more than once. */
	urgent: boolean;
	abandoned: boolean;
}

interface Failure {
	readonly error: unknown;
	readonly kind: FailureKind;
	readonly wall: number;
	readonly monotonic: number;
	readonly random: number;
}

/** While what is held is valid, nobody waits longer for its successor. */
const BRIEF_WAIT = 2_000;
const URGENT_ATTEMPTS = 3;
const URGENT_TIME = 10_000;
const THAWED = 1_000;
/** A rejected key younger than this is not the key's fault, and one forced refresh per this long is enough. */
const YOUNG_KEY = 10_000;
const FORCED_EVERY = 30_000;

/** The credentials of one session. */
export class CredentialKeeper {
	readonly #source: CredentialSource;
	#current: Current | undefined;
	#flight: Flight | undefined;
	#failure: Failure | undefined;
	#failures = 0;
	#forcedAt = Number.NEGATIVE_INFINITY;
	#clockOffset: number | undefined;
	#previousKey: string | undefined;

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

	/** For `inspect`: what is held, without any secret. */
	get state(): { state: "empty" | "valid" | "expired"; accessKeyId?: string; expiration?: Date } {
		const current = this.#current;
		if (current === undefined) return { state: "empty" };
		const { accessKeyId, expiration } = current.value;
		const state = this.#judge(current).remaining > 0 ? "valid" : "expired";
		return expiration === undefined ? { state, accessKeyId } : { state, accessKeyId, expiration };
	}

	/** The credentials, from memory whenever they are fresh enough. */
	get(options?: CredentialOptions): Promise<AwsCredentialIdentity> {
		const current = this.#current;
		const special =
			options !== undefined &&
			(options.signal !== undefined || options.minTtl !== undefined || options.forceRefresh === true);
		if (current !== undefined && !special) {
			const decision = this.#decide();
			if (decision === "serve") return current.promise;
			if (decision === "serveAndRefresh") {
				this.#start({ urgent: false, force: true });
				return current.promise;
			}
		}
		return this.#obtain(options ?? {});
	}

	/** Forgets what is held; the next caller gets new credentials. */
	invalidate(): void {
		const current = this.#current;
		if (current === undefined) return;
		this.#forget(current);
		const { accessKeyId } = current.value;
		publish("session:invalidated", () => ({ session: this.#source.label, accessKeyId }));
	}

	/**
	 * AWS rejected a key that this session issued. Gives true when another key has taken its place, so that trying again
	 * makes sense; replaces it only if it is still the current one. What is held stays served until its successor is there:
	 * a region or a service that does not know a good key must not cost the session its credentials.
	 */
	async rejected(accessKeyId: string): Promise<boolean> {
		const current = this.#current;
		if (current !== undefined && current.value.accessKeyId !== accessKeyId) return true;
		let flight = this.#liveFlight();
		if (flight === undefined && current !== undefined) {
			const now = clock().monotonic();
			const age = Math.max(now - current.monotonic, clock().wall() - current.wall);
			if (age < YOUNG_KEY || now - this.#forcedAt < FORCED_EVERY) return false;
			this.#forcedAt = now;
			publish("session:invalidated", () => ({ session: this.#source.label, accessKeyId }));
			flight = this.#start({ urgent: true, force: true });
		}
		await flight?.promise.catch(() => undefined);
		return this.#current?.value.accessKeyId !== accessKeyId;
	}

	async #obtain({ forceRefresh = false, minTtl, signal }: CredentialOptions): Promise<AwsCredentialIdentity> {
		signal?.throwIfAborted();
		const before = this.#current;
		const wanted = (current: Current): boolean =>
			(!forceRefresh || current !== before) &&
			(minTtl === undefined || this.#judge(current).remaining >= minTtl * 1_000);
		for (;;) {
			const current = this.#current;
			const decision = this.#decide();
			if (minTtl !== undefined && current !== undefined && current.lifetime < minTtl * 1_000) {
				throw this.#tooShort(minTtl, current);
			}
			if (current !== undefined && wanted(current)) {
				if (decision === "serve" || decision === "serveAndRefresh") {
					if (decision === "serveAndRefresh") this.#start({ urgent: false, force: true });
					return current.value;
				}
			}
			if (decision === "fail" || (current !== undefined && !wanted(current) && this.#backingOff())) {
				throw this.#explain();
			}
			const fallback = decision === "waitElseServe" || decision === "refreshElseServe" ? current : undefined;
			const served = await this.#await(this.#start({ urgent: true, force: current !== undefined }), {
				signal,
				fallback: fallback !== undefined && wanted(fallback) ? fallback : undefined,
				milliseconds: decision === "waitElseServe" ? BRIEF_WAIT : undefined,
			});
			if (served !== undefined) return served.value;
		}
	}

	/** Waits for a flight; gives what may be served instead when that fails, and nothing when the caller must look again. */
	async #await(
		flight: Flight,
		wait: { signal: AbortSignal | undefined; fallback: Current | undefined; milliseconds: number | undefined },
	): Promise<Current | undefined> {
		const { signal, fallback } = wait;
		const left = flight.startedAt + this.#source.patience - clock().wall();
		const bound = Math.min(wait.milliseconds ?? left, left);
		const milliseconds = Number.isFinite(bound) ? Math.max(bound, 0) : undefined;
		const outcome = await waitFor(
			flight.promise.then(
				() => "done" as const,
				() => "failed" as const,
			),
			{ signal, milliseconds },
		);
		const overdue = clock().wall() - flight.startedAt - this.#source.patience;
		if (outcome === TIMED_OUT && overdue >= 0) this.#giveUp(flight, overdue);
		if (outcome === "done" || flight.abandoned) return undefined;
		return fallback === this.#current ? fallback : undefined;
	}

	#decide(): ReturnType<typeof decide> {
		const current = this.#current;
		return decide({
			held: current === undefined ? undefined : this.#judge(current),
			refreshing: this.#liveFlight() !== undefined,
			backingOff: this.#backingOff(),
		});
	}

	/** Age is counted since the answer came, by the larger of both clocks; two machines' clocks are never compared. */
	#judge(current: Current): Held {
		const steady = current.lifetime - (clock().monotonic() - current.monotonic);
		const remaining = Math.min(steady, current.lifetime - (clock().wall() - current.wall));
		return { remaining, steady, advisory: current.advisory, mandatory: current.mandatory };
	}

	#backingOff(): boolean {
		return this.#failure !== undefined && this.#nextAttempt(this.#failure) > 0;
	}

	/** Milliseconds until the next attempt is due. */
	#nextAttempt(failure: Failure): number {
		const usable = this.#current !== undefined && this.#judge(this.#current).remaining > 0;
		const elapsed = Math.max(clock().monotonic() - failure.monotonic, clock().wall() - failure.wall);
		return backOff(failure.kind, this.#failures - 1, usable, failure.random) - elapsed;
	}

	/** The attempt under way; one that is too old by the wall clock (a thawed process) is given up and not counted. */
	#liveFlight(): Flight | undefined {
		const flight = this.#flight;
		if (flight !== undefined && clock().wall() - flight.startedAt > this.#source.patience) {
			flight.abandoned = true;
			this.#flight = undefined;
		}
		return this.#flight;
	}

	#start({ urgent, force }: { urgent: boolean; force: boolean }): Flight {
		const running = this.#liveFlight();
		if (running !== undefined) {
			running.urgent ||= urgent;
			return running;
		}
		const flight: Flight = {
			startedAt: clock().wall(),
			urgent,
			abandoned: false,
			promise: Promise.resolve().then(() => home.detached(() => this.#fly(flight, force))),
		};
		// A refresh that nobody waits for must not become an unhandled rejection.
		flight.promise.catch(() => undefined);
		this.#flight = flight;
		return flight;
	}

	async #fly(flight: Flight, force: boolean): Promise<void> {
		for (let attempt = 1; ; attempt += 1) {
			try {
				const fetched = await this.#source.fetch({ force, urgent: flight.urgent });
				this.#accept(flight, fetched);
				return;
			} catch (error) {
				if (flight.abandoned) throw error;
				const kind = this.#source.classify(error);
				const wait = backOff(kind, attempt - 1, false, clock().random()) / 5;
				const late = clock().wall() - flight.startedAt + wait > URGENT_TIME;
				if (flight.urgent && kind !== "denied" && attempt < URGENT_ATTEMPTS && !late) {
					await pause(wait);
					continue;
				}
				this.#fail(flight, error, kind);
				throw error;
			}
		}
	}

	#accept(flight: Flight, { credentials, lifetime, clockOffset }: Fetched): void {
		const former = this.#current;
		const earlier =
			former !== undefined &&
			(credentials.expiration?.getTime() ?? Infinity) < (former.value.expiration?.getTime() ?? Infinity);
		if (flight.abandoned && former !== undefined && earlier) return;
		if (this.#flight === flight) this.#flight = undefined;
		const sameKey = former?.value.accessKeyId === credentials.accessKeyId;
		if (sameKey && lifetime < Infinity && lifetime <= this.#judge(former).remaining) {
			this.#noteFailure(new CredentialsUnavailableError("The source gave the same key again."), "failed");
			return;
		}
		this.#current = {
			...drawWindows(lifetime, clock().random()),
			value: credentials,
			promise: Promise.resolve(credentials),
			lifetime,
			wall: clock().wall(),
			monotonic: clock().monotonic(),
		};
		this.#previousKey = former?.value.accessKeyId ?? this.#previousKey;
		this.#clockOffset = clockOffset ?? this.#clockOffset;
		this.#failure = undefined;
		this.#failures = 0;
		counters().refreshes += 1;
		const { accessKeyId, expiration } = credentials;
		publish("session:refreshed", () => ({ session: this.#source.label, accessKeyId, expiration }));
	}

	#giveUp(flight: Flight, overdue: number): void {
		if (this.#flight !== flight) return;
		flight.abandoned = true;
		this.#flight = undefined;
		// A timer that is this late slept with the process: that is a thaw, not a failure of the source.
		if (overdue > THAWED) return;
		const seconds = this.#source.patience / 1_000;
		this.#noteFailure(new CredentialsUnavailableError(`The source did not answer within ${seconds} s.`), "failed");
	}

	#fail(flight: Flight, error: unknown, kind: FailureKind): void {
		if (this.#flight === flight) this.#flight = undefined;
		this.#noteFailure(error, kind);
	}

	#noteFailure(error: unknown, kind: FailureKind): void {
		this.#failures += 1;
		const { wall, monotonic, random } = clock();
		this.#failure = { error, kind, wall: wall(), monotonic: monotonic(), random: random() };
		counters().refreshFailures += 1;
		const nextAttempt = new Date(wall() + this.#nextAttempt(this.#failure));
		publish("session:refresh-failed", () => ({
			session: this.#source.label,
			denied: kind === "denied",
			error,
			nextAttempt,
		}));
	}

	#forget(current: Current): void {
		this.#previousKey = current.value.accessKeyId;
		this.#current = undefined;
		this.#failure = undefined;
		this.#failures = 0;
	}

	#explain(): Error {
		const failure = this.#failure;
		if (failure === undefined) return new CredentialsUnavailableError(`${this.#source.label} has no credentials.`);
		const next = new Date(clock().wall() + Math.max(this.#nextAttempt(failure), 0)).toISOString();
		return this.#source.explain(failure.error, failure.kind, next);
	}

	#tooShort(minTtl: number, current: Current): Error {
		const seconds = Math.floor(current.lifetime / 1_000);
		return new MinTtlError(
			`${this.#source.label} was asked for credentials that live ${minTtl} s, but gets them for ${seconds} s only; ask for less or give the session a longer durationSeconds.`,
		);
	}
}
