/** The libraries that remember what they have read: no tenant gets another's value. */

import { SSMProvider } from "@aws-lambda-powertools/parameters/ssm";
import middy from "@middy/core";
import ssm from "@middy/ssm";
import type { Context } from "aws-lambda";
import { afterAll, afterEach, describe, expect, test } from "vitest";
import { limits } from "../../examples/library-middy-ssm.js";
import { readLimit, readPassword } from "../../examples/library-parameters.js";
import { resetAwsScope } from "../../local-aws/index.js";
import { awsScope, type MiddyRequest, openAwsScope } from "../../middleware/middy.js";
import { clients, errors, followingClient, runInAwsScope } from "../../src/index.js";
import { OWN, startTenants, type TenantAws, tenant } from "../helpers/aws.js";
import { interleave } from "../helpers/interleave.js";
import { failure } from "../helpers/pool.js";
import { runSeed } from "../helpers/prng.js";
import { scale } from "../helpers/scale.js";
import { forgetPowertools } from "./shops.js";

const SEED = runSeed();
const OPERATIONS = scale(300, 1_000);
const ownValue = (account: string): string => `of ${account}`;

afterEach(() => resetAwsScope());
afterAll(forgetPowertools);

const start = (tenants: number): Promise<TenantAws> =>
	startTenants({
		tenants,
		handlers: {
			ssm: ({ action, identity }) => {
				const parameter = { Name: "/limit", Value: ownValue(identity.accountId) };
				return { body: action === "GetParameter" ? { Parameter: parameter } : { Parameters: [parameter] } };
			},
			secretsmanager: ({ identity }) => ({ body: { SecretString: ownValue(identity.accountId) } }),
		},
	});
const as = <Result>({ accounts }: TenantAws, account: string, fn: () => Result): Result =>
	runInAwsScope({ account, accounts }, fn);

/** How many operations of 20 tenants got another one's value. */
async function strangers(all: TenantAws, read: () => Promise<unknown>): Promise<number> {
	let wrong = 0;
	const { tenants } = all;
	const failures = await interleave(
		{ seed: SEED, invocations: OPERATIONS, tenants, concurrency: 100 },
		({ tenant: account, pause }) =>
			as(all, account, async () => {
				await pause();
				if ((await read()) !== ownValue(account)) wrong += 1;
			}),
	);
	expect(failures, `TEST_SEED=${SEED}`).toEqual([]);
	return wrong;
}

describe("Powertools' parameters", { timeout: 120_000 }, () => {
	test("with a provider per session: 0 values of another tenant, fewer requests than reads, none as the process", async () => {
		await using all = await start(20);
		expect(await strangers(all, readLimit)).toBe(0);
		expect(await strangers(all, readPassword)).toBe(0);
		expect(new Set(all.seen.map(({ account }) => account))).toEqual(new Set(all.tenants));
		// Its own cache serves the rest, except for what many read at once.
		expect(all.seen.length).toBeLessThan(2 * OPERATIONS);
		expect(await failure(readLimit)).toBeInstanceOf(errors.LostScopeError);
	});

	test("with one provider of a following client gives a tenant's value to others, which nobody can refuse", async () => {
		await using all = await start(20);
		const one = new SSMProvider({ awsSdkV3Client: followingClient(clients.ssm) });
		expect(await strangers(all, () => one.get("/limit", { maxAge: 60 }))).toBeGreaterThan(OPERATIONS / 2);
	});

	test("with one provider of the first tenant's client refuses the others, except for what it remembers", async () => {
		await using all = await start(2);
		const one = as(all, tenant(0), () => new SSMProvider({ awsSdkV3Client: clients.ssm() }));
		expect(await as(all, tenant(0), () => one.get("/limit"))).toBe(ownValue(tenant(0)));
		expect((await failure(as(all, tenant(1), () => one.get("/other")))).cause).toBeInstanceOf(
			errors.StrayedClientError,
		);
		expect(await as(all, tenant(1), () => one.get("/limit"))).toBe(ownValue(tenant(0)));
	});

	test("with no client of ours reads as the process", async () => {
		await using all = await start(1);
		expect(await as(all, tenant(0), () => new SSMProvider().get("/limit"))).toBe(ownValue(OWN));
	});
});

describe("@middy/ssm", { timeout: 120_000 }, () => {
	interface Event {
		readonly account: string;
	}
	type Handler = middy.MiddyfiedHandler<Event, unknown, Error, Context & { readonly limit?: string }>;
	const handlerWith = (all: TenantAws, middleware: unknown): Handler => {
		const handler = (_event: Event, { limit }: Context & { readonly limit?: string }) => limit;
		return openAwsScope(middy(handler as never) as Handler)
			.use(awsScope(({ event }: MiddyRequest<Event>) => all.accounts(event.account)))
			.use(middleware as never) as Handler;
	};
	const invoke = (all: TenantAws, handler: Handler): Promise<unknown[]> =>
		Promise.all(
			Array.from({ length: OPERATIONS }, async (_, index) => {
				const account = all.tenants[index % all.tenants.length] as string;
				return (await handler({ account }, {} as Context)) === ownValue(account);
			}),
		);

	test("with a following client and no cache: 0 values of another tenant, none read as the process", async () => {
		await using all = await start(20);
		const right = await invoke(all, handlerWith(all, limits()));
		expect(right.filter((each) => !each)).toEqual([]);
		expect(all.seen.filter(({ account }) => account === OWN)).toEqual([]);
		expect(all.seen).toHaveLength(OPERATIONS);
	});

	test("with its cache gives the first tenant's values to all, which nobody can refuse", async () => {
		await using all = await start(20);
		const middleware = ssm({
			AwsClient: function Following() {
				return followingClient(clients.ssm);
			} as never,
			fetchData: { limit: "/limit" },
			setToContext: true,
			disablePrefetch: true,
			cacheKey: "one for all tenants",
		});
		const right = await invoke(all, handlerWith(all, middleware));
		expect(right.filter((each) => !each).length).toBeGreaterThan(OPERATIONS / 2);
	});
});
