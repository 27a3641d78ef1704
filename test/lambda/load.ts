/** Many invocations at once, in one worker: what each of them was answered, and what the server saw. */

import { pool } from "../helpers/pool.js";
import { runSeed } from "../helpers/prng.js";
import { AT_ONCE } from "../load/runtime.js";
import type { RunningFunction } from "./function.js";
import type { Outcome } from "./runtime-api.js";

/** Invokes so fast that there is always as much under way as may be; each event bears its index and the run's seed. */
export async function load(
	running: RunningFunction,
	count: number,
	invocation: (index: number, chance: { readonly index: number; readonly seed: number }) => unknown,
	check: (index: number, outcome: Outcome) => void,
): Promise<void> {
	const seed = runSeed();
	console.log(`TEST_SEED=${seed}`);
	await pool(count, 2 * AT_ONCE, async (index) => {
		check(index, await running.invoke(invocation(index, { index, seed })));
	});
}
