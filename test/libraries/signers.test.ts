/** Signers that are not clients: tokens for databases, and signed requests to AppSync and OpenSearch. */

import { Signer } from "@aws-sdk/rds-signer";
import { Client } from "@opensearch-project/opensearch";
import { AwsSigv4Signer } from "@opensearch-project/opensearch/aws";
import { Sha256 } from "@smithy/core/checksum";
import { HttpRequest } from "@smithy/core/protocols";
import { SignatureV4 } from "@smithy/signature-v4";
import { expect, test } from "vitest";
import { search } from "../../examples/library-opensearch.js";
import { databases, Pool, query } from "../../examples/library-signers.js";
import { currentAwsScope, errors, runInAwsScope } from "../../src/index.js";
import { meantFor, startTenants, type TenantAws, tenant } from "../helpers/aws.js";
import { interleave } from "../helpers/interleave.js";
import { failure } from "../helpers/pool.js";
import { runSeed } from "../helpers/prng.js";
import { scale } from "../helpers/scale.js";

const OPERATIONS = scale(300, 1_000);
const SEED = runSeed();

/** A database, a GraphQL API and a search domain that answer who signed. */
const start = (tenants: number): Promise<TenantAws> =>
	startTenants({
		tenants,
		handlers: {
			"rds-db": ({ identity }) => ({ body: identity.accountId }),
			es: ({ identity }) => ({
				headers: { "content-type": "application/json" },
				body: JSON.stringify({ hits: { hits: [{ _source: { account: identity.accountId } }] } }),
			}),
			appsync: ({ identity }) => ({ body: { data: { account: identity.accountId } } }),
		},
	});
const as = <Result>({ accounts }: TenantAws, account: string, fn: () => Result): Result =>
	runInAwsScope({ account, accounts }, fn);

/** How many operations of all tenants were another's, by the server's word. */
async function strangers(all: TenantAws, whoami: (account: string) => Promise<string>): Promise<number> {
	let wrong = 0;
	const { tenants } = all;
	const failures = await interleave(
		{ seed: SEED, invocations: OPERATIONS, tenants, concurrency: 50 },
		({ tenant: account, pause }) =>
			as(all, account, async () => {
				await pause();
				if ((await whoami(account)) !== account) wrong += 1;
			}),
	);
	expect(failures, `TEST_SEED=${SEED}`).toEqual([]);
	return wrong;
}

const HOST = "127.0.0.1";

test("a pool per session connects as its tenant: 0 connections of another one", async () => {
	await using all = await start(20);
	const pools = databases(HOST, all.aws.port);
	expect(await strangers(all, () => pools().whoami())).toBe(0);
	expect(new Set(all.seen.map(({ account }) => account))).toEqual(new Set(all.tenants));
	expect(await failure(() => pools())).toBeInstanceOf(errors.LostScopeError);
}, 120_000);

test("a pool signs as its own tenant, whoever makes it open a connection", async () => {
	await using all = await start(2);
	const pools = databases(HOST, all.aws.port);
	const ofFirst = as(all, tenant(0), () => pools());
	expect(await as(all, tenant(1), () => ofFirst.whoami())).toBe(tenant(0));
});

/** Its tokens are the current scope's, but it is one for all. */
const follower = (port: number): Signer =>
	new Signer({
		hostname: HOST,
		port,
		username: "app",
		region: "eu-central-1",
		credentials: () => currentAwsScope().session.credentials(),
	});

test("one signer whose credentials follow the scope signs each token right", async () => {
	await using all = await start(20);
	const signer = follower(all.aws.port);
	const wrong = await strangers(all, async () => (await fetch(`http://${await signer.getAuthToken()}`)).text());
	expect(wrong).toBe(0);
}, 120_000);

test("one pool gives a tenant's connections to others, which nobody can refuse", async () => {
	await using all = await start(20);
	const signer = follower(all.aws.port);
	const one = new Pool({ host: HOST, port: all.aws.port, user: "app", password: () => signer.getAuthToken() });
	expect(await strangers(all, () => one.whoami())).toBeGreaterThan(OPERATIONS / 2);
}, 120_000);

test("a signer without credentials signs as the process", async () => {
	await using all = await start(1);
	const signer = new Signer({ hostname: HOST, port: all.aws.port, username: "app", region: "eu-central-1" });
	const token = await as(all, tenant(0), () => signer.getAuthToken());
	expect(token).toContain(process.env["AWS_ACCESS_KEY_ID"]);
});

const queryFor =
	({ aws }: TenantAws) =>
	async (account: string): Promise<string> => {
		const response = await query(new URL(`${aws.endpoint}/graphql`), `{ account(of: "${meantFor(account)}") }`);
		return ((await response.json()) as { readonly data: { readonly account: string } }).data.account;
	};

test("one signer of requests signs each for the current scope: 0 wrong, 0 as the process", async () => {
	await using all = await start(20);
	expect(await strangers(all, queryFor(all))).toBe(0);
	expect(all.seen).toHaveLength(OPERATIONS);
	expect(all.wrong()).toEqual([]);
	const { requests } = all.aws.stats();
	expect(await failure(queryFor(all)(tenant(0)))).toBeInstanceOf(errors.AwsScopeError);
	expect(all.aws.stats().requests).toBe(requests);
}, 120_000);

test("one signer of the first tenant's credentials signs all as the first tenant, which nobody can refuse", async () => {
	await using all = await start(3);
	const credentials = await as(all, tenant(0), () => currentAwsScope().session.credentials());
	const one = new SignatureV4({ service: "appsync", region: "eu-central-1", credentials, sha256: Sha256 });
	for (const account of all.tenants) {
		await as(all, account, async () => {
			const { host, hostname } = new URL(all.aws.endpoint);
			const body = meantFor(account);
			const signed = await one.sign(
				new HttpRequest({ method: "POST", hostname, path: "/graphql", headers: { host }, body }),
			);
			await fetch(`${all.aws.endpoint}/graphql`, { method: "POST", headers: signed.headers, body });
		});
	}
	expect(all.wrong()).toHaveLength(2);
});

const first = (sources: readonly object[]): string => (sources[0] as { readonly account: string }).account;

test("an OpenSearch client per session signs as its tenant: 0 wrong, 0 as the process", async () => {
	await using all = await start(20);
	expect(await strangers(all, async (account) => first(await search(all.aws.endpoint, meantFor(account))))).toBe(0);
	expect(all.seen).toHaveLength(OPERATIONS);
	expect(all.wrong()).toEqual([]);
	expect(await failure(async () => search(all.aws.endpoint, "orders"))).toBeInstanceOf(errors.LostScopeError);
}, 120_000);

test("one OpenSearch client, even with credentials that follow the scope, signs as another tenant, which nobody can refuse", async () => {
	await using all = await start(3);
	const one = new Client({
		...AwsSigv4Signer({
			region: "eu-central-1",
			service: "es",
			getCredentials: () => currentAwsScope().session.credentials(),
		}),
		node: all.aws.endpoint,
	});
	for (const account of all.tenants) await as(all, account, () => one.search({ index: meantFor(account) }));
	expect(all.wrong()).toHaveLength(2);
	await one.close();
});
