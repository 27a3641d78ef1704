/**
 * Handlers under AWS's own runtime client in its multi-concurrency mode, as Lambda Managed Instances run it: 64 invocations
 * under way in one worker. `AWS_SCOPE_SOAK_INVOCATIONS` sets how many the long run takes.
 */

import { afterAll, beforeAll, expect, test } from "vitest";
import { EXTERNAL_ID, isUnscoped, OWN, startTenants, type TenantAws, tenant } from "../helpers/aws.js";
import { barrier } from "../helpers/barrier.js";
import { interleave } from "../helpers/interleave.js";
import { runSeed } from "../helpers/prng.js";
import { scale } from "../helpers/scale.js";
import { AT_ONCE, reportOf, runtimeLoad } from "../load/runtime.js";
import { type Deployment, deploy, type RunningFunction, start } from "./function.js";

const INVOCATIONS = Number(process.env["AWS_SCOPE_SOAK_INVOCATIONS"] ?? scale(160, 1_000));

let deployment: Deployment;
beforeAll(() => {
	deployment = deploy();
});
afterAll(() => deployment[Symbol.dispose]());

const run = (all: TenantAws, handler: string, workers = 1): Promise<RunningFunction> => {
	const env = { EXTERNAL_ID, OWN_ACCOUNT: OWN };
	return start({ deployment, aws: all.aws, handler, concurrency: AT_ONCE, workers, env });
};

interface Answer {
	readonly answered: string;
	readonly scope?: string;
	readonly threadId: number;
}

test("64 invocations whose requests meet at the server all act as their own tenant", async () => {
	const meet = barrier(AT_ONCE);
	await using all = await startTenants({ tenants: AT_ONCE, before: () => meet() });
	await using running = await run(all, "buffered.ofTenantId");
	const outcomes = await Promise.all(
		all.tenants.map((account) => running.invoke({ tenant: account }, { tenantId: account })),
	);
	expect(outcomes.map(({ body }) => JSON.parse(body))).toEqual(
		all.tenants.map((account) => ({ answered: account, scope: account, tenantId: account })),
	);
	expect(running.api.mostInFlight).toBe(AT_ONCE);
	expect(all.aws.stats().assumeRole.total).toBe(AT_ONCE);
	expect(all.wrong()).toEqual([]);
});

test("several workers share no state: each assumes a tenant's role for itself, and none mixes tenants", async () => {
	const workers = 3;
	await using all = await startTenants({ tenants: 5 });
	await using running = await run(all, "buffered.concurrent", workers);
	const tenants = Array.from({ length: scale(60, 150) }, (_, index) => tenant(index % 5));
	const outcomes = await Promise.all(
		tenants.map((account, index) => running.invoke({ tenant: account, wait: index % 7 })),
	);
	const answers = outcomes.map(({ body }) => JSON.parse(body) as Answer & { readonly before: string });
	for (const [index, account] of tenants.entries()) {
		expect(answers[index]).toMatchObject({ answered: account, before: account, scope: account });
	}
	expect(new Set(answers.map(({ threadId }) => threadId)).size).toBe(workers);
	expect(all.aws.stats().assumeRole.total).toBeLessThanOrEqual(5 * workers);
	expect(all.wrong()).toEqual([]);
});

/** Sends the invocations, so fast that there are always 64 to be under way; gives those that were answered wrongly. */
async function soak(all: TenantAws, running: RunningFunction, invocations: number) {
	const seed = runSeed();
	console.log(`TEST_SEED=${seed}`);
	const load = runtimeLoad(running, seed);
	const interleaving = { seed, invocations, tenants: all.tenants, concurrency: 2 * AT_ONCE };
	return { wrong: await interleave(interleaving, load.invoke), failedOnPurpose: load.onPurpose() };
}

test.each([
	[INVOCATIONS, "soak.handler"],
	[INVOCATIONS / 2, "through-middy.soak"],
])(
	"%i invocations of %s, 64 under way in one worker, send nothing for a wrong tenant or for none",
	async (invocations, handler) => {
		await using all = await startTenants({
			tenants: Math.min(1_000, invocations / 10),
			// Nothing is answered while the worker could still take on more, so that it always has all of them to keep apart.
			before: () => running.api.saturated(),
		});
		await using running = await run(all, handler);
		const { wrong, failedOnPurpose } = await soak(all, running, invocations);
		const report = await reportOf(running);
		expect(wrong).toEqual([]);
		expect(report).toMatchObject({ failures: [], leaks: 0 });
		expect(all.wrong()).toEqual([]);
		expect(all.seen.filter(isUnscoped)).toEqual([]);
		expect(running.api.mostInFlight).toBe(AT_ONCE);
		expect(failedOnPurpose).toBeLessThan(invocations / 10);
		const { accounts, assumeRole, errors } = all.aws.stats();
		expect(all.tenants.filter((account) => (accounts[account] ?? 0) === 0)).toEqual([]);
		expect(assumeRole.total).toBe(all.tenants.length);
		expect(errors).toEqual({});
		console.log(
			`${process.version}: ${invocations} invocations of ${handler} for ${all.tenants.length} tenants, ${all.seen.length} requests, ` +
				`${assumeRole.total} AssumeRole, ${failedOnPurpose} failed on purpose, ` +
				`${all.wrong().length} wrong, ${all.seen.filter(isUnscoped).length} unscoped, ` +
				`${Math.round(report.rss / 2 ** 20)} MiB at the end.`,
		);
	},
	600_000,
);

test.each([
	["broken.moduleVariable", "the tenant is kept in a module variable"],
	["broken.lastScope", "a call is given the scope of the one before"],
])("%s: the same comparison finds wrong identities when %s", async (handler) => {
	await using all = await startTenants({ tenants: scale(30, 100) });
	await using running = await run(all, handler);
	const { wrong } = await soak(all, running, scale(80, 400));
	expect(wrong.length).toBeGreaterThan(0);
	expect(all.wrong().length).toBeGreaterThan(0);
});
