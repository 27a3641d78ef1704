/** Chance that follows from a seed, as in the tests' own helper. */

import { setImmediate as turn, setTimeout as wait } from "node:timers/promises";

export function chanceOf(seed) {
	let state = seed >>> 0;
	const random = () => {
		state = (state + 0x6d2b79f5) >>> 0;
		let mixed = Math.imul(state ^ (state >>> 15), state | 1);
		mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
	};
	return {
		chance: (probability) => random() < probability,
		async pause() {
			const kind = random();
			if (kind < 0.2) return;
			if (kind < 0.5) await null;
			else if (kind < 0.85) await turn();
			else await wait(random() * 3);
		},
	};
}
