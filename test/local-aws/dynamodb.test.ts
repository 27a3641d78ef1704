import {
	CreateTableCommand,
	DeleteTableCommand,
	type DynamoDBClient,
	ListTablesCommand,
	PutItemCommand,
	TransactWriteItemsCommand,
} from "@aws-sdk/client-dynamodb";
import {
	BatchWriteCommand,
	DynamoDBDocumentClient,
	GetCommand,
	PutCommand,
	paginateScan,
	QueryCommand,
	UpdateCommand,
} from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type LocalAws, startLocalAws } from "../../local-aws/index.js";
import { loadDynalite } from "../../local-aws/services/dynamodb.js";
import { MissingPackageError } from "../../src/errors.js";
import { A, assume, B, C, dynamodb, raw, refusal, role, signed } from "./support.js";

let aws: LocalAws;
beforeAll(async () => {
	aws = await startLocalAws({ accounts: [A, B, C] });
});
afterAll(() => aws.close());

const table = (TableName: string) =>
	new CreateTableCommand({
		TableName,
		KeySchema: [
			{ AttributeName: "pk", KeyType: "HASH" },
			{ AttributeName: "sk", KeyType: "RANGE" },
		],
		AttributeDefinitions: [
			{ AttributeName: "pk", AttributeType: "S" },
			{ AttributeName: "sk", AttributeType: "N" },
		],
		BillingMode: "PAY_PER_REQUEST",
	});
const names = async (client: DynamoDBClient) => (await client.send(new ListTablesCommand({}))).TableNames;

describe("what an account stores", () => {
	test("is visible to all identities of that account in that region, and to nobody else", async () => {
		const { keys } = await assume(aws, role(B));
		const [a, b, bSession, bWest] = [
			dynamodb(aws),
			dynamodb(aws, aws.user(B)),
			dynamodb(aws, keys),
			dynamodb(aws, keys, "us-west-2"),
		];
		const made = await bSession.send(table("orders"));
		expect(made.TableDescription?.TableArn).toBe(`arn:aws:dynamodb:us-east-1:${B}:table/orders`);
		expect(await Promise.all([a, b, bSession, bWest].map(names))).toEqual([[], ["orders"], ["orders"], []]);
		const put = (client: DynamoDBClient, owner: string) =>
			client.send(
				new PutItemCommand({ TableName: "orders", Item: { pk: { S: "1" }, sk: { N: "1" }, owner: { S: owner } } }),
			);
		expect((await refusal(put(a, "a"))).name).toBe("ResourceNotFoundException");
		await a.send(table("orders"));
		const inWest = await bWest.send(table("orders"));
		expect(inWest.TableDescription?.TableArn).toContain(`:us-west-2:${B}:`);
		await Promise.all([put(a, "a"), put(b, "b"), put(bWest, "west")]);
		const owner = async (client: DynamoDBClient) =>
			(await DynamoDBDocumentClient.from(client).send(new GetCommand({ TableName: "orders", Key: { pk: "1", sk: 1 } })))
				.Item?.["owner"];
		expect(await Promise.all([a, b, bSession, bWest].map(owner))).toEqual(["a", "b", "b", "west"]);
		await b.send(new DeleteTableCommand({ TableName: "orders" }));
		expect(await Promise.all([a, b, bWest].map(names))).toEqual([["orders"], [], ["orders"]]);
	});

	test("can be read back with batches, conditions, queries and pagination", async () => {
		const client = dynamodb(aws, aws.user(C));
		const documents = DynamoDBDocumentClient.from(client);
		await client.send(table("rows"));
		const requests = Array.from({ length: 25 }, (_, sk) => ({ PutRequest: { Item: { pk: "a", sk, text: "ä€😀" } } }));
		expect(
			(await documents.send(new BatchWriteCommand({ RequestItems: { rows: requests } }))).UnprocessedItems,
		).toEqual({});
		const fresh = new PutCommand({
			TableName: "rows",
			Item: { pk: "a", sk: 3 },
			ConditionExpression: "attribute_not_exists(pk)",
		});
		expect((await refusal(documents.send(fresh))).name).toBe("ConditionalCheckFailedException");
		await documents.send(
			new UpdateCommand({
				TableName: "rows",
				Key: { pk: "a", sk: 3 },
				UpdateExpression: "SET hits = if_not_exists(hits, :no) + :one",
				ExpressionAttributeValues: { ":no": 0, ":one": 1 },
			}),
		);
		const found = await documents.send(
			new QueryCommand({
				TableName: "rows",
				KeyConditionExpression: "pk = :pk AND sk BETWEEN :a AND :b",
				ExpressionAttributeValues: { ":pk": "a", ":a": 2, ":b": 4 },
			}),
		);
		expect(found.Items).toEqual([
			{ pk: "a", sk: 2, text: "ä€😀" },
			{ pk: "a", sk: 3, text: "ä€😀", hits: 1 },
			{ pk: "a", sk: 4, text: "ä€😀" },
		]);
		let pages = 0;
		let rows = 0;
		for await (const page of paginateScan({ client: documents, pageSize: 10 }, { TableName: "rows" })) {
			pages += 1;
			rows += page.Items?.length ?? 0;
		}
		expect([pages, rows]).toEqual([3, 25]);
	});

	test("is complete after 64 concurrent writers", async () => {
		const client = dynamodb(aws, aws.user(C));
		const documents = DynamoDBDocumentClient.from(client);
		await client.send(table("counter"));
		const add = () =>
			documents.send(
				new UpdateCommand({
					TableName: "counter",
					Key: { pk: "n", sk: 0 },
					UpdateExpression: "ADD hits :one",
					ExpressionAttributeValues: { ":one": 1 },
				}),
			);
		await Promise.all(
			Array.from({ length: 64 }, async () => {
				for (let turn = 0; turn < 5; turn++) await add();
			}),
		);
		expect(
			(await documents.send(new GetCommand({ TableName: "counter", Key: { pk: "n", sk: 0 } }))).Item?.["hits"],
		).toBe(320);
	});
});

