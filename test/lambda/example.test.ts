/** The handlers of the page about Lambda do what it says, under AWS's own runtime client. */

import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { OWN, startTenants, type TenantAws, tenant } from "../helpers/aws.js";
import { type Deployment, deploy, type RunningFunction, start } from "./function.js";

const A = tenant(0);
const B = tenant(1);

let all: TenantAws;
let deployment: Deployment;
let running: RunningFunction | undefined;
beforeAll(async () => {
	deployment = deploy();
	all = await startTenants({ tenants: 0, options: { accounts: [OWN, A, B] } });
});
afterAll(async () => {
	await all[Symbol.asyncDispose]();
	deployment[Symbol.dispose]();
});
afterEach(() => running?.[Symbol.asyncDispose]());

test("tenant isolation gives the tenant; without it the invocation fails", async () => {
	running = await start({ deployment, aws: all.aws, handler: "example.tenant" });
	for (const tenantId of [A, B]) {
		expect(await running.invoke({}, { tenantId })).toMatchObject({
			kind: "response",
			body: JSON.stringify([tenantId]),
		});
	}
	const { kind, body } = await running.invoke({});
	expect([kind, JSON.parse(body).errorMessage]).toEqual([
		"error",
		"This function needs Lambda's tenant isolation mode.",
	]);
});

test.each(["streaming", "readable"])("%s: every page is read in the tenant's account", async (handler) => {
	running = await start({ deployment, aws: all.aws, handler: `example.${handler}` });
	for (const account of [A, B]) {
		const { streamed, body } = await running.invoke({ account });
		const page = JSON.stringify([{ id: { S: "1" }, account: { S: account } }]);
		expect({ streamed, body }).toEqual({ streamed: true, body: page + page });
	}
});
