/**
 * What a few microseconds on top of twenty cost, on a machine that does other things too. Two functions are timed in
 * short blocks by turns, hundreds of times, and each block is compared with its neighbour: what slows the machine for
 * longer than a quarter of a millisecond meets both, and the median leaves out the blocks in which it began or ended.
 * (mitata's `measure`, which the other benches use, takes 40 ms for a figure: too long to be neighbours here.)
 */

import { median, SMOKE } from "./measure.js";

/** A call and the same call with something added; each gives a promise, which is awaited before the next call. */
export interface Pair {
	readonly bare: () => Promise<unknown>;
	readonly added: () => Promise<unknown>;
}

/** Nanoseconds per call; medians. The difference is the median of the differences, not that of the medians. */
export interface Difference {
	readonly bare: number;
	readonly added: number;
	readonly difference: number;
}

const BLOCK_NANOSECONDS = 250_000;
const ROUNDS = SMOKE ? 500 : 3_000;
const WARM_UP_CALLS = 4_000;

/** The cost of what is added in each pair, all pairs in turns. */
export async function inTurns(pairs: readonly Pair[]): Promise<Difference[]> {
	for (const { bare, added } of pairs) {
		await block(bare, WARM_UP_CALLS);
		await block(added, WARM_UP_CALLS);
	}
	const timed = [];
	for (const pair of pairs) {
		const times = [await block(pair.bare, 100), await block(pair.bare, 100), await block(pair.bare, 100)];
		timed.push({ ...pair, calls: Math.max(10, Math.round(BLOCK_NANOSECONDS / median(times))), rounds: [] as Round[] });
	}
	for (let round = 0; round < ROUNDS; round += 1) {
		for (const { bare, added, calls, rounds } of timed) {
			if (round % 2 === 0) rounds.push({ bare: await block(bare, calls), added: await block(added, calls) });
			else rounds.push({ added: await block(added, calls), bare: await block(bare, calls) });
		}
	}
	return timed.map(({ rounds }) => ({
		bare: median(rounds.map((round) => round.bare)),
		added: median(rounds.map((round) => round.added)),
		difference: median(rounds.map((round) => round.added - round.bare)),
	}));
}

interface Round {
	readonly bare: number;
	readonly added: number;
}

async function block(call: () => Promise<unknown>, calls: number): Promise<number> {
	const start = process.hrtime.bigint();
	for (let index = 0; index < calls; index += 1) await call();
	return Number(process.hrtime.bigint() - start) / calls;
}
