/** Law 1 through middy: thousands of invocations at once, each compared at the server with the tenant it was meant for. */

import { AsyncLocalStorage } from "node:async_hooks";
import { setTimeout as wait } from "node:timers/promises";
import { afterEach, expect, test, vi } from "vitest";
import { awsScope, type MiddyRequest } from "../../middleware/middy.js";
import { home } from "../../src/home/home.js";
import { type AwsSession, clients, configure, runInAwsScope, tryCurrentAwsScope } from "../../src/index.js";
import { OWN, startTenants, type TenantAws } from "../helpers/aws.js";
import { type Interleaving, type Invocation, interleave } from "../helpers/interleave.js";
import { runSeed } from "../helpers/prng.js";
import { ask, bare, type Chain, opened } from "./middy-chains.js";

afterEach(() => {
	vi.restoreAllMocks();
});

type Request = MiddyRequest<Invocation, object, { tenant?: string }>;

/** What every tenant's handler does: shared code, nested scopes, timers, work left behind, a client that all share. */
function tenantWork({ tenants, accounts }: TenantAws) {
	const [shared] = tenants as [string];
	const sharedClient = accounts(shared).clients.dynamodb();
	return async (event: Invocation): Promise<unknown> => {
		const { tenant, pause, chance, other, leave } = event;
		await pause();
		if (chance(0.1)) {
			const nested = other();
			await runInAwsScope({ account: nested, accounts }, async () => {
				await pause();
				await ask(nested);
			});
		}
		if (chance(0.05)) leave(wait(1).then(() => ask(tenant)));
		if (chance(0.05)) await ask(shared, sharedClient);
		const client = clients.dynamodb();
		await pause();
		if (chance(0.03)) throw new Error("on purpose");
		return ask(tenant, chance(0.5) ? client : clients.dynamodb());
	};
}

/** Chains of every version, with random waits in every hook, that bind the scope by the event. */
function scopedChains(all: TenantAws): (event: Invocation) => Promise<void> {
	const work = tenantWork(all);
	const pause = ({ event }: { event: unknown }) => (event as Invocation).pause();
	const check = (event: Invocation): void => {
		if (tryCurrentAwsScope()?.account !== event.tenant) throw new Error(`The scope of ${event.tenant} is lost.`);
	};
	const chains = opened.map(([, make]) =>
		make((event) => work(event as Invocation))
			.before(pause)
			.before(({ event, internal }) => void Object.assign(internal, { [(event as Invocation).index]: event.tenant }))
			.use(
				awsScope(({ event }: Request) => {
					const spec = { account: event.tenant, accounts: all.accounts };
					return event.chance(0.3) ? spec : event.pause().then(() => spec);
				}),
			)
			.before(pause)
			.after(pause)
			.after(({ event }) => check(event as Invocation))
			.onError(async ({ event, error }) => {
				await pause({ event });
				check(event as Invocation);
				return (error as Error).message === "on purpose" ? ask(event.tenant) : undefined;
			}),
	);
	return async (event) => {
		const answer = await (chains[event.index % chains.length] as Chain)(event);
		if (answer !== event.tenant) throw new Error(`${event.tenant} was answered for ${answer}.`);
		if (tryCurrentAwsScope() !== undefined) throw new Error("A scope leaked to the caller.");
	};
}

const run = async (
	all: TenantAws,
	interleaving: Omit<Interleaving, "seed" | "tenants" | "concurrency">,
	invoke: (event: Invocation) => Promise<unknown>,
) => {
	const seed = runSeed();
	console.log(`TEST_SEED=${seed}`);
	return interleave({ seed, tenants: all.tenants, concurrency: 200, ...interleaving }, invoke);
};

test("10,000 interleaved invocations of 100 tenants through middy send nothing for a wrong account", async () => {
	await using all = await startTenants({ tenants: 100 });
	expect(await run(all, { invocations: 10_000 }, scopedChains(all))).toEqual([]);
	expect(all.wrong()).toEqual([]);
	expect(all.seen.length).toBeGreaterThan(10_000);
	expect(all.seen.every(({ meant }) => meant !== undefined)).toBe(true);
	expect(new Set(all.seen.map(({ account }) => account))).toEqual(new Set(all.tenants));
	const { assumeRole, errors, accounts } = all.aws.stats();
	expect(assumeRole.total).toBe(100);
	expect(errors).toEqual({});
	// The process itself asked STS for roles, and nothing else.
	expect(accounts[OWN]).toBe(100);
}, 120_000);

test("the same invocations are caught when a bound scope is taken for the next one's", async () => {
	await using all = await startTenants({ tenants: 100 });
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
	const failures = await run(all, { invocations: 400 }, scopedChains(all));
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
			await using all = await startTenants({ tenants: 100 });
			const { set, get } = state();
			const chain = make(async (event) => {
				await (event as Invocation).pause();
				return ask(event.tenant, get()?.clients.dynamodb() ?? clients.dynamodb());
			}).before(async ({ event }) => {
				await (event as Invocation).pause();
				set(all.accounts(event.tenant));
			});
			await run(all, { invocations: 400 }, (event) => chain(event));
			expect(all.seen.length).toBeGreaterThan(0);
			expect(all.wrong().length).toBeGreaterThan(0);
		},
		60_000,
	);
}
