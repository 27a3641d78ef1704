/** A fan-out as a durable execution: its process is killed under way, and another one goes on where it was. */

import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import type { TargetResult, WorkerTarget } from "../../worker/index.js";
import { EXTERNAL_ID, OWN, startTenants, type TenantAws } from "../helpers/aws.js";
import { gate } from "../helpers/barrier.js";
import { type DurableService, startDurableService } from "./durable-service.js";
import { type Deployment, deploy, type RunningFunction, start } from "./function.js";
import type { RuntimeApi } from "./runtime-api.js";

type Results = TargetResult<WorkerTarget, { readonly answered: string; readonly attempt: number }>[];

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

const run = ({ aws }: TenantAws): Promise<RunningFunction> =>
	start({ deployment, aws, handler: "durable-fan-out.handler", env: { EXTERNAL_ID } });

test("a durable fan-out whose process is killed goes on in another, and does nothing twice that was kept", async () => {
	const count = 30;
	const killAt = 14;
	const crash = gate();
	let asked = 0;
	await using all = await startTenants({
		tenants: count,
		handlers: { lambda: (request) => service.lambda(request) },
		before: ({ service }) => {
			if (service !== "dynamodb") return undefined;
			asked += 1;
			if (asked < killAt) return undefined;
			if (asked === killAt) crash.open();
			// Those under way when the process is killed are never answered.
			return asked < killAt + 4 ? crashed.opened : undefined;
		},
	});
	const crashed = gate();
	const first = await run(all);
	await using second = await run(all);
	const invoke: RuntimeApi["invoke"] = async (event, options) => {
		if (first.api.mostInFlight > 0) return second.invoke(event, options);
		const lost = first.invoke(event, options).catch((error: unknown) => error);
		await crash.opened;
		await first[Symbol.asyncDispose]();
		crashed.open();
		await lost;
		// Lambda invokes the function again, which asks for the rest of the history.
		const { InitialExecutionState, ...rest } = event as { InitialExecutionState: { Operations: object[] } };
		return second.invoke({ ...rest, InitialExecutionState: { ...InitialExecutionState, NextMarker: "more" } }, options);
	};
	const targets = all.tenants.map((account, index) => ({ account, note: index === 20 ? "fails once" : "" }));
	const { status, result, invocations } = await service.execute<Results>(invoke, { targets });
	expect(status).toBe("SUCCEEDED");
	expect(result.map((one) => one.target)).toEqual(targets);
	expect(result.map((one) => (one.status === "fulfilled" ? one.value.answered : one))).toEqual(all.tenants);
	expect(result[20]).toMatchObject({ value: { attempt: 2 } });
	const times = new Map<string, number>();
	for (const { service, meant = "" } of all.seen) {
		if (service === "dynamodb") times.set(meant, (times.get(meant) ?? 0) + 1);
	}
	const twice = [...times.values()].filter((number) => number > 1);
	console.log(
		`${count} targets, ${asked} requests, ${twice.length} twice (under way when killed), ${count - times.size} lost, ${invocations} invocations after the crash`,
	);
	expect(times.size).toBe(count);
	// Only what had no answer when the process was killed.
	expect(twice.length).toBeLessThanOrEqual(4);
	expect(all.wrong()).toEqual([]);
	expect([...service.signers]).toEqual([OWN]);
}, 120_000);

test("a denied role is an answer that is kept; targets that are none fail alone", async () => {
	await using all = await startTenants({
		tenants: 2,
		handlers: { lambda: (request) => service.lambda(request) },
		options: {
			accounts: [
				OWN,
				{ id: "000000000001", roles: [] },
				{ id: "000000000002", roles: [{ name: "Tenant", externalId: EXTERNAL_ID }] },
			],
		},
	});
	await using running = await run(all);
	const targets = [{ account: "000000000001" }, { account: "000000000002" }];
	const { result } = await service.execute<Results>(running.invoke, { targets });
	expect(result).toEqual([
		{ target: targets[0], status: "denied", error: { name: "AssumeRoleDeniedError", message: expect.any(String) } },
		{ target: targets[1], status: "fulfilled", value: { answered: "000000000002", attempt: 1 } },
	]);
	// Not tried again, as a step that fails is.
	expect(all.aws.stats().assumeRole.total).toBe(2);
	const bad = await service.execute<Results>(running.invoke, { targets: [{ account: "1" }, targets[1]] });
	expect(bad.result[0]).toMatchObject({ status: "rejected", error: { message: expect.stringContaining("12 digits") } });
	expect(bad.result[1]).toMatchObject({ status: "fulfilled" });
}, 120_000);
