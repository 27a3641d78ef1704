/** Moments, and how long ago they are. */

import { clock } from "./clock.js";

/** A moment on both clocks. */
export interface Moment {
	readonly wall: number;
	readonly monotonic: number;
}

/** This moment. */
export function now(): Moment {
	const present = clock();
	return { wall: present.wall(), monotonic: present.monotonic() };
}

/** Milliseconds since a moment by the larger of both clocks: one may step, the other stand still in a frozen process. */
export function elapsed({ wall, monotonic }: Moment): number {
	const present = clock();
	return Math.max(present.wall() - wall, present.monotonic() - monotonic);
}
