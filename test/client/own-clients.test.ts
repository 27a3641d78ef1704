/** Clients that are made with `new`: which ways of giving them a tenant's credentials hold, and which do not. */

import { DynamoDB } from "@aws-sdk/client-dynamodb";
import middy from "@middy/core";
import ssm from "@middy/ssm";
import type { Context } from "aws-lambda";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { tables } from "../../examples/cache.js";
import { ofTenant } from "../../examples/client.js";
import { resetAwsScope } from "../../local-aws/index.js";
import { awsScope, type MiddyRequest, openAwsScope } from "../../middleware/middy.js";
import { clients, currentAwsScope, errors } from "../../src/index.js";
import { startTenants, type TenantAws, tenant } from "../helpers/aws.js";
import { failure } from "../helpers/pool.js";

const A = tenant(0);
const B = tenant(1);

let all: TenantAws;
beforeAll(async () => {
	all = await startTenants({
		tenants: 2,
		handlers: {
			ssm: ({ identity }) => ({ body: { Parameters: [{ Name: "/limit", Value: `of ${identity.accountId}` }] } }),
		},
	});
});
afterEach(() => resetAwsScope());
afterAll(() => all[Symbol.asyncDispose]());

const as = <Result>(account: string, fn: () => Result): Result => all.accounts(account).run(fn);
const asked = async (db: DynamoDB): Promise<string | undefined> => (await db.listTables({})).TableNames?.[0];

describe("one client whose provider follows the scope", () => {
	test("is the first tenant's for all: the SDK remembers what a provider gave", async () => {
		const db = new DynamoDB({ credentials: () => currentAwsScope().session.credentials() });
		expect([await as(A, () => asked(db)), await as(B, () => asked(db))]).toEqual([A, A]);
	});

	test("is each tenant's own where an accessor takes its place", async () => {
		const ask = (): Promise<string | undefined> => asked(clients.dynamodb());
		expect([await as(A, ask), await as(B, ask)]).toEqual([A, B]);
	});
});

describe("a client for a library that takes none of ours", () => {
	test("may be given the credentials that a session has now, as an object", async () => {
		const credentials = await all.accounts(A).credentials();
		expect(await asked(new DynamoDB({ credentials }))).toBe(A);
	});

	test("has one session's credentials for good, as in the page about clients", async () => {
		const [ofA, ofB] = [ofTenant(all.accounts(A)), ofTenant(all.accounts(B))];
		expect([await as(B, () => asked(ofA)), await as(A, () => asked(ofB)), await asked(ofA)]).toEqual([A, B, A]);
	});

	test("is each scope's own in a cache by key, as in the page about the cache", async () => {
		const ask = (): Promise<string | undefined> => asked(tables("eu-central-1"));
		expect([await as(A, ask), await as(B, ask), await as(A, ask)]).toEqual([A, B, A]);
		expect(as(A, () => tables("eu-central-1"))).toBe(as(A, () => tables("eu-central-1")));
		expect(as(A, () => tables("eu-central-1"))).not.toBe(as(B, () => tables("eu-central-1")));
		expect(await failure(ask)).toBeInstanceOf(errors.AwsScopeError);
	});
});

describe("@middy/ssm", () => {
	interface Event {
		readonly account: string;
	}
	type Chain = middy.MiddyfiedHandler<Event, unknown, Error, Context & { readonly limit?: string }>;
	const chain = (handler: (event: Event, context: Context & { readonly limit?: string }) => unknown): Chain =>
		openAwsScope(middy(handler as never) as Chain).use(
			awsScope(({ event }: MiddyRequest<Event>) => all.accounts(event.account)),
		) as Chain;
	/** As careful as it gets: nothing is read ahead or kept. */
	const options = { fetchData: { limit: "/limit" }, setToContext: true, cacheExpiry: 0, disablePrefetch: true };
	const answers = async (handler: Chain): Promise<unknown[]> => [
		await handler({ account: A }, {} as Context),
		await handler({ account: B }, {} as Context),
	];

	test("reads the first tenant's parameters for all, with a provider in awsClientOptions", async () => {
		const awsClientOptions = { credentials: () => currentAwsScope().session.credentials() };
		const handler = chain((_event, { limit }) => limit);
		handler.use(ssm({ ...options, cacheKey: "by-options", awsClientOptions }) as never);
		expect(await answers(handler)).toEqual([`of ${A}`, `of ${A}`]);
	});

	test("reads the first tenant's parameters for all, with a tenant's credentials as awsClientAssumeRole", async () => {
		const handler = chain((_event, { limit }) => limit);
		handler.before(async ({ internal }) => {
			Object.assign(internal, { tenant: { ...(await currentAwsScope().session.credentials()) } });
		});
		handler.use(ssm({ ...options, cacheKey: "by-role", awsClientAssumeRole: "tenant" }) as never);
		expect(await answers(handler)).toEqual([`of ${A}`, `of ${A}`]);
	});

	test("is not needed for a tenant's: an accessor in the handler reads each one's own", async () => {
		const handler = chain(async () => {
			const { Parameters } = await clients.ssm().getParameters({ Names: ["/limit"] });
			return Parameters?.[0]?.Value;
		});
		expect(await answers(handler)).toEqual([`of ${A}`, `of ${B}`]);
	});
});
