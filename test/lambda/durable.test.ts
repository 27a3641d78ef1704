/**
 * Durable executions: AWS's durable execution SDK under AWS's own runtime client, with AWS's testing library as the
 * service. `AWS_SCOPE_SOAK_EXECUTIONS` sets how many the long run takes.
 */

import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { EXTERNAL_ID, OWN, startTenants, type TenantAws } from "../helpers/aws.js";
import { barrier } from "../helpers/barrier.js";
import { failure, pool } from "../helpers/pool.js";
import { runSeed } from "../helpers/prng.js";
import { scale } from "../helpers/scale.js";
import { type DurableService, type Execution, startDurableService } from "./durable-service.js";
import { type Deployment, deploy, type RunningFunction, start } from "./function.js";

const AT_ONCE = scale(8, 64);
const EXECUTIONS = Number(process.env["AWS_SCOPE_SOAK_EXECUTIONS"] ?? scale(1, 2) * AT_ONCE);

let deployment: Deployment;
beforeAll(() => {
	deployment = deploy();
});
afterAll(() => deployment[Symbol.dispose]());

let service: DurableService;
beforeEach(async () => {
	service = await startDurableService();
});
afterEach(() => service[Symbol.asyncDispose]());

const tenantsAws = (tenants: number, before?: () => Promise<void>): Promise<TenantAws> =>
	startTenants({
		tenants,
		handlers: { lambda: (request) => service.lambda(request) },
		before: (request) => (request.service === "lambda" ? undefined : before?.()),
	});

const run = (all: TenantAws, handler: string): Promise<RunningFunction> =>
	start({ deployment, aws: all.aws, handler, concurrency: AT_ONCE, env: { EXTERNAL_ID } });

interface Answer {
	readonly approved: string;
	readonly answered: readonly string[];
}
interface Report {
	readonly leaks: number;
	readonly rss: number;
	readonly heapUsed: number;
	readonly ways: readonly string[];
}
const report = async ({ invoke }: RunningFunction): Promise<Report> =>
	JSON.parse((await invoke({ report: true })).body);

/** Requests of the steps; the durable SDK's own are not among them. */
const asked = ({ seen }: TenantAws) => seen.filter(({ service }) => service === "dynamodb");

test(`${AT_ONCE} durable executions at once act as their own tenant in every step, branch, retry and replay`, async () => {
	const meet = barrier(AT_ONCE);
	await using all = await tenantsAws(AT_ONCE, meet);
	await using running = await run(all, "durable.each");
	const { ways } = await report(running);
	const seed = runSeed();
	console.log(`TEST_SEED=${seed}`);
	const resume = barrier(AT_ONCE);
	let approvals = 0;
	const executions: Execution<Answer>[] = [];
	await pool(EXECUTIONS, AT_ONCE, async (index) => {
		const tenantId = all.tenants[index % AT_ONCE] as string;
		const other = all.tenants[(index * 7 + 1) % AT_ONCE] as string;
		const way = ways[index % ways.length] as string;
		// The first of them are all suspended before one of them is invoked again.
		const approve = async () => {
			approvals += 1;
			if (approvals <= AT_ONCE) await resume();
		};
		const execution = await service.execute<Answer>(
			running.invoke,
			{ index, seed, tenant: tenantId, other, way },
			{ tenantId, approve },
		);
		const own = [tenantId, tenantId, tenantId, other, tenantId, tenantId, tenantId, tenantId, tenantId];
		expect({ way, ...execution }).toMatchObject({
			way,
			status: "SUCCEEDED",
			result: { approved: "approved", answered: own },
		});
		// Suspended for the approval, for a branch that waits, and for a step that is tried again.
		expect(execution.invocations).toBeGreaterThan(3);
		executions.push(execution);
	});
	const { leaks, rss, heapUsed } = await report(running);
	const invocations = executions.reduce((sum, execution) => sum + execution.invocations, 0);
	console.log(
		`${EXECUTIONS} executions, ${invocations} invocations, ${asked(all).length} requests, ${all.aws.stats().assumeRole.total} AssumeRole, ${Math.round(rss / 2 ** 20)} MiB, heap ${Math.round(heapUsed / 2 ** 20)} MiB`,
	);
	// Ten steps in each, one of which fails first after it has asked.
	expect(asked(all)).toHaveLength(11 * EXECUTIONS);
	expect(all.wrong()).toEqual([]);
	expect(leaks).toBe(0);
	expect(running.api.mostInFlight).toBe(AT_ONCE);
	expect(all.aws.stats().assumeRole.total).toBe(AT_ONCE);
	// What the durable SDK stores for an execution is the function's own business, whoever it acts for.
	expect([...service.signers]).toEqual([OWN]);
}, 300_000);

test("with the tenant in a module variable, the same comparison finds steps of the wrong tenant", async () => {
	const meet = barrier(8);
	await using all = await tenantsAws(8, meet);
	await using running = await run(all, "durable.moduleVariable");
	await Promise.all(all.tenants.map((tenant) => service.execute(running.invoke, { tenant })));
	expect(all.wrong()).toHaveLength(7);
});

/** An execution that has failed is over; an invocation that has failed is tried again by Lambda. */
test.each([
	[
		"a spec function around the durable SDK that looks for the tenant in the event",
		"eventOfEnvelope",
		"INVOCATION",
		/withAwsScope\(\) was given account: undefined/,
	],
	[
		"context.tenantId of middy's durable context, which has none",
		"tenantIdOfMiddy",
		"FAILED",
		/awsScope\(\) was given account: undefined/,
	],
	["a middy chain around which no scope was opened", "unopened", "FAILED", /write openAwsScope\(middy\(fn\)\)/],
])("%s is refused by name, and no step runs", async (_what, handler, ends, says) => {
	await using all = await tenantsAws(1);
	await using running = await run(all, `durable.${handler}`);
	const [tenant = ""] = all.tenants;
	const ended = await service
		.execute(running.invoke, { tenant }, { tenantId: tenant })
		.catch(({ message }: Error) => ({ status: "INVOCATION", error: message }));
	expect(ended).toMatchObject({ status: ends, error: expect.stringMatching(says) });
	expect(running.output()).not.toContain("A STEP RAN");
	expect(all.seen).toEqual([]);
});

test("a client for the durable SDK that names no session never stores the function's state as a tenant", async () => {
	await using all = await tenantsAws(1);
	await using running = await run(all, "durable.strayedClient");
	const [tenant = ""] = all.tenants;
	const { message } = await failure(service.execute(running.invoke, { tenant }, { tenantId: tenant }));
	expect(message).toMatch(/The Lambda client of the default session was used in a scope of/);
	expect(all.seen).toEqual([]);
});
