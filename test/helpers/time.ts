/** Time that moves only when a test says so, for the library, the SDK and the local AWS alike. */

import { setImmediate as turn } from "node:timers/promises";
import { vi } from "vitest";
import { useClock } from "../../src/home/clock.js";
import { prng } from "./prng.js";

export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;

/** One time for all; disposing it gives the process its own back. */
export interface TestTime extends Disposable {
	/** AWS's clock, for `startLocalAws({ clock })`; no step of the local clock reaches it. */
	readonly aws: () => number;
	/** Moves every clock and fires the timers that fall due, also those of the SDK. */
	advance(milliseconds: number): Promise<void>;
	/** Moves this machine's wall clock alone. */
	stepWall(milliseconds: number): void;
	/** Moves the wall clocks, but neither the monotonic clock nor any timer: the machine was frozen. */
	freeze(milliseconds: number): void;
	/** How many timers are pending. */
	timers(): number;
}

/** Lets what is under way in this process and on its sockets go on, as long as `busy` says so (or a moment). */
export async function settle(busy: () => boolean = () => false): Promise<void> {
	for (let quiet = 0; quiet < 5; quiet += 1) {
		if (busy()) quiet = 0;
		await turn();
	}
}

/** Takes hold of the clocks. A whole second, so that a `Date` header is exact. */
export function testTime({
	seed = 1,
	/** The short waits between the attempts of one flight take no time, for tests that wait for a whole flight over sockets. */
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
