/** What Vitest's own tools do to code that uses the package; test/dist/jest.test.ts does the same with Jest. */

import { DynamoDB } from "@aws-sdk/client-dynamodb";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { resetAwsScope } from "../../local-aws/index.js";
import { clients, defaultSession, runInAwsScope } from "../../src/index.js";
import { startTenants, type TenantAws, tenant } from "../helpers/aws.js";
import { failure } from "../helpers/pool.js";

const A = tenant(0);

let all: TenantAws;
beforeAll(async () => {
	all = await startTenants({ tenants: 1 });
});
afterEach(async () => {
	vi.useRealTimers();
	await resetAwsScope();
});
afterAll(() => all[Symbol.asyncDispose]());

const asTenant = <Result>(fn: () => Result): Result => runInAwsScope({ account: A, accounts: all.accounts }, fn);
const tables = async () => (await clients.dynamodb().listTables({})).TableNames;

test("requests are sent under fake timers, also the first, which assumes the role", async () => {
	vi.useFakeTimers();
	expect(await asTenant(tables)).toEqual([A]);
});

test("after vi.resetModules() a new copy of the package shares the scope, the clients and the guards", async () => {
	const kept = asTenant(() => clients.dynamodb());
	vi.resetModules();
	const again = await import("../../src/index.js");
	expect(again.runInAwsScope).not.toBe(runInAwsScope);
	await asTenant(async () => {
		expect(again.clients.dynamodb()).toBe(kept);
		expect(again.clients.dynamodb()).toBeInstanceOf(DynamoDB);
	});
	expect(await failure(async () => again.runInAwsScope(defaultSession(), () => kept.listTables({})))).toMatchObject({
		code: "STRAYED_CLIENT",
	});
});
