/** One shared attempt to get credentials; it belongs to no caller, so none can abort it. */

import { CredentialsUnavailableError } from "../errors.js";
import { clock } from "../home/clock.js";
import { home } from "../home/home.js";
import { elapsed, now } from "../home/moment.js";
import { NoTurnError } from "./call-limiter.js";
import type { AskingRegion, Attempt, CredentialSource, Fetched } from "./credential-source.js";
import { backOff } from "./refresh-rules.js";
import { Ending, pause } from "./wait.js";

/** Whether it brought credentials. */
export type Outcome = "done" | "failed";

/** How a flight is started. */
export interface FlightPlan {
	/** Callers wait for it. */
	readonly urgent: boolean;
	/** The source must not answer from a memory of its own. */
	readonly force: boolean;
	/** So many attempts at most, and no more than the source allows. */
	readonly attempts: number;
}

/** Nobody waits for it. */
export const BACKGROUND: FlightPlan = { urgent: false, force: true, attempts: 1 };
/** Callers wait briefly, and then go on with what is held. */
export const BRIEFLY_AWAITED: FlightPlan = { urgent: true, force: true, attempts: 1 };
/** Callers have nothing else. */
export const BLOCKING: FlightPlan = { urgent: true, force: true, attempts: 3 };
/** The same, where the source may answer from its memory. */
export const FIRST: FlightPlan = { ...BLOCKING, force: false };

/** Who is told how it ended; an abandoned flight's failure is told to nobody. */
export interface FlightEnd {
	/** Throws for an answer that will not do. */
	landed(fetched: Fetched): void;
	failed(error: unknown): void;
}

const FLIGHT_TIME = 10_000;
/** Between the attempts of one flight the waits are a fifth of those between flights: callers are waiting. */
const HURRY = 5;
/** A timer that is so late slept with its process. */
const SLEPT = 1_000;

/** A flight, from take-off to its one outcome. */
export class Flight implements Attempt {
	urgent: boolean;
	readonly force: boolean;
	readonly asking: AskingRegion;
	/** Too old to be waited for; another may have taken its place. */
	abandoned = false;
	/** The session was invalidated since it started: what it brings may be what was to be forgotten. */
	obsolete = false;
	final?: true;
	waiting = false;
	/** For those who wait; what went wrong is told to {@link FlightEnd}. */
	readonly ending = new Ending<Outcome>();
	#attempts: number;
	/** The last error of its source. */
	#said: unknown;
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

	/** Milliseconds until it is too old, by either clock: one may be stepped back. */
	get timeLeft(): number {
		return this.#source.patience - elapsed(this.#startedAt);
	}

	/** Whether it is so much too old that the process must have been frozen meanwhile. */
	get slept(): boolean {
		return this.timeLeft < -SLEPT;
	}

	/** Another caller needs it, perhaps more than those before. */
	join({ urgent, attempts }: FlightPlan): void {
		this.urgent ||= urgent;
		this.#attempts = Math.max(this.#attempts, attempts);
	}

	/** Takes off, in a context that retains no caller's scope. */
	start(): void {
		void home.detached(() => this.#fly().then((outcome) => this.ending.end(outcome)));
	}

	/** Ends it for those who wait, whatever it still brings. */
	drop(): void {
		this.abandoned = true;
		this.obsolete = true;
		this.ending.end("failed");
	}

	/** Why it did not end in time: what its source said last, else that it said nothing. */
	hung(): unknown {
		if (this.#said !== undefined) return this.#said;
		if (this.waiting) return new NoTurnError();
		return new CredentialsUnavailableError(
			`${this.#source.label} got no answer within ${this.#source.patience / 1_000} s.`,
		);
	}

	async #fly(): Promise<Outcome> {
		for (let attempt = 1; ; attempt += 1) {
			try {
				this.#end.landed(await this.#source.fetch(this));
				return "done";
			} catch (error) {
				if (!(error instanceof NoTurnError)) this.#said = error;
				// What fails after a freeze says nothing about the source: the sockets are dead.
				if (this.abandoned || this.slept) return "failed";
				const kind = this.#source.classify(error);
				const wait = backOff(kind, attempt - 1, false, clock().random()) / HURRY;
				const late = elapsed(this.#startedAt) + wait > FLIGHT_TIME;
				if (kind === "denied" || late || this.final || attempt >= Math.min(this.#attempts, this.#source.attempts)) {
					this.#end.failed(this.#said ?? error);
					return "failed";
				}
				await pause(wait);
				if (this.abandoned) return "failed";
			}
		}
	}
}
