/** A client that a library keeps: each use is the client of the scope that makes it, whatever way the request is made. */

import { PassThrough } from "node:stream";
import { setImmediate as turn } from "node:timers/promises";
import { inspect } from "node:util";
import {
	DynamoDB,
	DynamoDBClient,
	type DynamoDBClientConfig,
	ListTablesCommand,
	paginateScan,
	waitUntilTableExists,
} from "@aws-sdk/client-dynamodb";
import { GetObjectCommand, S3, S3Client } from "@aws-sdk/client-s3";
import { SQS } from "@aws-sdk/client-sqs";
import {
	DynamoDBDocument,
	DynamoDBDocumentClient,
	GetCommand,
	paginateScan as paginateDocuments,
} from "@aws-sdk/lib-dynamodb";
import { Upload } from "@aws-sdk/lib-storage";
import { createPresignedPost } from "@aws-sdk/s3-presigned-post";
import { getSignedUrl, S3RequestPresigner } from "@aws-sdk/s3-request-presigner";
import { HttpRequest } from "@smithy/core/protocols";
import { mockClient } from "aws-sdk-client-mock";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import {
	bindAwsScope,
	client,
	clients,
	close,
	configure,
	defineClients,
	errors,
	followingClient,
	registerClients,
	runInAwsScope,
	withAwsScope,
} from "../../src/index.js";
import { meantFor, startTenants, type TenantAws, tenant } from "../helpers/aws.js";
import { failure } from "../helpers/pool.js";

const [A, B, C] = [tenant(0), tenant(1), tenant(2)] as const;

// As an application does: before any scope is there, and before this process knows that it acts for tenants.
const db = followingClient(clients.dynamodb);
const documents = followingClient(clients.dynamodbDocument);
const wrapped = DynamoDBDocument.from(db);
const files = followingClient(clients.s3);
const queues = followingClient(clients.sqs, "eu-central-1");
const own = followingClient(defineClients({ orders: DynamoDB }).orders, { maxAttempts: 2 });
const presigner = new S3RequestPresigner({ ...files.config });

let all: TenantAws;
beforeAll(async () => {
	all = await startTenants({ tenants: 3 });
});
afterAll(() => all[Symbol.asyncDispose]());
beforeEach(() => {
	all.seen.length = 0;
	all.aws.resetCounts();
});
afterEach(() => {
	configure({ strayedClient: undefined, requireScope: undefined, onClient: undefined });
});

const as = <Result>(account: string, fn: () => Result): Result =>
	runInAwsScope({ account, accounts: all.accounts }, fn);

const drain = async (pages: AsyncIterable<unknown>): Promise<void> => {
	for await (const _ of pages);
};
const upload = (account: string, bytes: number): Promise<unknown> =>
	new Upload({
		client: files,
		params: { Bucket: meantFor(account), Key: "1", Body: Buffer.alloc(bytes) },
		partSize: 5 * 2 ** 20,
	}).done();
const signedBy = (url: string): string => decodeURIComponent(url);

