/** The quick starts of the README do what it says, against a local AWS with an account per tenant. */

import type { Context } from "aws-lambda";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { handler as plain } from "../../examples/lambda-plain.js";
import { handler as single } from "../../examples/lambda-single-account.js";
import { handler as withMiddy } from "../../examples/quick-start-middy.js";
import { tablesOf } from "../../examples/script-over-accounts.js";
import { type LocalAws, resetAwsScope, startLocalAws } from "../../local-aws/index.js";
import { assumeRole, defaultSession } from "../../src/index.js";
import { createTable } from "./tables.js";

const OWN = "999999999999";
const TENANTS = ["111111111111", "222222222222", "333333333333"];
const CLOSED = "444444444444";

let aws: LocalAws;
let environment: Disposable;
beforeAll(async () => {
	aws = await startLocalAws({ accounts: [OWN, ...TENANTS, { id: CLOSED, roles: [] }] });
	environment = aws.useEnv();
	for (const account of [OWN, ...TENANTS]) {
		const owner = account === OWN ? defaultSession() : assumeRole({ account, role: "setup" });
		await createTable(owner, "orders");
		const orders = owner.clients.dynamodbDocument();
		await orders.put({ TableName: "orders", Item: { id: "1", of: account } });
	}
});
beforeEach(() => aws.resetCounts());
afterEach(() => resetAwsScope());
afterAll(async () => {
	environment[Symbol.dispose]();
	await aws.close();
});

test("a Lambda function in one account reads its own table, without any scope", async () => {
	expect(await single({ id: "1" })).toEqual({ id: "1", of: OWN });
	expect(aws.stats().assumeRole.total).toBe(0);
});

const middy = (event: { id: string; account: string }): Promise<unknown> => withMiddy(event, {} as Context);

test.each([
	["withAwsScope", plain],
	["middy", middy],
])("with %s each of 30 invocations at once reads from its own tenant's account", async (_, handler) => {
	const accounts = Array.from({ length: 30 }, (_, index) => TENANTS[index % 3] as string);
	const answers = await Promise.all(accounts.map((account) => handler({ id: "1", account })));
	expect(answers).toEqual(accounts.map((of) => ({ id: "1", of })));
	expect(aws.stats().accounts).toMatchObject(Object.fromEntries(TENANTS.map((account) => [account, 10])));
	expect(aws.stats().assumeRole.total).toBeLessThanOrEqual(3);
});

test("the script lists the tables of every account, and an account that refuses stops no other", async () => {
	const found = await tablesOf([...TENANTS, CLOSED], "us-east-1");
	for (const account of TENANTS) expect(found.get(account)).toEqual(["orders"]);
	expect(found.get(CLOSED)).toMatchObject({ code: "ASSUME_ROLE_DENIED" });
});
