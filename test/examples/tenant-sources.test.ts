/** Each source of tenants leads its invocation into the tenant's own account, or refuses it before anything is sent. */

import type { Context } from "aws-lambda";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import * as sources from "../../examples/tenant-sources.js";
import { resetAwsScope } from "../../local-aws/index.js";
import { errors } from "../../src/index.js";
import { OWN, startTenants, type TenantAws } from "../helpers/aws.js";
import { any } from "../helpers/refusals.js";

const ACCOUNTS = { acme: "111111111111", blum: "222222222222" } as const;
const POOL = "333333333333";

const tags: string[] = [];
let all: TenantAws;
beforeAll(async () => {
	all = await startTenants({
		tenants: 0,
		before: async ({ identity }) => void tags.push(identity.tags["TenantId"] ?? "none"),
		options: { accounts: [OWN, ...Object.values(ACCOUNTS), POOL] },
	});
});
afterEach(async () => {
	await resetAwsScope();
	tags.splice(0);
	all.seen.splice(0);
	all.aws.resetCounts();
});
afterAll(() => all[Symbol.asyncDispose]());

const context = (tenantId?: string) => ({ awsRequestId: "1", tenantId }) as Context;
const claims = (given: object) => any({ requestContext: { authorizer: { jwt: { claims: given } } } });

/** How an event of a tenant looks; of none, without an argument. */
const handlers: [string, (tenant?: string) => Promise<unknown>][] = [
	["the context", (tenant) => sources.isolated({}, context(tenant))],
	["a claim", (tenant) => sources.api(claims({ "custom:tenant": tenant }))],
	["a claim, with middy", (tenant) => sources.apiWithMiddy(claims({ "custom:tenant": tenant }), context())],
	["a header", (tenant) => sources.behindGateway(any({ multiValueHeaders: tenant ? { "X-Tenant": [tenant] } : {} }))],
	[
		"a message's attribute",
		(tenant) => sources.message(any({ messageAttributes: { tenant: { stringValue: tenant, dataType: "String" } } })),
	],
	["an event's detail", (tenant) => sources.placed(any({ detail: { order: { tenant } } }))],
	["a message group", (tenant) => sources.fair(any({ attributes: { MessageGroupId: tenant } }))],
	["a partition key", (tenant) => sources.keyed(any({ kinesis: { partitionKey: tenant } }))],
];

test.each(handlers)("%s names the tenant of each of 30 invocations at once", async (_, handle) => {
	const names = Array.from({ length: 30 }, (_, index) => (index % 3 === 0 ? "acme" : "blum"));
	const answers = await Promise.all(names.map((name) => handle(name)));
	expect(answers).toEqual(names.map((name) => [ACCOUNTS[name as keyof typeof ACCOUNTS]]));
	expect(all.aws.stats().assumeRole.total).toBe(2);
});

test.each(handlers)("%s that names nobody, or nobody known, is refused before anything is sent", async (_, handle) => {
	const attempt = async (tenant?: string) => handle(tenant);
	await expect(attempt()).rejects.toBeInstanceOf(errors.TenantNotFoundError);
	await expect(attempt("acme,blum")).rejects.toBeInstanceOf(errors.TenantNotFoundError);
	await expect(attempt("nobody")).rejects.toThrow('There is no tenant "nobody".');
	expect(all.aws.stats().requests).toBe(0);
});

test("tenants who share an account and a role have a session each, tagged with their id", async () => {
	const names = Array.from({ length: 30 }, (_, index) => (index % 3 === 0 ? "acme" : "blum"));
	const answers = await Promise.all(names.map((name) => sources.pooled({}, context(name))));
	expect(answers).toEqual(names.map(() => [POOL]));
	expect(tags.toSorted()).toEqual(names.toSorted());
	expect(all.aws.stats().assumeRole.total).toBe(2);
});

test("an answer for whoever named no tenant says no more than that", async () => {
	expect(await sources.answer(claims({}))).toEqual({ statusCode: 403, body: "Unknown tenant." });
	const known = await sources.answer(claims({ "custom:tenant": "acme" }));
	expect(known).toEqual({ statusCode: 200, body: JSON.stringify([ACCOUNTS.acme]) });
	await expect(sources.answer(claims({ "custom:tenant": "nobody" }))).rejects.toThrow(/There is no tenant/);
});