/** Each way sends or signs a request that names the account. */
const ways: readonly (readonly [name: string, use: (account: string) => Promise<unknown>])[] = [
	["an operation", (account) => db.describeTable({ TableName: meantFor(account) })],
	["send()", (account) => db.send(new ListTablesCommand({ ExclusiveStartTableName: meantFor(account) }))],
	[
		"send() with options",
		(account) => db.send(new ListTablesCommand({ ExclusiveStartTableName: meantFor(account) }), {}),
	],
	[
		"send() with a callback",
		(account) =>
			new Promise((resolve, reject) => {
				const command = new ListTablesCommand({ ExclusiveStartTableName: meantFor(account) });
				db.send(command, (error: unknown, output) => (error ? reject(error) : resolve(output)));
			}),
	],
	[
		"send() with options and a callback",
		(account) =>
			new Promise((resolve, reject) => {
				const command = new ListTablesCommand({ ExclusiveStartTableName: meantFor(account) });
				db.send(command, {}, (error: unknown, output) => (error ? reject(error) : resolve(output)));
			}),
	],
	["its own paginator", (account) => drain(db.paginateScan({ TableName: meantFor(account) }))],
	["a free paginator", (account) => drain(paginateScan({ client: db }, { TableName: meantFor(account) }))],
	["its own waiter", (account) => db.waitUntilTableExists({ TableName: meantFor(account) }, 30)],
	["a document client", (account) => documents.get({ TableName: meantFor(account), Key: { id: "1" } })],
	[
		"a document client's send()",
		(account) => documents.send(new GetCommand({ TableName: meantFor(account), Key: { id: "1" } })),
	],
	[
		"a document client's paginator",
		(account) => drain(paginateDocuments({ client: documents }, { TableName: meantFor(account) })),
	],
	["lib-dynamodb around it", (account) => wrapped.get({ TableName: meantFor(account), Key: { id: "1" } })],
	[
		"a paginator of lib-dynamodb around it",
		(account) => drain(paginateDocuments({ client: wrapped }, { TableName: meantFor(account) })),
	],
	["lib-storage, in one part", (account) => upload(account, 10)],
	["lib-storage, in two parts", (account) => upload(account, 6 * 2 ** 20)],
	["with a region", (account) => queues.listQueues({ QueueNamePrefix: meantFor(account) })],
	["with options, of defineClients()", (account) => own.describeTable({ TableName: meantFor(account) })],
];

describe.each(ways)("%s", (_name, use) => {
	test("is signed by the session of the scope that makes it", async () => {
		await Promise.all([A, B, C, B, A].map((account) => as(account, () => use(account))));
		expect(all.wrong()).toEqual([]);
		expect(new Set(all.seen.map(({ account }) => account))).toEqual(new Set([A, B, C]));
	});

	test("is refused outside every scope and in a scope without an identity, before anything is sent", async () => {
		expect(await failure(async () => use(A))).toBeInstanceOf(errors.LostScopeError);
		await runInAwsScope({ bindLater: true, accounts: all.accounts }, async () => {
			expect(await failure(async () => use(A))).toBeInstanceOf(errors.UnboundScopeError);
			expect(all.aws.stats().requests).toBe(0);
			bindAwsScope({ account: A });
			await use(A);
		});
		expect(all.wrong()).toEqual([]);
	});
});

test("a refused call of send() fails in the form in which it was made", async () => {
	const command = new ListTablesCommand({});
	const refusal = db.send(command);
	expect(await failure(refusal)).toBeInstanceOf(errors.LostScopeError);
	for (const options of [undefined, {}]) {
		const told = await new Promise((resolve) =>
			options === undefined ? db.send(command, resolve) : db.send(command, options, resolve),
		);
		expect(told).toBeInstanceOf(errors.LostScopeError);
	}
	expect(all.aws.stats().requests).toBe(0);
});

