/** Law 1 through middy: thousands of invocations at once, each compared at the server with the tenant it was meant for. */

import { AsyncLocalStorage } from "node:async_hooks";
import { afterEach, expect, test, vi } from "vitest";
import { home } from "../../src/home/home.js";
import { type AwsSession, clients, configure } from "../../src/index.js";
import { OWN, startTenants, type TenantAws } from "../helpers/aws.js";
import { type Interleaving, type Invocation, interleave } from "../helpers/interleave.js";
import { runSeed } from "../helpers/prng.js";
import { scale } from "../helpers/scale.js";
import { middyLoad } from "../load/middy.js";
import { ask, bare } from "./middy-chains.js";

afterEach(() => {
	vi.restoreAllMocks();
});

const TENANTS = scale(30, 100);
const INVOCATIONS = scale(300, 5_000);

const run = async (
	all: TenantAws,
	interleaving: Omit<Interleaving, "seed" | "tenants" | "concurrency">,
	invoke: (event: Invocation) => Promise<unknown>,
) => {
	const seed = runSeed();
	console.log(`TEST_SEED=${seed}`);
	return interleave({ seed, tenants: all.tenants, concurrency: 200, ...interleaving }, invoke);
};

test(`${INVOCATIONS} interleaved invocations of ${TENANTS} tenants through middy send nothing for a wrong account`, async () => {
	await using all = await startTenants({ tenants: TENANTS });
	expect(await run(all, { invocations: INVOCATIONS }, middyLoad(all))).toEqual([]);
	expect(all.wrong()).toEqual([]);
	expect(all.seen.length).toBeGreaterThan(INVOCATIONS);
	expect(all.seen.every(({ meant }) => meant !== undefined)).toBe(true);
	expect(new Set(all.seen.map(({ account }) => account))).toEqual(new Set(all.tenants));
	const { assumeRole, errors, accounts } = all.aws.stats();
	expect(assumeRole.total).toBe(TENANTS);
	expect(errors).toEqual({});
	// The process itself asked STS for roles, and nothing else.
	expect(accounts[OWN]).toBe(TENANTS);
}, 120_000);

test("the same invocations are caught when a bound scope is taken for the next one's", async () => {
	await using all = await startTenants({ tenants: TENANTS });
	const getStore = home.storage.getStore.bind(home.storage);
	let last: unknown;
	vi.spyOn(home.storage, "getStore").mockImplementation(() => {
		const cell = getStore() as { readonly session?: AwsSession } | undefined;
		if (cell?.session === undefined) return cell;
		const taken = last ?? cell;
		last = cell;
		return taken;
	});
	// The guard of strayed clients would refuse most of it; here the isolation alone is put to the test.
	configure({ strayedClient: "allow" });
	const failures = await run(all, { invocations: scale(80, 400) }, middyLoad(all));
	expect(failures.length).toBeGreaterThan(0);
	expect(all.wrong().length).toBeGreaterThan(0);
}, 60_000);

/** Middy middlewares that keep the tenant in the ways that people write first. All of them mix tenants up. */
const broken: [string, () => { set(session: AwsSession): void; get(): AwsSession | undefined }][] = [
	[
		"in one variable",
		() => {
			let last: AwsSession | undefined;
			return {
				set: (session) => {
					last = session;
				},
				get: () => last,
			};
		},
	],
	[
		"by enterWith, in a before hook that has waited",
		() => {
			const storage = new AsyncLocalStorage<AwsSession>();
			return { set: (session) => storage.enterWith(session), get: () => storage.getStore() };
		},
	],
];

for (const [version, make] of bare) {
	test.each(broken)(
		`the same comparison finds wrong identities when ${version} keeps the tenant %s`,
		async (_, state) => {
			await using all = await startTenants({ tenants: TENANTS });
			const { set, get } = state();
			const chain = make(async (event) => {
				await (event as Invocation).pause();
				return ask(event.tenant, get()?.clients.dynamodb() ?? clients.dynamodb());
			}).before(async ({ event }) => {
				await (event as Invocation).pause();
				set(all.accounts(event.tenant));
			});
			await run(all, { invocations: scale(80, 400) }, (event) => chain(event));
			expect(all.seen.length).toBeGreaterThan(0);
			expect(all.wrong().length).toBeGreaterThan(0);
		},
		60_000,
	);
}
