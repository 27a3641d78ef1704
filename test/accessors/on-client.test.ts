/** What `configure({ onClient })` is told, and what it may do. */

import { AsyncLocalStorage } from "node:async_hooks";
import { DynamoDB } from "@aws-sdk/client-dynamodb";
import { S3Client } from "@aws-sdk/client-s3";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { resetAwsScope } from "../../local-aws/index.js";
import {
	type BuiltClient,
	type BuiltFor,
	clients,
	configure,
	errors,
	followingClient,
	type OnClient,
	runInAwsScope,
	stats,
	tryCurrentAwsScope,
} from "../../src/index.js";
import { meantFor, ROLE, startTenants, type TenantAws, tenant } from "../helpers/aws.js";
import { failure } from "../helpers/pool.js";

const [A, B] = [tenant(0), tenant(1)] as const;

let all: TenantAws;
beforeAll(async () => {
	all = await startTenants({ tenants: 2 });
});
afterAll(() => all[Symbol.asyncDispose]());
beforeEach(() => {
	all.seen.length = 0;
	all.aws.resetCounts();
});
afterEach(() => resetAwsScope());

const as = <Result>(account: string, fn: () => Result): Result =>
	runInAwsScope({ account, accounts: all.accounts }, fn);
const told = (): { readonly client: BuiltClient; readonly builtFor: BuiltFor }[] => {
	const list: { readonly client: BuiltClient; readonly builtFor: BuiltFor }[] = [];
	configure({ onClient: (client, builtFor) => void list.push({ client, builtFor }) });
	return list;
};

describe("is told", () => {
	test("of each client once, with its account, role, session and region", async () => {
		const list = told();
		const ofA = as(A, () => clients.dynamodb("eu-central-1"));
		as(A, () => clients.dynamodb("eu-central-1"));
		const named = clients.s3({ session: all.accounts(B) });
		expect(list.map(({ client }) => client)).toEqual([ofA, named]);
		expect(list.map(({ client }) => client instanceof S3Client)).toEqual([false, true]);
		expect(list.map(({ builtFor }) => builtFor)).toEqual([
			{ session: all.accounts(A), account: A, roleArn: `arn:aws:iam::${A}:role/${ROLE}`, region: "eu-central-1" },
			{ session: all.accounts(B), account: B, roleArn: `arn:aws:iam::${B}:role/${ROLE}`, region: "us-east-1" },
		]);
		expect(list[0]?.builtFor.session).toBe(all.accounts(A));
		expect(stats().clientsBuilt).toBe(2);
		await as(A, () => ofA.listTables({}));
		expect(list).toHaveLength(2);
	});

	test("of the client around which a document client is made, and not of that", () => {
		const list = told();
		as(A, () => clients.dynamodbDocument());
		expect(list.map(({ client }) => client.constructor)).toEqual([DynamoDB]);
	});

	test("of clients that it sees first: those that were cached before are built again", async () => {
		const before = as(A, () => clients.dynamodb());
		const list = told();
		expect(as(A, () => clients.dynamodb())).not.toBe(before);
		expect(list).toHaveLength(1);
		// What one already has keeps working.
		expect((await as(A, () => before.listTables({}))).TableNames).toEqual([A]);
		const since = as(A, () => clients.dynamodb());
		configure({ region: "us-east-1" });
		expect(as(A, () => clients.dynamodb())).toBe(since);
		configure({ onClient: undefined });
		expect(as(A, () => clients.dynamodb())).not.toBe(since);
		expect(list).toHaveLength(1);
	});

	test("outside every scope and every other storage, because other scopes will use the client", async () => {
		const storage = new AsyncLocalStorage<string>();
		const seen: unknown[] = [];
		configure({
			onClient() {
				seen.push(tryCurrentAwsScope(), storage.getStore());
				expect(() => clients.sqs()).toThrow(errors.LostScopeError);
			},
		});
		storage.run("a call", () => as(A, () => clients.dynamodb()));
		expect(seen).toEqual([undefined, undefined]);
	});
});