describe("presigners", () => {
	const object = (account: string) => ({ Bucket: meantFor(account), Key: "report.txt" });
	const keyOf = async (account: string): Promise<string> => (await all.accounts(account).credentials()).accessKeyId;

	test("getSignedUrl() signs as the scope", async () => {
		for (const account of [A, B, A]) {
			const url = await as(account, () => getSignedUrl(files, new GetObjectCommand(object(account))));
			expect(signedBy(url)).toContain(await keyOf(account));
		}
		expect(await failure(getSignedUrl(files, new GetObjectCommand(object(A))))).toBeInstanceOf(errors.LostScopeError);
	});

	test("an endpoint that was found for one session is not another's", async () => {
		const hostOf = async (account: string) =>
			new URL(await as(account, () => getSignedUrl(files, new GetObjectCommand(object(account))))).host;
		const before = process.env["AWS_ENDPOINT_URL"];
		expect(await hostOf(A)).toBe(new URL(all.aws.endpoint).host);
		try {
			process.env["AWS_ENDPOINT_URL"] = "http://elsewhere.example:1";
			const again = { session: all.accounts(B), clientDefaults: { maxAttempts: 2 } };
			const url = await runInAwsScope(again, () => getSignedUrl(files, new GetObjectCommand(object(B))));
			expect(new URL(url).host).toContain("elsewhere.example:1");
			expect(await hostOf(A)).toBe(new URL(all.aws.endpoint).host);
		} finally {
			process.env["AWS_ENDPOINT_URL"] = before;
		}
	});

	test("createPresignedPost() signs as the scope", async () => {
		for (const account of [A, B]) {
			const { fields } = await as(account, () => createPresignedPost(files, object(account)));
			expect(fields["X-Amz-Credential"]).toContain(await keyOf(account));
		}
	});

	test("a presigner made of its config at module level signs as the scope", async () => {
		const request = () =>
			new HttpRequest({
				protocol: "https:",
				hostname: "files.example",
				path: "/1",
				headers: { host: "files.example" },
			});
		for (const account of [A, B]) {
			const { query } = await as(account, () => presigner.presign(request()));
			expect(query?.["X-Amz-Credential"]).toContain(await keyOf(account));
		}
		expect(await failure(presigner.presign(request()))).toBeInstanceOf(errors.LostScopeError);
	});
});

describe("a free waiter", () => {
	const wait = (account: string, maxWaitTime: number) =>
		waitUntilTableExists({ client: db, maxWaitTime, minDelay: 0.01, maxDelay: 0.01 }, { TableName: meantFor(account) });

	test("is signed by the session of the scope that makes it", async () => {
		await Promise.all([A, B, C].map((account) => as(account, () => wait(account, 30))));
		expect(all.wrong()).toEqual([]);
		expect(all.seen).toHaveLength(3);
	});

	test("sends nothing outside every scope, and reports the refusal when its time is up", async () => {
		const error = await failure(wait(A, 0.1));
		expect(error.message).toContain("clients.dynamodb() was called outside every scope");
		expect(all.aws.stats().requests).toBe(0);
	});
});

test("is an instance of its class, without a scope", () => {
	expect(db).toBeInstanceOf(DynamoDB);
	expect(db).toBeInstanceOf(DynamoDBClient);
	expect(db).not.toBeInstanceOf(S3Client);
	expect(files).toBeInstanceOf(S3);
	expect(documents).toBeInstanceOf(DynamoDBDocument);
	expect(documents).toBeInstanceOf(DynamoDBDocumentClient);
	expect("send" in db && "config" in db && "getItem" in db && "middlewareStack" in db).toBe(true);
	expect(db.middlewareStack.identify().join()).toContain("serializerMiddleware");
	expect(all.aws.stats().requests).toBe(0);
});

describe("config", () => {
	test("answers as the client of the scope", async () => {
		const { config } = db;
		for (const region of ["eu-central-1", "us-west-2"]) {
			await runInAwsScope(
				{ account: A, accounts: all.accounts, region, clientDefaults: { maxAttempts: 7 } },
				async () => {
					expect(await config.region()).toBe(region);
					expect(await config.maxAttempts()).toBe(7);
					expect({ ...config }).toMatchObject({ requestHandler: clients.dynamodb().config.requestHandler });
					expect(Object.keys(config)).toEqual(expect.arrayContaining(["region", "credentials", "endpointProvider"]));
				},
			);
		}
		await expect(config.region()).rejects.toBeInstanceOf(errors.LostScopeError);
		await expect(config.credentials()).rejects.toBeInstanceOf(errors.LostScopeError);
	});

	test("gives no other client one tenant's credentials to keep", async () => {
		const copy = new DynamoDB({ ...db.config, retryStrategy: undefined } as unknown as DynamoDBClientConfig);
		const asked = async () => (await copy.listTables({})).TableNames;
		expect([await as(A, asked), await as(B, asked), await as(A, asked)]).toEqual([[A], [B], [A]]);
		expect(await failure(asked)).toBeInstanceOf(errors.LostScopeError);
	});

	test("keeps what is written to it, and no identity", async () => {
		const following = followingClient(clients.dynamodb);
		following.config.logger = console;
		Object.defineProperty(following.config, "maxAttempts", { value: async () => 9 });
		expect(following.config.logger).toBe(console);
		expect(await following.config.maxAttempts()).toBe(9);
		await as(A, async () => {
			expect(clients.dynamodb().config.logger).not.toBe(console);
			expect(await clients.dynamodb().config.maxAttempts()).toBe(4);
		});
		const derived = Object.assign(Object.create(following.config), { logger: undefined, endpoint: undefined });
		expect(derived).toMatchObject({ logger: undefined, endpoint: undefined });
		expect(following.config.logger).toBe(console);
		for (const name of ["credentials", "s3ExpressIdentityProvider"]) {
			expect(() => Object.assign(following.config, { [name]: async () => ({}) })).toThrow(errors.ForeignIdentityError);
			expect(() => Object.defineProperty(following.config, name, { value: 1 })).toThrow(errors.ForeignIdentityError);
		}
	});

	test("can't be frozen, and is unharmed by the attempt", async () => {
		const { config } = followingClient(clients.dynamodb);
		expect(() => Object.freeze(config)).toThrow(TypeError);
		expect(Object.keys(config)).toContain("region");
		expect(await as(A, () => config.region())).toBe("us-east-1");
	});
});

