/** Law 1 through a server: thousands of interleaved requests on few connections, compared at AWS with whom they were meant for. */

import { afterEach, describe, expect, test, vi } from "vitest";
import { home } from "../../src/home/home.js";
import { configure } from "../../src/index.js";
import { isUnscoped, startTenants, type TenantAws } from "../helpers/aws.js";
import { interleave } from "../helpers/interleave.js";
import { runSeed } from "../helpers/prng.js";
import { scale } from "../helpers/scale.js";
import { serverLoad } from "../load/server.js";
import type { Framework } from "./conformance.js";
import { listen } from "./servers.js";

/** How many requests each adapter serves: `AWS_SCOPE_SOAK_INVOCATIONS=20000` makes it a longer run. */
const REQUESTS = Number(process.env["AWS_SCOPE_SOAK_INVOCATIONS"] ?? scale(120, 1_000));
/** Some requests reach AWS for no tenant of their own, so each tenant has several. */
const TENANTS = scale(20, 100);

async function run(all: TenantAws, { serve }: Framework, invocations: number): Promise<unknown[]> {
	const seed = runSeed();
	console.log(`TEST_SEED=${seed}`);
	const { app, invoke } = serverLoad(all);
	await using client = await listen(await serve(app), 32);
	const failures = await interleave({ seed, invocations, tenants: all.tenants, concurrency: 64 }, (invocation) =>
		invoke(client, invocation),
	);
	expect(client.connections()).toBeLessThan(invocations / 2);
	return failures;
}

export function load(framework: Framework): void {
	const { name } = framework;
	afterEach(() => {
		vi.restoreAllMocks();
	});

	describe(`under load, ${name}`, () => {
		test(
			`serves ${REQUESTS} interleaved requests of ${TENANTS} tenants and sends nothing for a wrong account`,
			async () => {
				await using all = await startTenants({ tenants: TENANTS });
				const started = performance.now();
				expect(await run(all, framework, REQUESTS)).toEqual([]);
				const wrong = all.wrong();
				const unscoped = all.seen.filter(isUnscoped);
				const seconds = ((performance.now() - started) / 1000).toFixed(1);
				const { length } = all.seen;
				console.log(
					`${name}: ${REQUESTS} requests, ${length} to AWS, ${wrong.length} wrong, ${unscoped.length} unscoped, ${seconds} s`,
				);
				expect(wrong).toEqual([]);
				expect(unscoped).toEqual([]);
				expect(length).toBeGreaterThan(REQUESTS * 0.9);
				expect(new Set(all.seen.map(({ account }) => account))).toEqual(new Set(all.tenants));
				expect(all.aws.stats().assumeRole.total).toBe(TENANTS);
			},
			60_000 + REQUESTS * 20,
		);

		test("is caught serving wrong accounts when all requests share one scope", async () => {
			await using all = await startTenants({ tenants: TENANTS });
			let cell: unknown;
			vi.spyOn(home.storage, "getStore").mockImplementation(() => cell);
			vi.spyOn(home.storage, "run").mockImplementation(
				(next: unknown, fn: (...args: unknown[]) => unknown, ...args: unknown[]) => {
					cell = next;
					return fn(...args);
				},
			);
			// The guard of strayed clients would refuse most of it; here the isolation alone is put to the test.
			configure({ strayedClient: "allow" });
			expect((await run(all, framework, scale(100, 300))).length).toBeGreaterThan(0);
			expect(all.wrong().length).toBeGreaterThan(0);
		}, 60_000);
	});
}
