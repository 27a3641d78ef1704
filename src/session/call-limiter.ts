/** Limits concurrent calls to one STS endpoint, and shares the slots fairly between roles and between calling accounts. */

import { clock } from "../home/clock.js";
import type { Attempt } from "./credential-source.js";
import { isThrottle } from "./sts-errors.js";

/** The role and the account that a call counts toward. */
export interface Sharer {
	/** The role that the call is for. */
	readonly role: string;
	/** The account whose key signs the call. */
	readonly caller: string;
}

interface Waiting extends Sharer {
	readonly attempt: Attempt;
	/** Its position among the calls that have started; 0 while it waits. */
	number: number;
	hung: boolean;
	go(): void;
	leave(): void;
}

/** The attempt's time ran out before its call started, so STS was not called. */
export class NoTurnError extends Error {
	constructor() {
		super("The attempt waited too long for its turn, because other STS calls of this process took too long.");
	}
}

/** While other calls wait, one caller or one role gets at most this share of the slots. */
const CALLER_SHARE = 1 / 2;
const ROLE_SHARE = 1 / 4;
/** The share of all roles together whose last call hung, even if no other call waits. */
const HUNG_SHARE = 3 / 4;
/** Throttling leaves at least this share of the slots. */
const FLOOR = 1 / 4;
/** A call that fails after this many milliseconds counts as hung. */
const SLOW = 1_000;
/** The maximum number of hung roles that are remembered. */
const REMEMBERED = 1_000;
/** After this many attempts that callers wait for, a background refresh gets a slot. */
const URGENT_IN_ROW = 3;

const part = (share: number, places: number): number => Math.max(1, Math.floor(share * places));

/** Limits concurrent calls. A throttled call halves the limit, and each success raises it by one. */
export class CallLimiter {
	readonly #most: number;
	#limit: number;
	#running = 0;
	#begun = 0;
	/** The last call that had started when the limit was halved. Results up to that call don't change the new limit. */
	#halvedAt = 0;
	#urgentInRow = 0;
	#hungRunning = 0;
	readonly #waiting = new Set<Waiting>();
	/** Occupied slots, by role and by caller. */
	readonly #held = new Map<string, number>();
	/** Roles whose last call hung. */
	readonly #hung = new Set<string>();

	constructor(most: number) {
		this.#most = most;
		this.#limit = most;
	}

	/**
	 * Runs `call` when it gets a slot.
	 * @throws {NoTurnError} if the attempt's time runs out, or it is abandoned, while it waits
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

	/** Ranks are computed now, because callers may have started to wait for an attempt since it was queued. */
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

	/** Lower goes first: calls within their shares, then those that callers wait for, then by occupied slots, then in order. */
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