describe("middleware that is added to it", () => {
	const calls = (name: string, log: string[]) => (next: (args: never) => unknown) => (args: never) => {
		log.push(name);
		return next(args);
	};
	const add = (to: DynamoDB, name: string, log: string[], override = false): void =>
		to.middlewareStack.add(calls(name, log) as never, { name, step: "initialize", override });

	test("runs for its requests and for those of lib-dynamodb around it, and for no other client's", async () => {
		const [one, other, log] = [followingClient(clients.dynamodb), followingClient(clients.dynamodb), [] as string[]];
		const around = DynamoDBDocument.from(one);
		const { length } = as(A, () => clients.dynamodb().middlewareStack.identify());
		add(one, "ofLibrary", log);
		for (const account of [A, B]) {
			await as(account, () => one.listTables({}));
			await as(account, () => around.get({ TableName: meantFor(account), Key: { id: "1" } }));
		}
		expect(log).toHaveLength(4);
		for (const account of [A, B]) {
			await as(account, () => clients.dynamodb().listTables({}));
			await as(account, () => other.listTables({}));
			expect(as(account, () => clients.dynamodb().middlewareStack.identify())).toHaveLength(length);
		}
		expect(log).toHaveLength(4);
		expect(all.wrong()).toEqual([]);
	});

	test("is listed, refused and removed as in the SDK", async () => {
		const [one, log] = [followingClient(clients.dynamodb), [] as string[]];
		add(one, "ofLibrary", log);
		expect(one.middlewareStack.identify()).toContain("ofLibrary - initialize");
		expect(() => add(one, "ofLibrary", log)).toThrow("Duplicate middleware name 'ofLibrary'");
		add(one, "ofLibrary", log, true);
		await as(A, () => one.listTables({}));
		expect(log).toEqual(["ofLibrary"]);
		expect(one.middlewareStack.remove("ofLibrary")).toBe(true);
		expect(one.middlewareStack.remove("ofLibrary")).toBe(false);
		expect(one.middlewareStack.identify()).not.toContain("ofLibrary - initialize");
		await as(A, () => one.listTables({}));
		expect(log).toEqual(["ofLibrary"]);
	});

	test("may take the place of the class's, and give it back", async () => {
		const one = followingClient(clients.dynamodb);
		const logged = one.middlewareStack.identify().filter((name) => name.startsWith("loggerMiddleware"));
		expect(logged).toHaveLength(1);
		expect(one.middlewareStack.remove("loggerMiddleware")).toBe(true);
		expect(as(A, () => one.middlewareStack.identify()).filter((name) => name.startsWith("loggerMiddleware"))).toEqual(
			[],
		);
		expect(as(A, () => clients.dynamodb().middlewareStack.identify())).toEqual(expect.arrayContaining(logged));
		await as(A, () => one.listTables({}));
	});

	test("by plugin, tag and reference", async () => {
		const [one, log] = [followingClient(clients.dynamodb), [] as string[]];
		const middleware = calls("ofPlugin", log) as never;
		one.middlewareStack.use({
			applyToStack: (stack) => {
				stack.add(middleware, { step: "build", tags: ["OURS"] });
				stack.addRelativeTo(middleware, { name: "relative", relation: "before", toMiddleware: "loggerMiddleware" });
			},
		});
		await as(A, () => one.listTables({}));
		expect(log).toHaveLength(2);
		expect(one.middlewareStack.removeByTag("OURS")).toBe(true);
		await as(A, () => one.listTables({}));
		expect(log).toHaveLength(3);
		expect(one.middlewareStack.remove(middleware)).toBe(true);
		await as(A, () => one.listTables({}));
		expect(log).toHaveLength(3);
	});

	test("is not kept when it was replaced or removed", async () => {
		const one = followingClient(clients.dynamodb);
		const gone = Array.from({ length: 3 }, () => {
			const middleware = calls("ofLibrary", []) as never;
			one.middlewareStack.add(middleware, { name: "ofLibrary", override: true });
			return new WeakRef<object>(middleware);
		});
		const left = async (most: number) => {
			const still = () => gone.filter((each) => each.deref() !== undefined).length;
			for (let round = 0; round < 50 && still() > most; round += 1) {
				await turn();
				globalThis.gc?.();
			}
			return still();
		};
		await as(A, () => one.listTables({}));
		expect(await left(1)).toBe(1);
		one.middlewareStack.remove("ofLibrary");
		expect(await left(0)).toBe(0);
	});

	test("is not kept by a cache of handlers", async () => {
		const [one, log] = [followingClient(clients.dynamodb, { cacheMiddleware: true }), [] as string[]];
		const ask = (account: string) => as(account, () => one.listTables({}));
		expect((await ask(A)).TableNames).toEqual([A]);
		add(one, "first", log);
		expect((await ask(A)).TableNames).toEqual([A]);
		expect((await ask(B)).TableNames).toEqual([B]);
		expect((await ask(A)).TableNames).toEqual([A]);
		expect(log).toEqual(["first", "first", "first"]);
		one.middlewareStack.remove("first");
		add(one, "second", log);
		await ask(A);
		expect(log.slice(3)).toEqual(["second"]);
		// Nor does a document client around it keep one session's.
		for (const account of [A, B, A]) {
			const spec = { session: all.accounts(account), clientDefaults: { cacheMiddleware: true } };
			await runInAwsScope(spec, () => wrapped.get({ TableName: meantFor(account), Key: { id: "1" } }));
		}
		expect(all.wrong()).toEqual([]);
	});
});

