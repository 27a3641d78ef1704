/** Many tenants at once through clients that are made once, at module level, as libraries keep them. */

import { DynamoDB, paginateScan } from "@aws-sdk/client-dynamodb";
import { GetObjectCommand } from "@aws-sdk/client-s3";
import { DynamoDBDocument, paginateScan as paginateDocuments } from "@aws-sdk/lib-dynamodb";
import { Upload } from "@aws-sdk/lib-storage";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { expect, test } from "vitest";
import { clients, configure, currentAwsScope, followingClient, runInAwsScope, stats } from "../../src/index.js";
import { isUnscoped, meantFor, startTenants, type TenantAws } from "../helpers/aws.js";
import { type Invocation, interleave } from "../helpers/interleave.js";
import { runSeed } from "../helpers/prng.js";
import { scale } from "../helpers/scale.js";

const OPERATIONS = 1_000;
const FEWER = scale(300, OPERATIONS);
const TENANTS = 20;
const SEED = runSeed();

const db = followingClient(clients.dynamodb);
const documents = followingClient(clients.dynamodbDocument);
const wrapped = DynamoDBDocument.from(db);
const files = followingClient(clients.s3);
const instrumented = followingClient(clients.dynamodb);
let instrumentedCalls = 0;
instrumented.middlewareStack.add(
	(next) => async (args) => {
		instrumentedCalls += 1;
		await null;
		return next(args);
	},
	{ name: "ofLibrary", step: "build" },
);

const drain = async (pages: AsyncIterable<unknown>, pause: () => Promise<void>): Promise<void> => {
	for await (const _ of pages) await pause();
};
const key = { Key: { id: "1" } };
const operations: readonly ((account: string, invocation: Invocation) => Promise<unknown>)[] = [
	(account) => db.getItem({ TableName: meantFor(account), Key: { id: { S: "1" } } }),
	(account) => documents.put({ TableName: meantFor(account), Item: { id: "1" } }),
	(account) => wrapped.get({ TableName: meantFor(account), ...key }),
	(account, { pause }) => drain(db.paginateScan({ TableName: meantFor(account) }), pause),
	(account, { pause }) => drain(paginateScan({ client: db }, { TableName: meantFor(account) }), pause),
	(account, { pause }) => drain(paginateDocuments({ client: wrapped }, { TableName: meantFor(account) }), pause),
	(account) => instrumented.describeTable({ TableName: meantFor(account) }),
	(account) => files.putObject({ Bucket: meantFor(account), Key: "1", Body: "1" }),
	(account) => new Upload({ client: files, params: { Bucket: meantFor(account), Key: "1", Body: "1" } }).done(),
	async (account) => {
		const url = await getSignedUrl(files, new GetObjectCommand({ Bucket: meantFor(account), Key: "1" }));
		const { accessKeyId } = await currentAwsScope().session.credentials();
		expect(decodeURIComponent(url)).toContain(accessKeyId);
		await (await fetch(url)).text();
	},
];

const run = (
	{ tenants, accounts }: TenantAws,
	invocations: number,
	operate: (account: string, invocation: Invocation) => Promise<unknown>,
): Promise<unknown[]> =>
	interleave({ seed: SEED, invocations, tenants, concurrency: 100 }, (invocation) => {
		const { tenant: account, pause, other, chance } = invocation;
		return runInAwsScope({ account, accounts }, async () => {
			await pause();
			// A call into another tenant's scope in between must not change anything.
			if (chance(0.2)) {
				const nested = other();
				await runInAwsScope({ account: nested, accounts }, () => operate(nested, invocation));
			}
			await operate(account, invocation);
		});
	});

test.each([
	[500, OPERATIONS],
	[10, FEWER],
])(
	"0 requests of another tenant, 0 of the process, with up to %d clients kept warm: %d operations",
	async (maxClients, operationCount) => {
		await using all = await startTenants({ tenants: TENANTS });
		configure({ maxClients });
		const failures = await run(all, operationCount, (account, invocation) =>
			(operations[invocation.index % operations.length] as (typeof operations)[number])(account, invocation),
		);
		expect(failures, `TEST_SEED=${SEED}`).toEqual([]);
		expect(all.seen.length).toBeGreaterThan(operationCount);
		expect(all.wrong(), `TEST_SEED=${SEED}`).toEqual([]);
		expect(all.seen.filter(isUnscoped)).toEqual([]);
		expect(all.aws.stats().assumeRole.total).toBe(TENANTS);
		expect(stats().refusals).toBe(0);
		expect(instrumentedCalls).toBeGreaterThan(operationCount / 20);
	},
	120_000,
);

test("the twin, a proxy that gives one client the current scope's credentials, signs for other tenants", async () => {
	await using all = await startTenants({ tenants: TENANTS });
	const one = new DynamoDB({});
	const naive = new Proxy(one, {
		get(target, name) {
			const member: unknown = Reflect.get(target, name, target);
			target.config.credentials = currentAwsScope().session.credentials;
			return typeof member === "function" ? member.bind(target) : member;
		},
	});
	await run(all, FEWER, (account) => naive.describeTable({ TableName: meantFor(account) }));
	expect(all.wrong().length, `TEST_SEED=${SEED}`).toBeGreaterThan(0);
}, 120_000);
