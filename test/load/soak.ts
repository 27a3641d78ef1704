/** A soak of one entry point: many invocations of many tenants, compared at AWS, with the memory looked at on the way. */

import { isUnscoped } from "../helpers/aws.js";
import { interleave } from "../helpers/interleave.js";
import { ENTRY_POINTS, type Opened } from "./entry-points.js";

/** How it stands, since the start. */
export interface Progress {
	readonly done: number;
	readonly seconds: number;
	/** Verified data requests that AWS answered. */
	readonly requests: number;
	/** Those signed by another account than they were meant for. */
	readonly wrong: number;
	/** Those that say nothing of whom they are meant for, or that the process signed for itself unasked. */
	readonly unscoped: number;
	/** MiB, after a collection. */
	readonly heap: number;
}

/** What a soak found. */
export interface Soaked {
	readonly progress: readonly Progress[];
	/** The first of what invocations were rejected with, though not on purpose. */
	readonly failures: readonly string[];
	/** Tenants for whom a request was answered. */
	readonly tenants: number;
	readonly assumeRoleCalls: number;
	/** What AWS refused, by its code. */
	readonly refused: Readonly<Record<string, number>>;
}

/** What a soak is asked for. */
export interface Soak {
	/** The name of an entry point. */
	readonly name: string;
	readonly invocations: number;
	readonly tenants: number;
	readonly seed: number;
	/** How often progress is told. */
	readonly steps: number;
}

/** Runs it. What AWS has seen is judged and forgotten step by step, so that only what the product keeps can grow. */
export async function soak(task: Soak, tell: (progress: Progress) => void): Promise<Soaked> {
	const { name, seed, tenants } = task;
	const entryPoint = ENTRY_POINTS.find((one) => one.name === name);
	if (entryPoint === undefined) throw new Error(`There is no entry point ${name}.`);
	const opened = await entryPoint.open(seed, { tenants });
	try {
		return await run(task, entryPoint.concurrency, opened, tell);
	} finally {
		await opened[Symbol.asyncDispose]();
	}
}

async function run(
	{ invocations, seed, steps }: Soak,
	concurrency: number,
	{ all, invoke, heap: heapOf }: Opened,
	tell: (progress: Progress) => void,
): Promise<Soaked> {
	const started = performance.now();
	const progress: Progress[] = [];
	let [done, requests, wrong, unscoped] = [0, 0, 0, 0];
	const step = Math.ceil(invocations / steps);

	const look = async (): Promise<void> => {
		const heap = Math.round((await heapOf()) / 2 ** 18) / 4;
		requests += all.seen.length;
		wrong += all.wrong().length;
		unscoped += all.seen.filter(isUnscoped).length;
		all.seen.length = 0;
		const seconds = Math.round((performance.now() - started) / 1000);
		const now = { done, seconds, requests, wrong, unscoped, heap };
		progress.push(now);
		tell(now);
	};
	const failures = await interleave({ seed, invocations, tenants: all.tenants, concurrency }, async (invocation) => {
		await invoke(invocation);
		done += 1;
		if (done % step === 0 && done < invocations) await look();
	});
	await look();
	const { assumeRole, accounts, errors } = all.aws.stats();
	return {
		progress,
		failures: failures.slice(0, 10).map(String),
		tenants: all.tenants.filter((account) => (accounts[account] ?? 0) > 0).length,
		assumeRoleCalls: assumeRole.total,
		refused: errors,
	};
}
