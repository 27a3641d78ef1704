/** Simulated time for the library, the SDK and the local AWS. It advances only when a test says so. */

import { setImmediate as turn } from "node:timers/promises";
import { vi } from "vitest";
import { useClock } from "../../src/home/clock.js";
import { prng } from "./prng.js";

export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;

/** The simulated time. Disposing it restores the process's own clocks. */
export interface TestTime extends Disposable {
	/** AWS's clock, for `startLocalAws({ clock })`. Changes of the local clock don't affect it. */
	readonly aws: () => number;
	/** Advances all clocks and fires the timers that are due, including the SDK's. */
	advance(milliseconds: number): Promise<void>;
	/** Changes only this machine's wall clock. */
	stepWall(milliseconds: number): void;
	/** Advances the wall clocks, but neither the monotonic clock nor timers, as if the machine had been frozen. */
	freeze(milliseconds: number): void;
	/** The number of pending timers. */
	timers(): number;
}

/** Lets pending work in this process and on its sockets continue while `busy` returns true, or for a moment. */
export async function settle(busy: () => boolean = () => false): Promise<void> {
	for (let quiet = 0; quiet < 5; quiet += 1) {
		if (busy()) quiet = 0;
		await turn();
	}
}

/** Replaces the clocks. The time starts at a whole second, so that a `Date` header is exact. */
export function testTime({
	seed = 1,
	/** Makes the short waits between retries take no time, for tests that wait for all attempts over sockets. */
	hurry = false,
	start = Date.parse("2026-08-01T12:00:00Z"),
} = {}): TestTime {
	vi.useFakeTimers({ toFake: ["Date", "setTimeout", "clearTimeout"], now: start });
	let aws = start;
	let monotonic = 1_000;
	const restore = useClock({
		wall: () => Date.now(),
		monotonic: () => monotonic,
		random: prng(seed),
		after: (milliseconds, callback) => {
			if (hurry && milliseconds <= SECOND) {
				const soon = setImmediate(callback);
				return () => clearImmediate(soon);
			}
			const timer = setTimeout(callback, milliseconds);
			return () => clearTimeout(timer);
		},
	});
	return {
		aws: () => aws,
		async advance(milliseconds) {
			aws += milliseconds;
			monotonic += milliseconds;
			vi.advanceTimersByTime(milliseconds);
			await settle();
		},
		stepWall: (milliseconds) => void vi.setSystemTime(Date.now() + milliseconds),
		freeze(milliseconds) {
			aws += milliseconds;
			vi.setSystemTime(Date.now() + milliseconds);
		},
		timers: () => vi.getTimerCount(),
		[Symbol.dispose]() {
			restore();
			vi.useRealTimers();
		},
	};
}