describe("DynamoDB responses", () => {
	const headers = { "content-type": "application/x-amz-json-1.0", "x-amz-target": "DynamoDB_20120810.ListTables" };

	test("have a request id and the CRC-32 of the body", async () => {
		const answered = await raw(aws, await signed(aws, "dynamodb", { headers, body: "{}" }));
		const { crc32 } = await import("node:zlib");
		expect(answered.headers["x-amz-crc32"]).toBe(String(crc32(answered.body)));
		expect(answered.headers["x-amzn-requestid"]).toMatch(/^[A-Z0-9]{52}$/);
		expect(answered.headers["content-type"]).toBe("application/x-amz-json-1.0");
	});

	test("to operations that dynalite does not support name the operation and how to answer it", async () => {
		const error = await refusal(
			dynamodb(aws).send(new TransactWriteItemsCommand({ TransactItems: [{ Put: { TableName: "xxx", Item: {} } }] })),
		);
		expect(error).toMatchObject({ name: "UnknownOperationException", status: 400 });
		expect(error.message).toContain("TransactWriteItems");
	});

	test.each([
		"",
		"{",
		"[]",
		"null",
		'"x"',
		'{"TableName":{}}',
		'{"TableName":"__proto__"}',
		'{"__proto__":{"x":1}}',
		"{}",
	])("to the body %j do not crash the server", async (body) => {
		for (const action of [
			"CreateTable",
			"PutItem",
			"GetItem",
			"Query",
			"Scan",
			"BatchWriteItem",
			"UpdateItem",
			"DescribeTable",
			"ListTables",
			"Nonsense",
		]) {
			const target = { ...headers, "x-amz-target": `DynamoDB_20120810.${action}` };
			const answered = await raw(aws, await signed(aws, "dynamodb", { headers: target, body }));
			expect([200, 400, 500]).toContain(answered.status);
		}
		expect(await names(dynamodb(aws))).toBeDefined();
	});
});

test("the environment variables that dynalite reads are not changed", async () => {
	const before = { ...process.env };
	await names(dynamodb(aws, aws.user(B), "eu-north-1"));
	expect(process.env).toEqual(before);
});

test("without dynalite, the error names what to install", () => {
	expect(() => loadDynalite(["/nowhere/package.json"])).toThrow(MissingPackageError);
	expect(() => loadDynalite(["/nowhere/package.json"])).toThrow(/npm install --save-dev dynalite/);
});
