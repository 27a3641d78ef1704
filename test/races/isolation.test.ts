/** Law 1 under load: whatever happens in between, a request is signed by the account of the scope it was made in. */

import { afterEach, expect, test, vi } from "vitest";
import { home } from "../../src/home/home.js";
import { configure } from "../../src/index.js";
import { startTenants, type TenantAws } from "../helpers/aws.js";
import { interleave } from "../helpers/interleave.js";
import { runSeed } from "../helpers/prng.js";
import { scale } from "../helpers/scale.js";
import { handlerLoad } from "../load/handler.js";

const INVOCATIONS = scale(500, 10_000);

afterEach(() => {
	vi.restoreAllMocks();
});

const run = (all: TenantAws, seed: number, invocations: number): Promise<unknown[]> =>
	interleave({ seed, invocations, tenants: all.tenants, concurrency: 200 }, handlerLoad(all));

test(`${INVOCATIONS} interleaved invocations of 100 tenants send nothing for a wrong account`, async () => {
	const seed = runSeed();
	await using all = await startTenants({ tenants: 100 });
	try {
		expect(await run(all, seed, INVOCATIONS)).toEqual([]);
		expect(all.wrong()).toEqual([]);
		expect(all.seen.length).toBeGreaterThan(INVOCATIONS);
		expect(all.seen.every(({ meant }) => meant !== undefined)).toBe(true);
		expect(new Set(all.seen.map(({ account }) => account)).size).toBe(100);
		expect(all.aws.stats().assumeRole.total).toBe(100);
		expect(all.aws.stats().errors).toEqual({});
	} catch (error) {
		throw new Error(`Failed with TEST_SEED=${seed}`, { cause: error });
	}
}, 60_000);

test("the same invocations are caught when the scope is one variable for all", async () => {
	const seed = runSeed();
	await using all = await startTenants({ tenants: 100 });
	let current: unknown;
	vi.spyOn(home.storage, "getStore").mockImplementation(() => current);
	vi.spyOn(home.storage, "run").mockImplementation(
		(cell: unknown, fn: (...args: unknown[]) => unknown, ...args: unknown[]) => {
			current = cell;
			return fn(...args);
		},
	);
	// The other guards would refuse most of it; here it is the isolation alone that is put to the test.
	configure({ strayedClient: "allow" });
	const failures = await run(all, seed, scale(100, 400));
	expect(failures.length, `TEST_SEED=${seed}`).toBeGreaterThan(0);
	expect(all.wrong().length, `TEST_SEED=${seed}`).toBeGreaterThan(0);
}, 60_000);
