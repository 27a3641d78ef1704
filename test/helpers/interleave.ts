/** Many invocations of many tenants at once, each of which stops at random points, so that any state they share gets mixed. */

import { setImmediate as turn, setTimeout as wait } from "node:timers/promises";
import { pool } from "./pool.js";
import { prng } from "./prng.js";

/** What one invocation is given: whose it is, and its own chance. */
export interface Invocation {
	readonly index: number;
	readonly tenant: string;
	/** Another tenant's account, or now and then its own. */
	other(): string;
	chance(probability: number): boolean;
	/** Goes on at once, in a microtask, in a later turn of the event loop or after a timer. */
	pause(): Promise<void>;
	/** Work that the invocation leaves behind; the run waits for it. */
	leave(work: Promise<unknown>): void;
}

export interface Interleaving {
	readonly seed: number;
	readonly invocations: number;
	readonly tenants: readonly string[];
	/** How many are under way at once. */
	readonly concurrency: number;
}

/**
 * Runs them all and gives what they were rejected with. Each draws from its own sequence, which follows from the seed
 * and its index, so a failing invocation makes the same choices when the run is repeated.
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