test("S3 Express sessions and discovered endpoints are each session's own", () => {
	const kept = (account: string) =>
		as(account, () => [
			files.config.s3ExpressIdentityProvider,
			(db.config as { endpointCache?: object }).endpointCache,
		]);
	const [ofA, ofB] = [kept(A), kept(B)];
	expect(ofA.every((each) => typeof each === "object")).toBe(true);
	expect(kept(A)).toEqual(ofA);
	for (const [index, each] of ofA.entries()) expect(ofB[index]).not.toBe(each);
});

test("shows no secret and fails nowhere when it is inspected, awaited or compared", async () => {
	for (const object of [db, files, documents, db.config, db.middlewareStack]) {
		expect(inspect(object, { depth: 5, showHidden: true })).not.toMatch(/external-id|secret/i);
		expect(await object).toBe(object);
		expect(String(Object.prototype.toString.call(object))).toBe("[object Object]");
	}
	expect(inspect(db)).toContain("DynamoDB");
	expect(db).toEqual(db);
});

describe("a test that mocks", () => {
	afterEach(() => vi.restoreAllMocks());
	const MOCKED = { TableNames: ["mocked"], Item: { id: "mocked" } };

	test("the class is asked instead of AWS, by the scope's client", async () => {
		const mock = mockClient(DynamoDBClient);
		mock.on(ListTablesCommand).resolves(MOCKED);
		try {
			expect(await as(A, () => db.listTables({}))).toMatchObject(MOCKED);
			expect(mock.commandCalls(ListTablesCommand)[0]?.args).toHaveLength(2);
			expect(await failure(async () => db.listTables({}))).toBeInstanceOf(errors.LostScopeError);
		} finally {
			mock.restore();
		}
		expect((await as(A, () => db.listTables({}))).TableNames).toEqual([A]);
	});

	test("the following client itself is asked instead of any client", async () => {
		const following = followingClient(clients.dynamodb);
		const mock = mockClient(following as DynamoDBClient);
		mock.onAnyCommand().resolves(MOCKED);
		expect(await following.listTables({})).toMatchObject(MOCKED);
		mock.restore();
		const spy = vi.spyOn(following, "getItem").mockResolvedValue(MOCKED as never);
		expect(await following.getItem({ TableName: "1", Key: {} })).toMatchObject(MOCKED);
		expect(spy).toHaveBeenCalledOnce();
	});
});

