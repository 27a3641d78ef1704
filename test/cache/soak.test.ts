/** Many tenants through few clients, over real sockets: nothing fails and nobody gets another's identity. */

import { expect, test } from "vitest";
import type { CachePolicy } from "../../src/index.js";
import { runSeed } from "../helpers/prng.js";
import { scale } from "../helpers/scale.js";
import { soak } from "./soak.js";

const TENANTS = scale(300, 1_000);

test.each([
	[scale(150, 2_500), "sieve"],
	[scale(80, 500), "lru"],
	[scale(80, 500), "lfu"],
] as [number, CachePolicy][])(
	`${TENANTS} tenants through 10 clients at concurrency 100: %i requests under %s, each with its own identity`,
	async (requests, policy) => {
		const seed = runSeed();
		const seen = await soak({
			tenants: TENANTS,
			requests,
			concurrency: 100,
			maxClients: 10,
			maxSockets: 40,
			policy,
			seed,
		});
		expect(seen, `TEST_SEED=${seed}`).toMatchObject({
			requests,
			failures: [],
			wrong: 0,
			unmarked: 0,
			mostClients: 10,
		});
		expect(seen.accounts).toBeGreaterThan(0.85 * TENANTS * (1 - Math.exp(-requests / TENANTS)));
		expect(seen.assumeRoleCalls).toBe(seen.accounts);
		// Most requests found their client evicted: the cache was really too small.
		expect(seen.clientsBuilt).toBeGreaterThan(requests * 0.9);
		expect(seen.dataSockets).toBeLessThanOrEqual(40);
		expect(seen.stsSockets).toBeLessThanOrEqual(16);
		console.log(
			`${policy}: ${seen.requests} requests of ${seen.accounts} accounts, ${seen.clientsBuilt} clients built, ${seen.dataSockets} data sockets and ${seen.stsSockets} to STS`,
		);
	},
	60_000,
);
