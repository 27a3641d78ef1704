/** A bounded number of calls at once to one endpoint, shared fairly between roles and between the accounts that call. */

import { clock } from "../home/clock.js";
import type { Attempt } from "./credential-source.js";
import { isThrottle } from "./sts-errors.js";

/** Whom a call counts against. */
export interface Sharer {
	/** The role that the call is for. */
	readonly role: string;
	/** The account whose key signs the call. */
	readonly caller: string;
}

interface Waiting extends Sharer {
	readonly attempt: Attempt;
	/** Its number among the calls that have begun. */
	number: number;
	hung: boolean;
	go(): void;
	leave(): void;
}

/** The attempt ran out of patience before its call began, so STS said nothing. */
export class NoTurnError extends Error {
	constructor() {
		super("The attempt waited too long for its turn, because other STS calls of this process took too long.");
	}
}

/** While others wait, one caller holds this part of the places at most, and one role that part. */
const CALLER_SHARE = 1 / 2;
const ROLE_SHARE = 1 / 4;
/** All roles whose last call hung hold this part together at most, also while nobody else waits. */
const HUNG_SHARE = 3 / 4;
/** No throttle takes away more than three quarters of the places. */
const FLOOR = 1 / 4;
/** A call that fails after so long has hung (milliseconds). */
const SLOW = 1_000;
/** So many hung roles are remembered. */
const REMEMBERED = 1_000;
/** After so many attempts that callers wait for comes one that nobody waits for yet. */
const URGENT_IN_ROW = 3;

const part = (share: number, places: number): number => Math.max(1, Math.floor(share * places));

/** At most so many calls at once. A throttled call halves the limit, a success gives one place back. */
export class CallLimiter {
	readonly #most: number;
	#limit: number;
	#running = 0;
	#begun = 0;
	/** The calls up to this one had begun when the limit was last halved, and say nothing about the new one. */
	#halvedAt = 0;
	#urgentInRow = 0;
	#hungRunning = 0;
	readonly #waiting = new Set<Waiting>();
	/** Places held, by role and by caller. */
	readonly #held = new Map<string, number>();
	/** Roles whose last call hung. */
	readonly #hung = new Set<string>();

	constructor(most: number) {
		this.#most = most;
		this.#limit = most;
	}

	/**
	 * Runs `call` when its turn comes.
	 * @throws {NoTurnError} if the attempt runs out of patience, or is abandoned, while it waits
	 */
	async run<T>(attempt: Attempt, { role, caller }: Sharer, call: () => Promise<T>): Promise<T> {
		if (attempt.abandoned) throw new NoTurnError();
		const entry: Waiting = { attempt, role, caller, number: 0, hung: false, go: () => {}, leave: () => {} };
		this.#waiting.add(entry);
		this.#admit();
		if (entry.number === 0) await this.#turn(entry);
		const start = clock().monotonic();
		let hung = false;
		try {
			const result = await call();
			if (entry.number > this.#halvedAt) this.#limit = Math.min(this.#limit + 1, this.#most);
			return result;
		} catch (error) {
			hung = clock().monotonic() - start >= SLOW;
			if (isThrottle(error) && entry.number > this.#halvedAt) {
				this.#limit = Math.max(part(FLOOR, this.#most), Math.floor(this.#limit / 2));
				this.#halvedAt = this.#begun;
			}
			throw error;
		} finally {
			this.#note(role, hung);
			this.#hold(entry, -1);
			this.#admit();
		}
	}

	async #turn(entry: Waiting): Promise<void> {
		const { attempt } = entry;
		attempt.waiting = true;
		let cancel: (() => void) | undefined;
		try {
			await new Promise<void>((resolve, reject) => {
				entry.go = resolve;
				entry.leave = () => {
					this.#waiting.delete(entry);
					reject(new NoTurnError());
				};
				const { timeLeft } = attempt;
				if (Number.isFinite(timeLeft)) cancel = clock().after(timeLeft, () => entry.leave());
			});
		} finally {
			attempt.waiting = false;
			cancel?.();
		}
	}

	#admit(): void {
		while (this.#running < this.#limit) {
			const next = this.#next();
			if (next === undefined) return;
			this.#waiting.delete(next);
			this.#urgentInRow = next.attempt.urgent ? this.#urgentInRow + 1 : 0;
			this.#begun += 1;
			next.number = this.#begun;
			next.hung = this.#hung.has(next.role);
			this.#hold(next, 1);
			next.go();
		}
	}

	/** Callers may have come to wait for an attempt since it was queued, so its rank is worked out now. */
	#next(): Waiting | undefined {
		const hungMay = this.#hungRunning < part(HUNG_SHARE, this.#limit);
		let first: Waiting | undefined;
		let best = Number.POSITIVE_INFINITY;
		for (const entry of this.#waiting) {
			if (entry.attempt.abandoned) entry.leave();
			else if (hungMay || !this.#hung.has(entry.role)) {
				const rank = this.#rank(entry);
				if (rank < best) [first, best] = [entry, rank];
			}
		}
		return first;
	}

	/** Lower goes first: within the shares, then awaited by callers, then by the places held; equal ones in their order. */
	#rank({ role, caller, attempt }: Waiting): number {
		const byRole = this.#held.get(role) ?? 0;
		const byCaller = this.#held.get(caller) ?? 0;
		const over =
			Number(byCaller >= part(CALLER_SHARE, this.#limit)) * 2 + Number(byRole >= part(ROLE_SHARE, this.#limit));
		const later = Number(attempt.urgent === this.#urgentInRow >= URGENT_IN_ROW);
		const base = this.#most + 1;
		return ((over * 2 + later) * base + byCaller) * base + byRole;
	}

	#hold({ role, caller, hung }: Waiting, change: 1 | -1): void {
		this.#running += change;
		if (hung) this.#hungRunning += change;
		for (const sharer of new Set([role, caller])) {
			const held = (this.#held.get(sharer) ?? 0) + change;
			if (held > 0) this.#held.set(sharer, held);
			else this.#held.delete(sharer);
		}
	}

	#note(role: string, hung: boolean): void {
		this.#hung.delete(role);
		if (!hung) return;
		this.#hung.add(role);
		const [oldest = ""] = this.#hung;
		if (this.#hung.size > REMEMBERED) this.#hung.delete(oldest);
	}
}