describe("may", () => {
	test("add middleware, which runs for that client's requests, also through a document or following client", async () => {
		const log: string[] = [];
		configure({
			onClient: ({ middlewareStack }, { account }) =>
				middlewareStack.add(
					(next) => (args) => {
						log.push(`${account}`);
						return next(args);
					},
					{ name: "ofApplication", step: "build" },
				),
		});
		const following = followingClient(clients.dynamodb);
		for (const account of [A, B, A]) await as(account, () => clients.dynamodb().listTables({}));
		await as(B, () => clients.dynamodbDocument().get({ TableName: meantFor(B), Key: { id: "1" } }));
		await as(A, () => following.listTables({}));
		expect(log).toEqual([A, B, A, B, A]);
	});

	test.each([
		[
			"a proxy",
			(client: BuiltClient, sent: () => void) =>
				new Proxy(client, {
					get(target, name, receiver) {
						if (name === "send") sent();
						return Reflect.get(target, name, receiver) as unknown;
					},
				}),
		],
		[
			"an object that inherits from it",
			(client: BuiltClient, sent: () => void) =>
				Object.create(client, {
					send: {
						value(...args: never[]) {
							sent();
							return client.send(...args);
						},
					},
				}),
		],
	] as const)("return a wrapper, which accessors return instead: %s", async (_what, wrap) => {
		let sent = 0;
		configure({ onClient: (client) => wrap(client, () => (sent += 1)) as object });
		const ofA = as(A, () => clients.dynamodb());
		expect(as(A, () => clients.dynamodb())).toBe(ofA);
		expect(ofA).toBeInstanceOf(DynamoDB);
		expect((await as(A, () => ofA.listTables({}))).TableNames).toEqual([A]);
		expect(sent).toBe(1);
		expect(await failure(async () => as(B, () => ofA.listTables({})))).toBeInstanceOf(errors.StrayedClientError);
		await as(A, () => clients.dynamodbDocument().get({ TableName: meantFor(A), Key: { id: "1" } }));
		expect(all.wrong()).toEqual([]);
	});

	test.each([
		["a proxy", (client: BuiltClient) => new Proxy(client, {})],
		["an object that inherits from it", (client: BuiltClient) => Object.create(client) as object],
	])("return a wrapper, for which a following client's own middleware runs, too: %s", async (_what, wrap) => {
		configure({ onClient: wrap });
		let ran = 0;
		const following = followingClient(clients.dynamodb);
		following.middlewareStack.add(
			(next) => (args) => {
				ran += 1;
				return next(args);
			},
			{ name: "ofLibrary", step: "initialize" },
		);
		for (const account of [A, B])
			expect((await as(account, () => following.listTables({}))).TableNames).toEqual([account]);
		expect(ran).toBe(2);
	});

	test("return the client", () => {
		configure({ onClient: (client) => client });
		expect(as(A, () => clients.dynamodb())).toBeInstanceOf(DynamoDB);
	});
});

describe("may not", () => {
	test.each<readonly [string, OnClient]>([
		["another client", () => new DynamoDB({ region: "us-east-1" })],
		["a client of another class", () => new S3Client({ region: "us-east-1" })],
		["a promise", (async (client: BuiltClient) => client) as OnClient],
		["a number", (() => 1) as unknown as OnClient],
		["null", (() => null) as unknown as OnClient],
		[
			"an object of no class",
			({ config, middlewareStack, send, destroy }) => ({ config, middlewareStack, send, destroy }),
		],
		[
			"an object with another config",
			(client) =>
				Object.create(DynamoDB.prototype, {
					config: { value: {} },
					middlewareStack: { value: client.middlewareStack },
				}) as object,
		],
		[
			"an object with another stack",
			(client) =>
				Object.create(DynamoDB.prototype, {
					config: { value: client.config },
					middlewareStack: { value: {} },
				}) as object,
		],
	])("return %s", (_what, onClient) => {
		configure({ onClient });
		expect(() => as(A, () => clients.dynamodb())).toThrow(errors.NotAClientError);
		expect(() => as(A, () => clients.dynamodb())).toThrow(
			/^configure\(\{ onClient \}\) returned .* for the DynamoDB client of arn:aws:iam::000000000001:role\/Tenant; return the client, a wrapper/,
		);
		expect(stats()).toMatchObject({ clients: 0, clientsBuilt: 0 });
	});

	test("keep a client by throwing: the accessor throws, and the next call builds it anew", async () => {
		let calls = 0;
		configure({
			onClient() {
				calls += 1;
				if (calls === 1) throw new Error("not instrumented");
			},
		});
		expect(() => as(A, () => clients.dynamodb())).toThrow("not instrumented");
		expect((await as(A, () => clients.dynamodb().listTables({}))).TableNames).toEqual([A]);
		expect(calls).toBe(2);
	});

	test("be anything but a function", () => {
		expect(() => configure({ onClient: {} as never })).toThrow(errors.InvalidOptionError);
	});
});
