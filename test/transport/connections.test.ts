/** Connections follow the concurrency of the work, not the number of accounts. */

import { DynamoDB } from "@aws-sdk/client-dynamodb";
import { fromTemporaryCredentials } from "@aws-sdk/credential-providers";
import { afterEach, expect, test, vi } from "vitest";
import { clients, runInAwsScope } from "../../src/index.js";
import { EXTERNAL_ID, ROLE, startTenants } from "../helpers/aws.js";
import { pool } from "../helpers/pool.js";
import { scale } from "../helpers/scale.js";

const CONCURRENCY = 20;
const ACCOUNTS = scale(60, 200);

afterEach(() => {
	vi.unstubAllEnvs();
});

interface Opened {
	readonly data: number;
	readonly sts: number;
	readonly total: number;
}

/** Three requests in every account, and the connections that the server saw. */
async function connectionsFor(count: number, work: (account: string) => (() => Promise<unknown>)[]): Promise<Opened> {
	await using all = await startTenants({ tenants: count });
	// As on AWS, STS has another origin than the services; with one origin the SDK would use one connection for both.
	vi.stubEnv("AWS_ENDPOINT_URL_STS", all.aws.endpoint.replace("127.0.0.1", "localhost"));
	await pool(count, CONCURRENCY, (index) =>
		runInAwsScope({ account: all.tenants[index] as string, accounts: all.accounts }, async () => {
			for (const request of work(all.tenants[index] as string)) await request();
		}),
	);
	expect(all.wrong()).toEqual([]);
	expect(new Set(all.seen.map(({ account }) => account)).size).toBe(count);
	const { data, byService, total } = all.aws.stats().connections;
	return { data, sts: byService["sts"] ?? 0, total };
}

const warm = () => [
	() => clients.dynamodb().listTables({}),
	() => clients.dynamodb("eu-central-1").listTables({}),
	() => clients.sqs().listQueues({}),
];

const byHand = (account: string) => {
	const client = new DynamoDB({
		credentials: fromTemporaryCredentials({
			params: { RoleArn: `arn:aws:iam::${account}:role/${ROLE}`, RoleSessionName: "by-hand", ExternalId: EXTERNAL_ID },
		}),
	});
	return [() => client.listTables({}), () => client.listTables({}), () => client.listTables({})];
};

test(`work at concurrency 20 opens as many connections for ${ACCOUNTS} accounts as for 20`, async () => {
	const few = await connectionsFor(20, warm);
	const many = await connectionsFor(ACCOUNTS, warm);
	console.log(`Connections at concurrency ${CONCURRENCY}: 20 accounts`, few, `${ACCOUNTS} accounts`, many);
	for (const { data, sts } of [few, many]) {
		expect(data).toBeGreaterThanOrEqual(1);
		expect(data).toBeLessThanOrEqual(32);
		expect(sts).toBeLessThanOrEqual(16);
	}
});

test("the same work with a client and a provider per account opens two connections for each", async () => {
	const byOne = await connectionsFor(ACCOUNTS, byHand);
	console.log("A client and provider per account", byOne);
	expect(byOne.total).toBe(2 * ACCOUNTS);
});