test("a class that is registered later is its class, as in a bundle whose entry point registers it", async () => {
	class Registered extends SQS {}
	const following = followingClient(clients.sqs);
	registerClients({ sqs: Registered });
	expect(following).toBeInstanceOf(Registered);
	await as(A, () => following.listQueues({ QueueNamePrefix: meantFor(A) }));
	expect(all.wrong()).toEqual([]);
});

describe("an operation that has begun", () => {
	test("stays with its session if it is its own paginator, whoever pulls it on", async () => {
		const RequestItems = { [meantFor(A)]: { Keys: [{ id: "1" }] } };
		// Kept, and not returned from the scope, which would put any generator into it.
		const begun: AsyncIterator<unknown>[] = [];
		as(A, () => {
			begun.push(db.paginateScan({ TableName: meantFor(A) }), documents.paginatedBatchGet({ RequestItems }));
		});
		for (const pages of begun) {
			await as(B, () => pages.next());
			await as(C, () => pages.next());
		}
		expect(all.seen.map(({ account }) => account)).toEqual([A, A, A]);
		expect(() => db.paginateScan({ TableName: meantFor(A) })).toThrow(errors.LostScopeError);
	});

	test("stays with its session if it is an upload, whoever feeds it", async () => {
		const body = new PassThrough();
		const parts = new Upload({
			client: files,
			params: { Bucket: meantFor(A), Key: "1", Body: body },
			partSize: 5 * 2 ** 20,
			queueSize: 1,
		});
		const done = as(A, () => parts.done());
		for (let count = 0; count < 3; count += 1) await as(B, () => body.write(Buffer.alloc(5 * 2 ** 20)));
		await as(B, () => body.end());
		await done;
		expect(all.seen.length).toBeGreaterThan(3);
		expect(all.wrong()).toEqual([]);
	});

	test.each([
		["it", () => paginateScan({ client: db }, { TableName: meantFor(A) })],
		["a document client", () => paginateDocuments({ client: documents }, { TableName: meantFor(A) })],
		["lib-dynamodb around it", () => paginateDocuments({ client: wrapped }, { TableName: meantFor(A) })],
	])("is refused if a free paginator of %s is pulled on in another session's scope", async (_what, begin) => {
		const pages: AsyncIterator<unknown> = begin();
		await as(A, () => pages.next());
		const error = await as(B, () => failure(pages.next()));
		expect(error).toBeInstanceOf(errors.StrayedClientError);
		expect(error.message).toMatch(
			/^A ScanCommand continued the pages of arn:aws:iam::000000000001:role\/Tenant in a scope of arn:aws:iam::000000000002:role\/Tenant; /,
		);
		expect(all.seen.map(({ account }) => account)).toEqual([A]);
	});

	test("goes on as the same session, even if that was made anew", async () => {
		const pages = paginateScan({ client: db }, { TableName: meantFor(A) });
		await as(A, () => pages.next());
		await close();
		await as(A, () => pages.next());
		expect(all.seen.map(({ account }) => account)).toEqual([A, A]);
	});

	test("stays with its scope if a scoped function returned the free paginator", async () => {
		const pages = withAwsScope(() => paginateScan({ client: db }, { TableName: meantFor(A) }), all.accounts(A))();
		await pages.next();
		await as(B, () => pages.next());
		expect(all.wrong()).toEqual([]);
		expect(all.seen).toHaveLength(2);
	});

	test("is allowed if strayed clients are", async () => {
		const pages = paginateScan({ client: db }, { TableName: "shared" });
		await as(A, () => pages.next());
		configure({ strayedClient: "allow" });
		await as(B, () => pages.next());
		expect(all.seen.map(({ account }) => account)).toEqual([A, B]);
	});

	test("is refused if two sessions paginate with one input", async () => {
		const shared = { TableName: "shared" };
		await as(A, () => drain(db.paginateScan(shared)));
		expect(await as(B, () => failure(drain(db.paginateScan(shared))))).toBeInstanceOf(errors.StrayedClientError);
	});

	test("but an input without a page token may be sent by all", async () => {
		const input = { TableName: "orders" };
		for (const account of [A, B, A]) await as(account, () => db.describeTable(input));
		expect(all.seen.map(({ account }) => account)).toEqual([A, B, A]);
	});
});

