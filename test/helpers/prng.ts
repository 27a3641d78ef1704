/** Repeatable random numbers: print the seed when a test fails, and set `TEST_SEED` to repeat the run. */

/** Numbers in [0, 1) from a seed. */
export function prng(seed: number): () => number {
	let state = seed >>> 0;
	return () => {
		state = (state + 0x6d2b79f5) >>> 0;
		let mixed = Math.imul(state ^ (state >>> 15), state | 1);
		mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
	};
}

/** The seed of this run, which is different each time unless `TEST_SEED` is set. */
export const runSeed = (): number => Number(process.env["TEST_SEED"] ?? Date.now() % 2 ** 32);
