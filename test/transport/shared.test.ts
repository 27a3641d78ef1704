/** One transport for all clients that ask for the same options: nobody can end it for the others. */

import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { resetAwsScope } from "../../local-aws/index.js";
import { clients, runInAwsScope, stats } from "../../src/index.js";
import { startTenants, type TenantAws, tenant } from "../helpers/aws.js";
import { eventually, gate } from "../helpers/barrier.js";
import { pool } from "../helpers/pool.js";

const A = tenant(0);
const B = tenant(1);

let all: TenantAws;
beforeAll(async () => {
	all = await startTenants({ tenants: 2 });
});
afterAll(() => all[Symbol.asyncDispose]());
afterEach(() => resetAwsScope());

const as = <Result>(account: string, fn: () => Result): Result =>
	runInAwsScope({ account, accounts: all.accounts }, fn);

test("destroying one client harms none of its siblings, in flight or later", async () => {
	const held = gate();
	await as(A, async () => {
		// One attempt: the SDK's own retry would hide a connection that was cut.
		const db = clients.dynamodb({ maxAttempts: 1 });
		const sibling = clients.sqs({ maxAttempts: 1 });
		await sibling.listQueues({});
		using _ = all.aws.fail({ service: "dynamodb", kind: "delay", until: held.opened });
		const answer = db.listTables({});
		await eventually(() => expect(stats().busySockets).toBe(1));
		sibling.destroy();
		db.destroy();
		held.open();
		expect((await answer).TableNames).toEqual([A]);
		expect((await sibling.listQueues({})).QueueUrls).toEqual([`https://queue/${A}`]);
		expect((await db.listTables({})).TableNames).toEqual([A]);
	});
});

test("a request that is aborted harms none of those beside it", async () => {
	const held = gate();
	using _ = all.aws.fail({ service: "dynamodb", kind: "delay", until: held.opened });
	await as(A, async () => {
		const stop = new AbortController();
		const db = clients.dynamodb({ maxAttempts: 1 });
		const stopped = db.listTables({}, { abortSignal: stop.signal });
		const others = [db.listTables({}), as(B, () => clients.dynamodb().listTables({}))];
		await eventually(() => expect(stats().busySockets).toBe(3));
		stop.abort();
		await expect(stopped).rejects.toThrow(/abort/i);
		held.open();
		expect((await Promise.all(others)).map(({ TableNames }) => TableNames)).toEqual([[A], [B]]);
	});
});

describe("clients share a transport", () => {
	test("whatever their service, session and region, unless they ask for other options", () => {
		const requestHandler = { requestTimeout: 9_000 };
		const one = as(A, () => clients.dynamodb("eu-west-1").config.requestHandler);
		const same = as(B, () => clients.sqs("eu-west-2").config.requestHandler);
		const other = as(B, () => clients.sqs({ requestHandler }).config.requestHandler);
		const sameOther = as(A, () => clients.s3({ requestHandler: { ...requestHandler } }).config.requestHandler);
		expect(same).toBe(one);
		expect(other).not.toBe(one);
		expect(sameOther).toBe(other);
		expect(stats().transports).toBe(2);
	});

	test("that opens no more sockets than it is told, and lets the rest wait", async () => {
		const requestHandler = { httpAgent: { maxSockets: 2 } };
		const held = gate();
		using _ = all.aws.fail({ service: "dynamodb", kind: "delay", until: held.opened });
		await as(A, async () => {
			await clients.sqs().listQueues({});
			const work = pool(10, 10, () => clients.dynamodb({ requestHandler }).listTables({}));
			await eventually(() => expect(stats()).toMatchObject({ busySockets: 2, queuedRequests: 8 }));
			held.open();
			await work;
			expect(stats()).toMatchObject({ busySockets: 0, queuedRequests: 0 });
		});
	});
});