test("destroy() does nothing, not even outside every scope", async () => {
	db.destroy();
	await as(A, async () => {
		const running = db.listTables({});
		db.destroy();
		await running;
		await db.listTables({});
	});
});

test("follows the process itself until it acts for tenants", async () => {
	const { resetAwsScope } = await import("../../local-aws/index.js");
	await resetAwsScope();
	expect((await db.listTables({})).TableNames).toEqual(["999999999999"]);
	expect(await db.config.region()).toBe("us-east-1");
	expect((await as(A, () => db.listTables({}))).TableNames).toEqual([A]);
	expect(await failure(db.listTables({}))).toBeInstanceOf(errors.LostScopeError);
});

test("of a named session or account is that one's everywhere", async () => {
	const ofSession = followingClient(all.accounts(A).clients.dynamodb);
	const ofArgument = followingClient(clients.dynamodb, { session: all.accounts(B) });
	const ofAccount = followingClient(clients.dynamodb, { account: C });
	const asked = async (of: DynamoDB) => (await of.listTables({})).TableNames?.[0];
	expect([await asked(ofSession), await asked(ofArgument)]).toEqual([A, B]);
	expect(await as(C, async () => [await asked(ofSession), await asked(ofArgument)])).toEqual([A, B]);
	expect(await as(A, () => asked(ofAccount))).toBe(C);
	expect(await ofSession.config.region()).toBe("us-east-1");
	for await (const { Items } of ofSession.paginateScan({ TableName: meantFor(A) }))
		expect(Items?.[0]?.["account"]).toEqual({ S: A });
	await ofSession.waitUntilTableExists({ TableName: meantFor(A) }, 30);
});

test.each([
	["a client", () => client(DynamoDB, { session: all.accounts(A) })],
	["a class", () => DynamoDB],
	["a function that returns a client", () => () => clients.s3()],
	["nothing", () => undefined],
])("is made of an accessor, not of %s", (_what, given) => {
	expect(() => followingClient(given() as never)).toThrow(errors.InvalidOptionError);
	expect(() => followingClient(given() as never)).toThrow(
		/^followingClient\(\) takes an accessor such as clients\.s3, not /,
	);
});

test("reads its argument once", async () => {
	const args = { region: "eu-west-1" };
	const following = followingClient(clients.dynamodb, args);
	args.region = "us-west-2";
	expect(await as(A, () => following.config.region())).toBe("eu-west-1");
	expect(() => followingClient(clients.dynamodb, null as never)).toThrow(errors.InvalidOptionError);
});
