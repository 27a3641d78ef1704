/** Law 3: any number of clients, regions and concurrent first calls of one identity cost one AssumeRole. */

import { expect, test } from "vitest";
import { clients, runInAwsScope, stats } from "../../src/index.js";
import { startTenants, type TenantAws, tenant } from "../helpers/aws.js";
import { barrier } from "../helpers/barrier.js";

const REGIONS = ["eu-central-1", "us-east-1"];

/** The n-th way to make a request: three services, two regions. */
const request = (index: number): Promise<unknown> => {
	const region = REGIONS[index % 2] as string;
	if (index % 3 === 0) return clients.dynamodb(region).listTables({});
	if (index % 3 === 1) return clients.sqs(region).listQueues({});
	return clients.s3(region).getObject({ Bucket: "reports", Key: "1" });
};

/** Starts one request per tenant in the list, and lets STS answer only when all of them are waiting. */
async function firstCalls({ aws, accounts }: TenantAws, tenants: readonly string[]): Promise<unknown> {
	const started = barrier(tenants.length + 1);
	using _ = aws.fail({ service: "sts", action: "AssumeRole", kind: "delay", until: started() });
	return Promise.all(
		tenants.map((account, index) =>
			runInAwsScope({ account, accounts }, () => {
				const answer = request(index);
				void started();
				return answer;
			}),
		),
	);
}

test("200 concurrent first calls of one tenant, over 3 services and 2 regions, cost one AssumeRole", async () => {
	await using all = await startTenants({ tenants: 1 });
	await firstCalls(all, Array<string>(200).fill(tenant(0)));
	expect(all.aws.stats().assumeRole).toMatchObject({ total: 1, succeeded: 1 });
	expect(all.seen).toHaveLength(200);
	expect(new Set(all.seen.map(({ service, region }) => `${service} ${region}`)).size).toBe(6);
	expect(stats()).toMatchObject({ assumeRoleCalls: 1, clientsBuilt: 6, sessions: 1 });
});

test("first calls of 100 tenants cost one AssumeRole each", async () => {
	await using all = await startTenants({ tenants: 100 });
	await firstCalls(
		all,
		Array.from({ length: 200 }, (_, index) => tenant(index % 100)),
	);
	const { total, byRole } = all.aws.stats().assumeRole;
	expect(total).toBe(100);
	expect(new Set(Object.values(byRole))).toEqual(new Set([1]));
	expect(all.seen).toHaveLength(200);
});

test("a first call that STS refused does not make the next tenant's fail", async () => {
	await using all = await startTenants({ tenants: 2 });
	using _ = all.aws.fail({
		service: "sts",
		action: "AssumeRole",
		kind: "error",
		status: 403,
		code: "AccessDenied",
		match: ({ roleArn }) => roleArn?.includes(tenant(0)) ?? false,
	});
	const [denied, served] = await Promise.allSettled(
		[tenant(0), tenant(1)].map((account) =>
			runInAwsScope({ account, accounts: all.accounts }, () => clients.dynamodb().listTables({})),
		),
	);
	expect(denied).toMatchObject({ status: "rejected", reason: { code: "ASSUME_ROLE_DENIED" } });
	expect(served).toMatchObject({ status: "fulfilled", value: { TableNames: [tenant(1)] } });
});
