/** An attempt to get credentials that is shared by all callers. No caller can abort it. */

import { CredentialsUnavailableError } from "../errors.js";
import { clock } from "../home/clock.js";
import { home } from "../home/home.js";
import { elapsed, now } from "../home/moment.js";
import { NoTurnError } from "./call-limiter.js";
import type { AskingRegion, Attempt, CredentialSource, Fetched } from "./credential-source.js";
import { backOff } from "./refresh-rules.js";
import { Ending, pause } from "./wait.js";

/** Whether the attempt got credentials. */
export type Outcome = "done" | "failed";

/** How to start an attempt. */
export interface FlightPlan {
	/** Whether callers wait for it. */
	readonly urgent: boolean;
	/** Whether the source must bypass its cache. */
	readonly force: boolean;
	/** The maximum number of attempts, which the source may lower. */
	readonly attempts: number;
}

/** No caller waits for it. */
export const BACKGROUND: FlightPlan = { urgent: false, force: true, attempts: 1 };
/** Callers wait briefly, then use the current credentials. */
export const BRIEFLY_AWAITED: FlightPlan = { urgent: true, force: true, attempts: 1 };
/** Callers depend on it. */
export const BLOCKING: FlightPlan = { urgent: true, force: true, attempts: 3 };
/** The same, but the source may use its cache. */
export const FIRST: FlightPlan = { ...BLOCKING, force: false };

/** Receives the result. The failure of an abandoned attempt is not reported. */
export interface FlightEnd {
	/** Throws if it rejects the credentials. */
	landed(fetched: Fetched): void;
	failed(error: unknown): void;
}

const FLIGHT_TIME = 10_000;
/** Retries wait a fifth of the usual back-off, because callers are waiting. */
const HURRY = 5;
/** If a timer is this late, the process was frozen. */
const SLEPT = 1_000;

/** A shared attempt, including its retries. */
export class Flight implements Attempt {
	urgent: boolean;
	readonly force: boolean;
	readonly asking: AskingRegion;
	/** Its time ran out, and another one may have started. */
	abandoned = false;
	/** The session was invalidated since it started, so its result must be ignored. */
	obsolete = false;
	final?: true;
	waiting = false;
	/** For the callers that wait. {@link FlightEnd} receives the error. */
	readonly ending = new Ending<Outcome>();
	#attempts: number;
	/** The source's last error. */
	#lastError: unknown;
	readonly #source: CredentialSource;
	readonly #end: FlightEnd;
	readonly #startedAt = now();

	constructor(source: CredentialSource, { urgent, force, attempts }: FlightPlan, asking: AskingRegion, end: FlightEnd) {
		this.#source = source;
		this.asking = asking;
		this.urgent = urgent;
		this.force = force;
		this.#attempts = attempts;
		this.#end = end;
	}

	/** Milliseconds until its time runs out, by either clock, because one may be set back. */
	get timeLeft(): number {
		return this.#source.patience - elapsed(this.#startedAt);
	}

	/** Whether it is so late that the process must have been frozen. */
	get slept(): boolean {
		return this.timeLeft < -SLEPT;
	}

	/** Adds a caller, who may need it more urgently than the previous ones. */
	join({ urgent, attempts }: FlightPlan): void {
		this.urgent ||= urgent;
		this.#attempts = Math.max(this.#attempts, attempts);
	}

	/** Starts it, in an async context that retains no caller's scope. */
	start(): void {
		void home.detached(() => this.#fly().then((outcome) => this.ending.end(outcome)));
	}

	/** Ends it for all waiting callers. Its result will be ignored. */
	drop(): void {
		this.abandoned = true;
		this.obsolete = true;
		this.ending.end("failed");
	}

	/** The error for a timeout: the source's last error, if it had one. */
	hung(): unknown {
		if (this.#lastError !== undefined) return this.#lastError;
		if (this.waiting) return new NoTurnError();
		return new CredentialsUnavailableError(
			`${this.#source.label} received no response within ${this.#source.patience / 1_000} s.`,
		);
	}

	async #fly(): Promise<Outcome> {
		for (let attempt = 1; ; attempt += 1) {
			try {
				this.#end.landed(await this.#source.fetch(this));
				return "done";
			} catch (error) {
				if (!(error instanceof NoTurnError)) this.#lastError = error;
				// A failure after a freeze isn't the source's fault, because the sockets were closed.
				if (this.abandoned || this.slept) return "failed";
				const kind = this.#source.classify(error);
				const wait = backOff(kind, attempt - 1, false, clock().random()) / HURRY;
				const late = elapsed(this.#startedAt) + wait > FLIGHT_TIME;
				if (kind === "denied" || late || this.final || attempt >= Math.min(this.#attempts, this.#source.attempts)) {
					this.#end.failed(this.#lastError ?? error);
					return "failed";
				}
				await pause(wait);
				if (this.abandoned) return "failed";
			}
		}
	}
}
