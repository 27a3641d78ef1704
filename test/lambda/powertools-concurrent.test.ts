/**
 * Powertools' routers and resolvers under AWS's own runtime client, with 64 invocations under way in one worker.
 * `AWS_SCOPE_SOAK_INVOCATIONS` sets how many.
 */

import { afterAll, beforeAll, expect, test } from "vitest";
import { EXTERNAL_ID, isUnscoped, startTenants, type TenantAws } from "../helpers/aws.js";
import { scale } from "../helpers/scale.js";
import { AT_ONCE } from "../load/runtime.js";
import { agentEvent, fieldEvent, httpEvent, publishEvent } from "./events.js";
import { type Deployment, deploy, type RunningFunction, start } from "./function.js";
import { load } from "./load.js";
import { answeredBy } from "./outcomes.js";

const INVOCATIONS = Number(process.env["AWS_SCOPE_SOAK_INVOCATIONS"] ?? scale(130, 1_000));
const TENANTS = Math.min(1_000, Math.max(scale(40, 100), INVOCATIONS / 20));

let deployment: Deployment;
beforeAll(() => {
	deployment = deploy();
});
afterAll(() => deployment[Symbol.dispose]());

const run = (all: TenantAws, handler: string): Promise<RunningFunction> =>
	start({ deployment, aws: all.aws, handler, concurrency: AT_ONCE, env: { EXTERNAL_ID } });

interface Invocation {
	readonly event: object;
	/** Who must answer, in this order. */
	readonly meant: readonly string[];
}

/** An event of each kind: for one tenant, for one tenant's many items, for the items of many tenants. */
const kinds: ((mine: string, others: readonly string[]) => Invocation & { readonly kind: string })[] = [
	...["router", "late", "middleware"].map((kind) => (mine: string) => ({
		kind,
		event: httpEvent("/", { tenant: mine }),
		meant: [mine],
	})),
	(mine) => ({ kind: "query", event: fieldEvent(["Query", "one"], { tenant: mine }), meant: [mine] }),
	(mine) => ({
		kind: "query",
		event: Array.from({ length: 3 }, () => fieldEvent(["Query", "many"], { tenant: mine })),
		meant: [mine, mine, mine],
	}),
	(mine, others) => ({
		kind: "query",
		event: others.map((tenant) => fieldEvent(["Query", "each"], { tenant: mine, source: { tenant } })),
		meant: others,
	}),
	(mine) => ({ kind: "publish", event: publishEvent("/own/orders", [{}, {}], mine), meant: [mine, mine] }),
	(_, others) => ({
		kind: "messages",
		event: publishEvent(
			"/all/orders",
			others.map((tenant) => ({ tenant })),
		),
		meant: others,
	}),
	(mine) => ({ kind: "agent", event: agentEvent("ask", {}, { tenant: mine }), meant: [mine] }),
];

/** The n-th invocation; three kinds in a row are of one tenant, so that tenants and kinds meet in every way. */
function invocation(all: TenantAws, index: number): Invocation & { readonly kind: string } {
	const at = (offset: number): string => all.tenants[(Math.floor(index / 3) + offset) % TENANTS] as string;
	const make = kinds[index % kinds.length] as (typeof kinds)[number];
	return make(at(0), [at(17), at(0), at(50)]);
}

const withChance = (event: object, chance: object): object =>
	Array.isArray(event) ? event.map((item, position) => ({ ...item, ...chance, position })) : { ...event, ...chance };

test(`${INVOCATIONS} invocations, 64 under way in one worker, send nothing for a wrong tenant or for none`, async () => {
	await using all = await startTenants({ tenants: TENANTS, before: () => running.api.saturated() });
	await using running = await run(all, "powertools.soak");
	const wrong: string[] = [];
	const onPurpose = { count: 0 };
	await load(
		running,
		INVOCATIONS,
		(index, chance) => {
			const { event, kind } = invocation(all, index);
			return withChance(event, { ...chance, kind });
		},
		(index, outcome) => {
			const { meant } = invocation(all, index);
			if (outcome.body.includes("on purpose")) onPurpose.count += 1;
			else if (outcome.kind !== "response" || answeredBy(outcome).join() !== meant.join()) wrong.push(outcome.body);
		},
	);
	const { leaks, rss } = JSON.parse((await running.invoke({ report: true })).body);
	expect(wrong).toEqual([]);
	expect(leaks).toBe(0);
	expect(all.wrong()).toEqual([]);
	expect(all.seen.filter(isUnscoped)).toEqual([]);
	expect(running.api.mostInFlight).toBe(AT_ONCE);
	const { assumeRole, accounts, errors } = all.aws.stats();
	expect(all.tenants.filter((account) => (accounts[account] ?? 0) === 0)).toEqual([]);
	expect(assumeRole.total).toBe(TENANTS);
	expect(errors).toEqual({});
	console.log(
		`${process.version}: ${INVOCATIONS} invocations, ${all.seen.length} requests, ${onPurpose.count} failed on purpose, ` +
			`${all.wrong().length} wrong, ${all.seen.filter(isUnscoped).length} unscoped, ${Math.round(rss / 2 ** 20)} MiB at the end.`,
	);
}, 600_000);

test("the same comparison finds wrong identities where the session is kept in the router's shared store", async () => {
	await using all = await startTenants({ tenants: TENANTS });
	await using running = await run(all, "powertools.sharedStore");
	let wrong = 0;
	await load(
		running,
		scale(80, 400),
		(index, chance) => ({ ...httpEvent("/", { tenant: all.tenants[index % TENANTS] }), ...chance }),
		(index, outcome) => {
			if (answeredBy(outcome).join() !== all.tenants[index % TENANTS]) wrong += 1;
		},
	);
	expect(wrong).toBeGreaterThan(0);
	expect(all.wrong().length).toBeGreaterThan(0);
});
