/** The only room that reads clocks and random numbers, so that tests can bring their own. */

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

/** The clock of a running process. */
export const systemClock: Clock = Object.freeze({
	wall: () => Date.now(),
	monotonic: () => performance.now(),
	random: () => Math.random(),
	after: (milliseconds: number, callback: () => void) => {
		const timer = setTimeout(callback, milliseconds);
		return () => clearTimeout(timer);
	},
});

const state = slot("clock", () => ({ current: systemClock }));

/** The clock in force. */
export const clock = (): Clock => state().current;

/** Puts another clock in place of the system's; returns what puts the former one back. */
export function useClock(replacement: Clock): () => void {
	const holder = state();
	const former = holder.current;
	holder.current = replacement;
	return () => {
		holder.current = former;
	};
}
