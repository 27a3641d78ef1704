/** Decides which targets may start: limits per account and per region, and the back-off of throttled ones. */

/** Where a target's task runs. */
export interface Place {
	readonly account: string;
	readonly region: string;
}

const FIRST_WAIT_MS = 500;
const MAX_WAIT_MS = 20_000;

/** A throttled account in one region. */
interface Throttled {
	readonly inRow: number;
	readonly until: number;
}

/** The running tasks by account and by region, and the throttled places. */
export class Limits {
	readonly #perAccount: number;
	readonly #perRegion: number;
	readonly #accounts = new Map<string, number>();
	readonly #regions = new Map<string, number>();
	readonly #throttled = new Map<string, Throttled>();

	constructor(perAccount: number, perRegion: number) {
		this.#perAccount = perAccount;
		this.#perRegion = perRegion;
	}

	/** Whether one more task may run here. */
	isFree({ account, region }: Place): boolean {
		return (this.#accounts.get(account) ?? 0) < this.#perAccount && (this.#regions.get(region) ?? 0) < this.#perRegion;
	}

	/** How many milliseconds until the back-off of this account and region ends. */
	backOff(place: Place): number {
		if (this.#throttled.size === 0) return 0;
		return Math.max(0, (this.#throttled.get(keyOf(place))?.until ?? 0) - performance.now());
	}

	/** Counts a task that starts (1) or ends (-1). */
	count({ account, region }: Place, change: 1 | -1): void {
		add(this.#accounts, account, change);
		add(this.#regions, region, change);
	}

	/** Makes all targets of this account and region wait, longer each time in a row. */
	throttled(place: Place): void {
		const key = keyOf(place);
		const { inRow = 0, until = 0 } = this.#throttled.get(key) ?? {};
		const now = performance.now();
		// Tasks that ran at the same time are throttled together, which counts once.
		if (until > now) return;
		const wait = Math.min(FIRST_WAIT_MS * 2 ** Math.min(inRow, 10), MAX_WAIT_MS) * (0.5 + Math.random() / 2);
		this.#throttled.set(key, { inRow: inRow + 1, until: now + wait });
	}

	/** A task was not throttled. */
	passed(place: Place): void {
		if (this.#throttled.size > 0) this.#throttled.delete(keyOf(place));
	}
}

const keyOf = ({ account, region }: Place): string => `${account} ${region}`;

function add(counts: Map<string, number>, key: string, change: number): void {
	const count = (counts.get(key) ?? 0) + change;
	if (count > 0) counts.set(key, count);
	else counts.delete(key);
}
