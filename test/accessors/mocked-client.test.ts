/** A strayed client is refused also where a test has mocked the client's class: what a test shows is what production does. */

import { type DynamoDB, DynamoDBClient, ListTablesCommand, paginateScan } from "@aws-sdk/client-dynamodb";
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { DynamoDBDocument, DynamoDBDocumentClient, GetCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import { Upload } from "@aws-sdk/lib-storage";
import { mockClient } from "aws-sdk-client-mock";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { resetAwsScope } from "../../local-aws/index.js";
import { client, clients, configure, errors } from "../../src/index.js";
import { startTenants, type TenantAws, tenant } from "../helpers/aws.js";
import { failure } from "../helpers/pool.js";

const A = tenant(0);
const B = tenant(1);

let all: TenantAws;
const restores: (() => void)[] = [];
beforeAll(async () => {
	all = await startTenants({ tenants: 2 });
});
beforeEach(() => all.aws.resetCounts());
afterEach(async () => {
	for (const restore of restores.splice(0)) restore();
	vi.restoreAllMocks();
	await resetAwsScope();
});
afterAll(() => all[Symbol.asyncDispose]());

const as = <Result>(account: string, fn: () => Result): Result => all.accounts(account).run(fn);
const MOCKED = { TableNames: ["mocked"], Item: { id: "mocked" }, ETag: "mocked" };

/** Replaces `send` of each class, as tests do. */
const mocks: readonly (readonly [how: string, mock: (...types: { prototype: { send: unknown } }[]) => void])[] = [
	[
		"aws-sdk-client-mock",
		(...types) => {
			for (const type of types) {
				const mock = mockClient(type as typeof DynamoDBClient);
				mock.onAnyCommand().resolves(MOCKED);
				restores.push(() => mock.restore());
			}
		},
	],
	[
		"vi.spyOn()",
		(...types) => {
			for (const { prototype } of types) {
				vi.spyOn(prototype as { send(): Promise<unknown> }, "send").mockResolvedValue(MOCKED);
			}
		},
	],
];

/** Obtains a client and gives what makes a request of it. */
const uses: readonly (readonly [what: string, get: () => () => Promise<unknown>])[] = [
	["send()", () => send(clients.dynamodb())],
	["a plain client's send()", () => send(client(DynamoDBClient))],
	["a method", () => listTables(clients.dynamodb())],
	["a method of a document client", () => get(clients.dynamodbDocument())],
	["a document client's send()", () => sendGet(clients.dynamodbDocument())],
	["a document client around a client", () => get(DynamoDBDocument.from(clients.dynamodb()))],
	["a paginator", () => scan(clients.dynamodb())],
	["an upload", () => upload(clients.s3())],
];
const send = (db: DynamoDBClient) => (): Promise<unknown> => db.send(new ListTablesCommand({}));
const listTables = (db: DynamoDB) => (): Promise<unknown> => db.listTables({});
const get = (db: DynamoDBDocument) => (): Promise<unknown> => db.get({ TableName: "orders", Key: { id: "1" } });
const sendGet = (db: DynamoDBDocument) => (): Promise<unknown> =>
	db.send(new GetCommand({ TableName: "orders", Key: { id: "1" } }));
const scan = (db: DynamoDB) => (): Promise<unknown> => paginateScan({ client: db }, { TableName: "orders" }).next();
const upload = (files: S3Client) => (): Promise<unknown> =>
	new Upload({ client: files, params: { Bucket: "reports", Key: "1", Body: "text" } }).done();

describe.each(mocks)("with the classes mocked by %s", (_how, mock) => {
	/** One that a library makes around our client is its own, so the mock of its class comes first. */
	const guarded = uses.filter(([what]) => what !== "a document client around a client");

	test.each(guarded)("a strayed client is refused: %s", async (_what, get) => {
		mock(DynamoDBClient, DynamoDBDocumentClient, S3Client);
		const use = as(A, get);
		expect(await failure(async () => as(B, use))).toBeInstanceOf(errors.StrayedClientError);
	});

	test.each(uses)("a client answers what the mock says where it may be used: %s", async (_what, get) => {
		mock(DynamoDBClient, DynamoDBDocumentClient, S3Client);
		const use = as(A, get);
		await as(A, use);
		await use();
		expect(all.aws.stats().requests).toBe(0);
	});

	test("a client that was built before answers what the mock says, and after it what AWS says", async () => {
		const db = as(A, () => clients.dynamodb());
		mock(DynamoDBClient);
		expect(await as(A, () => db.listTables({}))).toMatchObject(MOCKED);
		for (const restore of restores.splice(0)) restore();
		vi.restoreAllMocks();
		expect((await as(A, () => db.listTables({}))).TableNames).toEqual([A]);
	});
});

test("the mock is told of what was asked", async () => {
	const mock = mockClient(DynamoDBDocumentClient);
	restores.push(() => mock.restore());
	mock.on(PutCommand).resolves({});
	await as(A, () => clients.dynamodbDocument().put({ TableName: "orders", Item: { id: "1" } }));
	expect(mock.commandCalls(PutCommand)[0]?.args[0].input).toEqual({ TableName: "orders", Item: { id: "1" } });
});

test("one client's own send may be mocked: that takes the guard's place", async () => {
	const db = as(A, () => clients.dynamodb());
	const mock = mockClient(db as DynamoDBClient);
	mock.onAnyCommand().resolves(MOCKED);
	expect(await as(B, () => db.listTables({}))).toMatchObject(MOCKED);
	mock.restore();
	expect(await failure(async () => as(B, () => db.listTables({})))).toBeInstanceOf(errors.StrayedClientError);
});

test("a client of a named session may be used anywhere, mocked or not", async () => {
	const db = clients.dynamodb({ session: all.accounts(A) });
	const mock = mockClient(DynamoDBClient);
	restores.push(() => mock.restore());
	mock.onAnyCommand().resolves(MOCKED);
	expect(await as(B, () => db.listTables({}))).toMatchObject(MOCKED);
});

test('configure({ strayedClient: "allow" }) allows it there too', async () => {
	configure({ strayedClient: "allow" });
	const db = as(A, () => clients.dynamodb());
	expect((await as(B, () => db.listTables({}))).TableNames).toEqual([A]);
});

test("a refusal is a rejection, and in the callback form the callback's error", async () => {
	const db = as(A, () => clients.dynamodb());
	const rejected: Promise<unknown> = as(B, () => db.listTables({}));
	expect(await failure(rejected)).toBeInstanceOf(errors.StrayedClientError);
	const told = new Promise((resolve) => as(B, () => db.listTables({}, resolve)));
	expect(await told).toBeInstanceOf(errors.StrayedClientError);
	const files = as(A, () => clients.s3());
	const command = new PutObjectCommand({ Bucket: "reports", Key: "1", Body: "text" });
	const withOptions = new Promise((resolve) => as(B, () => files.send(command, {}, resolve)));
	expect(await withOptions).toBeInstanceOf(errors.StrayedClientError);
	expect(all.aws.stats().requests).toBe(0);
});
