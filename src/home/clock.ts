/** The only room that reads clocks and random numbers, so that tests can bring their own. */

import { describe, fail } from "./check.js";
import { slot } from "./home.js";

/** Where time and chance come from. */
export interface Clock {
	/** Wall clock, in milliseconds since the epoch; may step. */
	wall(): number;
	/** Monotonic clock, in milliseconds; may stand still while the process is frozen. */
	monotonic(): number;
	/** A number in [0, 1). */
	random(): number;
	/** Calls back once after so many milliseconds; the returned function cancels it. */
	after(milliseconds: number, callback: () => void): () => void;
}

// Taken now: a test that fakes timers later must not hold up a wait. `Date` stays the one that tests set.
const { setTimeout, clearTimeout } = process.getBuiltinModule("node:timers");
const monotonic = performance.now.bind(performance);

/** The clock of a running process. @internal */
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

/** The clock in force. @internal */
export const clock = (): Clock => state().current;

/** Puts another clock in place of the system's; returns what puts the former one back. */
export function useClock(replacement: Clock): () => void {
	for (const name of ["wall", "monotonic", "random", "after"] as const) {
		const member: unknown = (replacement as Clock | undefined)?.[name];
		if (typeof member !== "function")
			fail(`useClock() takes a clock whose ${name} is a function, not ${describe(member)}.`);
	}
	const holder = state();
	const former = holder.current;
	holder.current = replacement;
	return () => {
		holder.current = former;
	};
}

/** Waits for one turn of the event loop: by a message, which fake timers leave alone even where they were there first. @internal */
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
