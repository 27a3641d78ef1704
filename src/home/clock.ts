/** The only file that reads clocks and random numbers, so that tests can replace them. */

import { describe, fail } from "./check.js";
import { slot } from "./home.js";

/** The source of time and random numbers. */
export interface Clock {
	/** The wall clock, in milliseconds since the epoch. It may jump. */
	wall(): number;
	/** A monotonic clock, in milliseconds. It may stop while the process is frozen. */
	monotonic(): number;
	/** A number in [0, 1). */
	random(): number;
	/** Calls `callback` once after this many milliseconds. Returns a function that cancels it. */
	after(milliseconds: number, callback: () => void): () => void;
}

// Read now, so that a test's fake timers don't stop our waits. `Date` is read on each call, so that tests can set it.
const { setTimeout, clearTimeout } = process.getBuiltinModule("node:timers");
const monotonic = performance.now.bind(performance);

/** The system's clock. @internal */
export const systemClock: Clock = Object.freeze({
	wall: () => Date.now(),
	monotonic,
	random: () => Math.random(),
	after: (milliseconds: number, callback: () => void) => {
		const timer = setTimeout(callback, milliseconds);
		return () => clearTimeout(timer);
	},
});

const state = slot("clock", () => ({ current: systemClock }));

/** The current clock. @internal */
export const clock = (): Clock => state().current;

/** Replaces the clock. Returns a function that restores the previous one. */
export function useClock(replacement: Clock): () => void {
	for (const name of ["wall", "monotonic", "random", "after"] as const) {
		const member: unknown = (replacement as Clock | undefined)?.[name];
		if (typeof member !== "function")
			fail(`useClock() takes a clock whose ${name} is a function, not ${describe(member)}.`);
	}
	const holder = state();
	const previous = holder.current;
	holder.current = replacement;
	return () => {
		holder.current = previous;
	};
}

/** Waits for one turn of the event loop. Uses a message, because tests may have faked timers before this file was loaded. @internal */
export function eventLoopTurn(): Promise<void> {
	return new Promise((resolve) => {
		const { MessageChannel } = process.getBuiltinModule("node:worker_threads");
		const { port1, port2 } = new MessageChannel();
		port1.once("message", () => {
			port1.close();
			resolve();
		});
		port2.postMessage(undefined);
	});
}
