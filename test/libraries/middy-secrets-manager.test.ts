/** `@middy/secrets-manager`: no tenant gets another's secret. */

import middy from "@middy/core";
import secretsManager from "@middy/secrets-manager";
import type { Context } from "aws-lambda";
import { expect, test } from "vitest";
import { passwords } from "../../examples/library-middy-secrets-manager.js";
import { awsScope, type MiddyRequest, openAwsScope } from "../../middleware/middy.js";
import { clients, followingClient } from "../../src/index.js";
import { OWN, startTenants, type TenantAws } from "../helpers/aws.js";
import { scale } from "../helpers/scale.js";

const OPERATIONS = scale(300, 1_000);
const secretOf = (account: string): string => `of ${account}`;

const start = (tenants: number): Promise<TenantAws> =>
	startTenants({
		tenants,
		handlers: { secretsmanager: ({ identity }) => ({ body: { SecretString: secretOf(identity.accountId) } }) },
	});

interface Event {
	readonly account: string;
}
type Secrets = Context & { readonly password?: string };
type Invoke = (account: string) => Promise<string | undefined>;

/** A handler that returns the secret that the middleware fetched. */
function invoker(all: TenantAws, middleware: unknown): Invoke {
	const handler = (_event: Event, { password }: Secrets) => password;
	type Handler = middy.MiddyfiedHandler<Event, unknown, Error, Secrets>;
	const wrapped = openAwsScope(middy(handler as never) as Handler)
		.use(awsScope(({ event }: MiddyRequest<Event>) => all.accounts(event.account)))
		.use(middleware as never) as Handler;
	return async (account) => (await wrapped({ account }, {} as Secrets)) as string | undefined;
}

/** How many invocations, all at once, got another tenant's secret. */
async function strangers({ tenants }: TenantAws, invoke: Invoke): Promise<number> {
	const right = await Promise.all(
		Array.from({ length: OPERATIONS }, async (_, index) => {
			const account = tenants[index % tenants.length] as string;
			return (await invoke(account)) === secretOf(account);
		}),
	);
	return right.filter((each) => !each).length;
}

/** The middleware with a client that it makes as given, and a cache for this test alone. */
const withClient = (make: () => object, options: object) =>
	secretsManager({
		AwsClient: function Client() {
			return make();
		} as never,
		fetchData: { password: "password" },
		setToContext: true,
		disablePrefetch: true,
		...options,
	});

test("with a following client and no cache: 0 secrets of another tenant, none read as the process", async () => {
	await using all = await start(20);
	expect(await strangers(all, invoker(all, passwords()))).toBe(0);
	expect(all.seen.filter(({ account }) => account === OWN)).toEqual([]);
	expect(all.seen).toHaveLength(OPERATIONS);
}, 120_000);

test("with its cache gives the first tenant's secrets to all, which nobody can refuse", async () => {
	await using all = await start(20);
	const middleware = withClient(() => followingClient(clients.secretsManager), { cacheKey: "secrets of all" });
	expect(await strangers(all, invoker(all, middleware))).toBeGreaterThan(OPERATIONS / 2);
}, 120_000);

test("with the first tenant's client, which is the obvious way, fails for the others", async () => {
	await using all = await start(2);
	const [first, second] = all.tenants as [string, string];
	const invoke = invoker(
		all,
		withClient(() => clients.secretsManager(), { cacheExpiry: 0 }),
	);
	expect(await invoke(first)).toBe(secretOf(first));
	const error = await invoke(second).catch((thrown: unknown) => thrown);
	expect(JSON.stringify((error as Error).cause)).toContain("STRAYED_CLIENT");
	expect(all.seen).toHaveLength(1);
});

test("with a client of its own reads as the process", async () => {
	await using all = await start(1);
	const middleware = secretsManager({
		fetchData: { password: "password" },
		setToContext: true,
		disablePrefetch: true,
		cacheExpiry: 0,
	});
	expect(await invoker(all, middleware)(all.tenants[0] as string)).toBe(secretOf(OWN));
});
