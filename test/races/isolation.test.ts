/** Law 1 under load: whatever happens in between, a request is signed by the account of the scope it was made in. */

import { setImmediate as turn, setTimeout as wait } from "node:timers/promises";
import { afterEach, expect, test, vi } from "vitest";
import { home } from "../../src/home/home.js";
import { clients, configure, currentAwsScope, runInAwsScope, withAwsScope } from "../../src/index.js";
import { meantFor, startTenants, type TenantAws } from "../helpers/aws.js";
import { pool } from "../helpers/pool.js";
import { prng, runSeed } from "../helpers/prng.js";

afterEach(() => {
	vi.restoreAllMocks();
});

const REGIONS = ["us-east-1", "eu-central-1", undefined] as const;

/** A tenant's invocation: some work, nested scopes of other tenants, timers, work that is not awaited, and back. */
function workload({ tenants, accounts }: TenantAws, random: () => number) {
	const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
	const left: Promise<unknown>[] = [];
	const failures: unknown[] = [];
	const kept = (work: Promise<unknown>): Promise<unknown> => work.catch((error: unknown) => failures.push(error));

	const pause = async (): Promise<void> => {
		const kind = random();
		if (kind < 0.3) return;
		if (kind < 0.6) await null;
		else if (kind < 0.9) await turn();
		else await wait(random() * 4);
	};
	const ask = async (meant: string): Promise<void> => {
		const db = clients.dynamodb(pick(REGIONS));
		if (random() < 0.3) await pause();
		await db.listTables({ ExclusiveStartTableName: meantFor(meant) });
	};
	const inside = async (own: string, depth: number): Promise<void> => {
		await pause();
		const kind = random();
		if (depth < 2 && kind < 0.15) {
			const other = pick(tenants);
			await runInAwsScope(kind < 0.05 ? accounts(other) : { account: other }, () => inside(other, depth + 1));
		} else if (depth < 2 && kind < 0.2) {
			await runInAwsScope({ region: "eu-west-1" }, () => inside(own, depth + 1));
		} else if (kind < 0.25) {
			// Not awaited by the invocation: it goes on after the handler has returned.
			left.push(
				new Promise<void>((resolve) => {
					setTimeout(() => void kept(ask(own)).then(() => resolve()), random() * 4);
				}),
			);
		} else if (kind < 0.28) {
			await Promise.all([ask(own), ask(own)]);
		}
		await pause();
		if (currentAwsScope().account !== own) failures.push(new Error(`The scope of ${own} is lost.`));
		await ask(own);
	};
	const handler = withAwsScope(
		async (event: { tenant: string }) => inside(event.tenant, 0),
		async (event) => {
			await pause();
			return { account: event.tenant, accounts };
		},
	);
	return {
		/** Gives what went wrong. */
		async run(invocations: number): Promise<unknown[]> {
			await pool(invocations, 200, (index) => {
				const own = tenants[index % tenants.length] as string;
				return kept(
					index % 2 === 0 ? handler({ tenant: own }) : runInAwsScope({ account: own, accounts }, () => inside(own, 0)),
				);
			});
			await Promise.all(left);
			return failures;
		},
	};
}

test("10,000 interleaved invocations of 100 tenants send nothing for a wrong account", async () => {
	const seed = runSeed();
	await using all = await startTenants({ tenants: 100 });
	try {
		expect(await workload(all, prng(seed)).run(10_000)).toEqual([]);
		expect(all.wrong()).toEqual([]);
		expect(all.seen.length).toBeGreaterThan(10_000);
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
	vi.spyOn(home.storage, "run").mockImplementation((cell: unknown, fn: () => unknown) => {
		current = cell;
		return fn();
	});
	// The other guards would refuse most of it; here it is the isolation alone that is put to the test.
	configure({ strayedClient: "allow" });
	const failures = await workload(all, prng(seed)).run(400);
	expect(failures.length, `TEST_SEED=${seed}`).toBeGreaterThan(0);
	expect(all.wrong().length, `TEST_SEED=${seed}`).toBeGreaterThan(0);
}, 60_000);
