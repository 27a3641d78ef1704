/** One home per process: several copies of the package share it, and it can be emptied and used again. */

import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { DynamoDB } from "@aws-sdk/client-dynamodb";
import { S3 } from "@aws-sdk/client-s3";
import { SQS } from "@aws-sdk/client-sqs";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { resetAwsScope } from "../../local-aws/index.js";
import * as one from "../../src/index.js";
import { startTenants, type TenantAws, tenant } from "../helpers/aws.js";
import { eventually, gate } from "../helpers/barrier.js";
import { failure } from "../helpers/pool.js";

const A = tenant(0);

let all: TenantAws;
let two: typeof one;
beforeAll(async () => {
	all = await startTenants({ tenants: 1 });
});
beforeEach(async () => {
	vi.resetModules();
	two = await import("../../src/index.js");
});
afterEach(() => resetAwsScope());
afterAll(() => all[Symbol.asyncDispose]());

describe("two copies of the package in one process", () => {
	test("are two, with classes and functions of their own", () => {
		expect(two.runInAwsScope).not.toBe(one.runInAwsScope);
		expect(two.clients).not.toBe(one.clients);
	});

	test("see each other's scopes and take each other's sessions", async () => {
		await one.runInAwsScope(all.accounts(A), async () => {
			expect(two.currentAwsScope().account).toBe(A);
			expect((await two.clients.dynamodb().listTables({})).TableNames).toEqual([A]);
		});
		const session = two.assumeRole({ account: A, role: "Another" });
		expect(one.runInAwsScope(session, () => one.currentAwsScope().session)).toBe(session);
		expect(one.assumeRole({ account: A, role: "Another" })).toBe(session);
		expect(two.defaultSession()).toBe(one.defaultSession());
	});

	test("share clients, settings and counts", () => {
		two.configure({ region: "eu-north-1" });
		const db = one.clients.dynamodb();
		expect(two.clients.dynamodb()).toBe(db);
		expect(one.clients.dynamodb("eu-north-1")).toBe(db);
		expect(two.stats()).toEqual(one.stats());
		expect(two.stats().clientsBuilt).toBe(1);
	});

	test("keep their accessors apart, in whatever order they are made and used", () => {
		const ofOne = one.defineClients({ a: DynamoDB, b: SQS });
		const ofTwo = two.defineClients({ a: S3, b: DynamoDB, c: SQS });
		one.runInAwsScope(all.accounts(A), () => {
			for (let round = 0; round < 2; round += 1) {
				expect(ofOne.a()).toBeInstanceOf(DynamoDB);
				expect(ofTwo.a()).toBeInstanceOf(S3);
				expect(ofOne.b()).toBeInstanceOf(SQS);
				expect(ofTwo.b()).toBeInstanceOf(DynamoDB);
				expect(ofTwo.c()).toBeInstanceOf(SQS);
				expect(two.client(S3)).toBeInstanceOf(S3);
				expect(one.client(SQS)).toBeInstanceOf(SQS);
			}
		});
	});

	test("keep the laws for each other", async () => {
		const db = one.runInAwsScope(all.accounts(A), () => one.clients.dynamodb());
		expect(() => two.clients.dynamodb()).toThrow(one.errors.LostScopeError);
		const strayed = await failure(
			two.runInAwsScope(two.assumeRole({ account: A, role: "B" }), () => db.listTables({})),
		);
		expect(strayed).toBeInstanceOf(two.errors.StrayedClientError);
		expect(all.aws.stats().requests).toBeLessThan(3);
	});
});

describe("close()", () => {
	test("leaves nothing warm, and everything works again after it", async () => {
		const serve = (): Promise<unknown> =>
			one.runInAwsScope({ account: A, accounts: all.accounts }, () => one.clients.dynamodb().listTables({}));
		await serve();
		one.configure({ region: "eu-north-1" });
		await one.close();
		const { clients, sessions, transports, clientsBuilt } = one.stats();
		expect({ clients, sessions, transports, clientsBuilt }).toEqual({
			clients: 0,
			sessions: 0,
			transports: 0,
			clientsBuilt: 0,
		});
		await serve();
		expect(all.seen.at(-1)?.region).toBe("us-east-1");
		expect(one.stats().clientsBuilt).toBe(1);
	});

	test("waits for requests under way", async () => {
		const held = gate();
		using _ = all.aws.fail({ service: "dynamodb", kind: "delay", until: held.opened, times: 1 });
		const answer = one.runInAwsScope(all.accounts(A), () => one.clients.dynamodb().listTables({}));
		await eventually(() => expect(one.stats().busySockets).toBeGreaterThan(0));
		const closed = one.close();
		held.open();
		expect((await answer).TableNames).toEqual([A]);
		await closed;
		expect(one.stats().transports).toBe(0);
	});

	test("cuts off what takes longer than it was told to wait", async () => {
		await one.runInAwsScope(all.accounts(A), async () => {
			// The role is assumed by now, so what is cut off is the request itself.
			await one.clients.dynamodb().listTables({});
			using _ = all.aws.fail({ service: "dynamodb", kind: "hang", times: 1 });
			const answer = failure(one.clients.dynamodb({ maxAttempts: 1 }).listTables({}));
			await eventually(() => expect(one.stats().busySockets).toBeGreaterThan(0));
			await one.close({ within: 0 });
			expect(await answer).toBeInstanceOf(Error);
		});
	});

	test("is what disposing the settings does", async () => {
		{
			await using _ = one.configure({ region: "eu-north-1" });
			one.clients.dynamodb();
			expect(one.stats().clients).toBe(1);
		}
		expect(one.stats().clients).toBe(0);
	});
});

test("the home survives a frozen global object", () => {
	const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));
	// The SDK itself is loaded first: it could not be loaded any more.
	const program = `
		await import("@aws-sdk/client-sts");
		Object.freeze(globalThis);
		const { clients, runInAwsScope, session, tryCurrentAwsScope } = await import(${JSON.stringify(path("../../src/index.ts"))});
		const mine = session({ credentials: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "example" } });
		const [region, warm] = runInAwsScope({ session: mine, region: "eu-west-1" }, () => [
			tryCurrentAwsScope()?.region,
			clients.sts() === clients.sts(),
		]);
		console.log(JSON.stringify({ extensible: Object.isExtensible(globalThis), region, warm }));`;
	const output = execFileSync(
		process.execPath,
		["--import", path("../../scripts/ts.mjs"), "--input-type=module", "--eval", program],
		{ cwd: path("../.."), encoding: "utf8" },
	);
	expect(JSON.parse(output)).toEqual({ extensible: false, region: "eu-west-1", warm: true });
});
