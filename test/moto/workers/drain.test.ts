/** Worker processes empty a queue of moto's; `npm run -s ts -- bench/workers.ts` does the same with 5,000 targets. */

import { expect, test } from "vitest";
import { emptyMoto } from "../support.js";
import { drain } from "./drain.js";

test("four processes of which two are killed do every target, and lose none", async () => {
	await using _moto = await emptyMoto();
	const drained = await drain({
		targets: 400,
		processes: 4,
		killAt: [0.2, 0.4],
		latencyMs: 100,
		visibilitySeconds: 4,
	});
	console.log(JSON.stringify(drained));
	expect(drained).toMatchObject({ sent: 400, done: 400, lost: 0, wrong: 0, left: 0 });
	// What the two had received when they were killed, one batch each, and what moto itself delivers twice now and then.
	expect(drained.twice).toBeLessThanOrEqual(100);
});
