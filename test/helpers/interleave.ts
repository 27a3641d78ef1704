/** Runs concurrent invocations for many tenants that pause at random points, so that shared state would get mixed up. */

import { setImmediate as turn, setTimeout as wait } from "node:timers/promises";
import { pool } from "./pool.js";
import { prng } from "./prng.js";

/** An invocation's tenant and random numbers. */
export interface Invocation {
	readonly index: number;
	readonly tenant: string;
	/** Another tenant's account, or sometimes its own. */
	other(): string;
	chance(probability: number): boolean;
	/** Continues at once, in a microtask, in a later turn of the event loop or after a timer. */
	pause(): Promise<void>;
	/** Adds work that outlives the invocation. The run waits for it. */
	leave(work: Promise<unknown>): void;
}

export interface Interleaving {
	readonly seed: number;
	readonly invocations: number;
	readonly tenants: readonly string[];
	/** How many run concurrently. */
	readonly concurrency: number;
}

/**
 * Runs them all and returns their errors. Each has its own random sequence from the seed and its index, so a failing
 * invocation makes the same choices when the run is repeated.
 */
export async function interleave(
	{ seed, invocations, tenants, concurrency }: Interleaving,
	invoke: (invocation: Invocation) => Promise<unknown>,
): Promise<unknown[]> {
	const failures: unknown[] = [];
	const left = new Set<Promise<unknown>>();
	const keep = (work: Promise<unknown>): Promise<unknown> => work.catch((error: unknown) => failures.push(error));
	await pool(invocations, concurrency, (index) => {
		const random = prng(seed + index * 7_919);
		const pick = (): string => tenants[Math.floor(random() * tenants.length)] as string;
		return keep(
			invoke({
				index,
				tenant: tenants[index % tenants.length] as string,
				other: pick,
				chance: (probability) => random() < probability,
				leave: (work) => {
					const kept = keep(work).finally(() => left.delete(kept));
					left.add(kept);
				},
				async pause() {
					const kind = random();
					if (kind < 0.2) return;
					if (kind < 0.5) await null;
					else if (kind < 0.85) await turn();
					else await wait(random() * 3);
				},
			}),
		);
	});
	while (left.size > 0) await Promise.all(left);
	return failures;
}
