/**
 * Measures a few microseconds added to about twenty, on a machine that is also busy with other work. Two functions take
 * turns in short blocks, hundreds of times, and each block is compared with its neighbor. A disturbance of more than a
 * quarter of a millisecond affects both, and the median ignores the blocks in which it starts or ends. (mitata's
 * `measure`, which the other benchmarks use, takes 40 ms per figure, which is too long here.)
 */

import { setFlagsFromString } from "node:v8";
import { median, SMOKE } from "./measure.js";

/** A function to measure. Its promise is awaited before the next call. */
export type Call = () => Promise<unknown>;

/** A call, and a function that creates the same call with something added. Nothing is added to the process before that. */
export interface Pair {
	readonly bare: Call;
	readonly add: () => Promise<Call>;
	/** Creates a call that shows how fast the machine is during the measurement. */
	readonly reference: () => Promise<Call>;
}

/** Medians, in nanoseconds per call. */
export interface Difference {
	/** The bare call, before anything was added to the process. */
	readonly alone: number;
	/** The bare call, taking turns with the other one. */
	readonly bare: number;
	readonly added: number;
	/** The median of the differences, not the difference of the medians. */
	readonly difference: number;
	/** The reference, taking turns with both. */
	readonly reference: number;
}

const BLOCK_NANOSECONDS = 250_000;
const ROUNDS = SMOKE ? 200 : 800;
const WARM_UP_BLOCKS = SMOKE ? 10 : 20;

/** The cost of what is added. */
export async function inTurns({ bare, add, reference }: Pair): Promise<Difference> {
	// After a million equal calls, V8 may happen to allocate some of their objects in the old generation. Everything that
	// these refer to outlives its call, and the garbage collection costs more than anything measured here.
	setFlagsFromString("--no-allocation-site-pretenuring");
	const calls = Math.max(10, Math.round(BLOCK_NANOSECONDS / (await warmUp(bare))));
	const alone: number[] = [];
	for (let round = 0; round < ROUNDS / 2; round += 1) alone.push(await block(bare, calls));
	const call = await add();
	await warmUp(call);
	const beside = await reference();
	const besides = Math.max(10, Math.round(BLOCK_NANOSECONDS / (await warmUp(beside))));
	const references: number[] = [];
	const rounds: { readonly bare: number; readonly added: number }[] = [];
	for (let round = 0; round < ROUNDS; round += 1) {
		references.push(await block(beside, besides));
		if (round % 2 === 0) rounds.push({ bare: await block(bare, calls), added: await block(call, calls) });
		else rounds.push({ added: await block(call, calls), bare: await block(bare, calls) });
	}
	return {
		alone: median(alone),
		bare: median(rounds.map((round) => round.bare)),
		added: median(rounds.map((round) => round.added)),
		difference: median(rounds.map((round) => round.added - round.bare)),
		reference: median(references),
	};
}

/** Warms up by time instead of calls, because fast functions are compiled after more calls. Returns the last time per call. */
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
