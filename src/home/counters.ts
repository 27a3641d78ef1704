/** Plain counters of what happened, for `stats()`. */

import { slot } from "./home.js";

/** How often each thing happened since the start or the last reset. */
export interface Counters {
	clientsBuilt: number;
	clientsEvicted: number;
	sessionsEvicted: number;
	assumeRoleCalls: number;
	refreshes: number;
	refreshFailures: number;
	refusals: number;
}

/** The counters of this home. @internal */
export const counters: () => Counters = slot("counters", () => ({
	clientsBuilt: 0,
	clientsEvicted: 0,
	sessionsEvicted: 0,
	assumeRoleCalls: 0,
	refreshes: 0,
	refreshFailures: 0,
	refusals: 0,
}));
