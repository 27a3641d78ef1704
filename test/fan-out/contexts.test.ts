/** The reader's scope, the source's and the tasks' never mix, however they interleave. */

import { AsyncLocalStorage } from "node:async_hooks";
import { setImmediate as turn } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { fanOut } from "../../fan-out/index.js";
import { clients, currentAwsScope, runInAwsScope, tryCurrentAwsScope } from "../../src/index.js";
import { meantFor, startTenants, type TenantAws, tenant } from "../helpers/aws.js";
import { prng, runSeed } from "../helpers/prng.js";
import { scale } from "../helpers/scale.js";

let world: TenantAws;

beforeEach(async () => {
	world = await startTenants({ tenants: 40 });
});

afterEach(() => world[Symbol.asyncDispose]());

const here = (): string | undefined => tryCurrentAwsScope()?.account;
const list = async (account: string) =>
	(await clients.dynamodb().listTables({ ExclusiveStartTableName: meantFor(account) })).TableNames?.[0];

test("the source is read in the caller's scope, each task runs in its target's, and the reader stays in its own", async () => {
	const { accounts, tenants } = world;
	const other = new AsyncLocalStorage<string>();
	const sources: unknown[] = [];
	async function* source() {
		for (const account of tenants) {
			sources.push(here(), other.getStore());
			await turn();
			yield { account, region: "us-east-1" };
		}
	}
	const run = runInAwsScope({ account: tenant(0), accounts }, () =>
		other.run("caller", () =>
			fanOut(source(), async ({ account }) => {
				expect([here(), other.getStore()]).toEqual([account, "caller"]);
				await turn();
				return [here(), await list(account)];
			}),
		),
	);
	const readers: unknown[] = [];
	await runInAwsScope({ account: tenant(1), accounts }, () =>
		other.run("reader", async () => {
			for await (const { target, value } of run) {
				readers.push(here(), other.getStore());
				expect(value).toEqual([target.account, target.account]);
				await list(tenant(1));
			}
		}),
	);
	expect(new Set(sources)).toEqual(new Set([tenant(0), "caller"]));
	expect(new Set(readers)).toEqual(new Set([tenant(1), "reader"]));
	expect(here()).toBeUndefined();
	expect(world.wrong()).toEqual([]);
});

test("a reader outside every scope is still outside after it", async () => {
	const { accounts, tenants } = world;
	for await (const { target, value } of fanOut(
		tenants.map((account) => ({ account })),
		() => here(),
		{ accounts, concurrency: 3 },
	)) {
		expect(value).toBe(target.account);
		expect(here()).toBeUndefined();
	}
});

test("a signal that another scope aborts lets nothing run in that scope", async () => {
	const { accounts, tenants } = world;
	const controller = new AbortController();
	const closedIn: unknown[] = [];
	function* source() {
		try {
			for (const account of tenants) yield { account };
		} finally {
			closedIn.push(here());
		}
	}
	const run = fanOut(
		source(),
		(_target, { signal }) => new Promise((_, reject) => signal.addEventListener("abort", reject)),
		{
			accounts,
			signal: controller.signal,
		},
	);
	const read = run.next();
	while (run.progress.running === 0) await turn();
	runInAwsScope({ account: tenant(3), accounts }, () => controller.abort());
	await read;
	expect(closedIn).toEqual([undefined]);
});

test("what a task returns unread runs in the task's scope when the reader reads it", async () => {
	const { accounts, tenants } = world;
	async function* pages(account: string) {
		for (let page = 0; page < 2; page += 1) yield [here(), await list(account)];
	}
	for await (const { target, value } of fanOut(
		tenants.slice(0, 5).map((account) => ({ account })),
		({ account }) => pages(account),
		{ accounts },
	)) {
		for await (const page of value ?? []) expect(page).toEqual([target.account, target.account]);
	}
	expect(world.wrong()).toEqual([]);
});

test("fan-outs within tasks, and others at the same time, sign with their own identities", async () => {
	const seed = runSeed();
	const { accounts, tenants } = world;
	const pause = async (random: () => number): Promise<void> => {
		for (let turns = Math.floor(random() * 3); turns > 0; turns -= 1) await (random() < 0.5 ? null : turn());
	};
	const pass = async (start: number): Promise<number> => {
		const random = prng(seed + start);
		let right = 0;
		const targets = tenants.map((_, index) => ({
			account: tenants[(index + start) % 40] as string,
			region: "us-east-1",
		}));
		for await (const { target, value, error } of fanOut(
			targets,
			async ({ account }) => {
				await pause(random);
				if ((await list(account)) !== account) return "wrong";
				const inner = [tenants[(start * 7) % 40] as string, account].map((each) => ({ account: each }));
				const { fulfilled } = await fanOut(inner, (each) => list(each.account), { concurrency: 2 }).collect();
				await pause(random);
				if (fulfilled.some((each) => each.value !== each.target.account)) return "wrong";
				return currentAwsScope().account;
			},
			{ accounts, concurrency: 7, ordered: start % 2 === 0 },
		)) {
			await pause(random);
			if (value === target.account) right += 1;
			else throw error ?? new Error(`${value} instead of ${target.account}`);
		}
		return right;
	};
	const passes = scale(2, 8);
	const rights = await Promise.all(Array.from({ length: passes }, (_, start) => pass(start)));
	expect(rights, `seed ${seed}`).toEqual(Array(passes).fill(40));
	expect(world.wrong()).toEqual([]);
	expect(world.seen).toHaveLength(passes * 40 * 3);
});
