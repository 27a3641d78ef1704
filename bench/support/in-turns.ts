/**
 * What a few microseconds on top of twenty cost, on a machine that does other things too. Two functions are timed in
 * short blocks by turns, hundreds of times, and each block is compared with its neighbour: what slows the machine for
 * longer than a quarter of a millisecond meets both, and the median leaves out the blocks in which it began or ended.
 * (mitata's `measure`, which the other benches use, takes 40 ms for a figure: too long to be neighbours here.)
 */

import { setFlagsFromString } from "node:v8";
import { median, SMOKE } from "./measure.js";

/** Something to be timed: gives a promise, which is awaited before the next call. */
export type Call = () => Promise<unknown>;

/** A call, and what makes the same call with something added; nothing is added to the process before it is made. */
export interface Pair {
	readonly bare: Call;
	readonly add: () => Promise<Call>;
}

/** Nanoseconds per call; medians. */
export interface Difference {
	/** The bare call in a process to which nothing was added yet. */
	readonly alone: number;
	/** The bare call by turns with the other one. */
	readonly bare: number;
	readonly added: number;
	/** The median of the differences, not the difference of the medians. */
	readonly difference: number;
}

const BLOCK_NANOSECONDS = 250_000;
const ROUNDS = SMOKE ? 200 : 800;
const WARM_UP_BLOCKS = SMOKE ? 10 : 20;

/** The cost of what is added. */
export async function inTurns({ bare, add }: Pair): Promise<Difference> {
	// After a million calls of one sort V8 may, by chance, come to allocate part of what they need in the old generation.
	// Whatever that refers to then outlives its call, and collecting the garbage costs more than anything timed here.
	setFlagsFromString("--no-allocation-site-pretenuring");
	const calls = Math.max(10, Math.round(BLOCK_NANOSECONDS / (await warmUp(bare))));
	const alone: number[] = [];
	for (let round = 0; round < ROUNDS / 2; round += 1) alone.push(await block(bare, calls));
	const call = await add();
	await warmUp(call);
	const rounds: { readonly bare: number; readonly added: number }[] = [];
	for (let round = 0; round < ROUNDS; round += 1) {
		if (round % 2 === 0) rounds.push({ bare: await block(bare, calls), added: await block(call, calls) });
		else rounds.push({ added: await block(call, calls), bare: await block(bare, calls) });
	}
	return {
		alone: median(alone),
		bare: median(rounds.map((round) => round.bare)),
		added: median(rounds.map((round) => round.added)),
		difference: median(rounds.map((round) => round.added - round.bare)),
	};
}

/** By time and not by calls: what is fast is compiled after more of them. Gives what a call took at the end. */
async function warmUp(call: Call): Promise<number> {
	let time = await block(call, 1_000);
	for (let count = 0; count < WARM_UP_BLOCKS; count += 1) time = await block(call, Math.ceil(10_000_000 / time));
	return time;
}

async function block(call: Call, calls: number): Promise<number> {
	const start = process.hrtime.bigint();
	for (let index = 0; index < calls; index += 1) await call();
	return Number(process.hrtime.bigint() - start) / calls;
}
