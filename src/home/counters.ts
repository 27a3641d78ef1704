/** The counters that `stats()` returns. */

import { slot } from "./home.js";

/** Counts since the start of the process or the last `close()`. */
export interface Counters {
	clientsBuilt: number;
	clientsEvicted: number;
	sessionsEvicted: number;
	assumeRoleCalls: number;
	refreshes: number;
	refreshFailures: number;
	refusals: number;
}

/** The home's counters. @internal */
export const counters: () => Counters = slot("counters", () => ({
	clientsBuilt: 0,
	clientsEvicted: 0,
	sessionsEvicted: 0,
	assumeRoleCalls: 0,
	refreshes: 0,
	refreshFailures: 0,
	refusals: 0,
}));
