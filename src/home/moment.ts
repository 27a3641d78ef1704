/** Points in time, and how long ago they are. */

import { clock } from "./clock.js";

/** A point in time on both clocks. */
export interface Moment {
	readonly wall: number;
	readonly monotonic: number;
}

export function now(): Moment {
	const current = clock();
	return { wall: current.wall(), monotonic: current.monotonic() };
}

/** Milliseconds since a moment. Uses the larger value: one clock may jump, the other may stop in a frozen process. */
export function elapsed({ wall, monotonic }: Moment): number {
	const current = clock();
	return Math.max(current.wall() - wall, current.monotonic() - monotonic);
}
