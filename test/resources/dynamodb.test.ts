/** Tables in native values: items, conditions, and writing many. Against dynalite, through the local AWS. */

import { NumberValueImpl as NumberValue } from "@aws-sdk/util-dynamodb";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, type MockInstance, test, vi } from "vitest";
import {
	type LocalAws,
	type LocalRequest,
	type LocalResponse,
	resetAwsScope,
	startLocalAws,
} from "../../local-aws/index.js";
import { Attr, BatchError, type DynamoDB, dynamodb, Key } from "../../resources/index.js";
import { eventually, gate } from "../helpers/barrier.js";
import { failure } from "../helpers/pool.js";

interface Order {
	id: string;
	line: number;
	total: number;
	tags?: Set<string>;
	address?: { city: string };
	lines?: readonly unknown[];
	status?: { readonly name: { readonly data: string } };
	"größe-in cm"?: number;
}

/** How long the writer has waited, if it had. */
const waits: number[] = [];
vi.mock("node:timers/promises", async (original) => ({
	...(await original<typeof import("node:timers/promises")>()),
	setTimeout: async (ms: number) => void waits.push(ms),
}));

/** What the next batches meet, instead of dynalite. */
const faults: ((request: LocalRequest) => LocalResponse | undefined | Promise<undefined>)[] = [];
const batches: { readonly size: number }[] = [];

interface Writes {
	readonly RequestItems: Record<string, unknown[]>;
}

const writesOf = ({ body }: LocalRequest): unknown[] =>
	Object.values((JSON.parse(Buffer.from(body).toString()) as Writes).RequestItems)[0] ?? [];

let aws: LocalAws;
let environment: Disposable;
let table: DynamoDB.Table<Order>;

beforeAll(async () => {
	aws = await startLocalAws({
		accounts: ["111111111111"],
		handlers: {
			dynamodb(request) {
				if (request.action !== "BatchWriteItem") return undefined;
				batches.push({ size: writesOf(request).length });
				return faults.shift()?.(request);
			},
		},
	});
	environment = aws.useEnv();
	const made = await dynamodb().createTable({
		TableName: "orders",
		AttributeDefinitions: [
			{ AttributeName: "id", AttributeType: "S" },
			{ AttributeName: "line", AttributeType: "N" },
		],
		KeySchema: [
			{ AttributeName: "id", KeyType: "HASH" },
			{ AttributeName: "line", KeyType: "RANGE" },
		],
		BillingMode: "PAY_PER_REQUEST",
	});
	await made.waitUntilExists({ minDelay: 1, maxWaitTime: 20 });
	table = dynamodb.Table<Order>("orders");
});
afterAll(async () => {
	await resetAwsScope();
	environment[Symbol.dispose]();
	await aws.close();
});
let random: MockInstance<() => number>;
beforeEach(() => {
	random = vi.spyOn(Math, "random").mockReturnValue(0.5);
});
afterEach(() => random.mockRestore());

beforeEach(async () => {
	faults.length = 0;
	waits.length = 0;
	const { Items = [] } = await table.scan();
	for (const { id, line } of Items) await table.deleteItem({ Key: { id, line } });
	batches.length = 0;
});

const order = (line: number, id = "a"): Order => ({ id, line, total: line * 10 });
const lines = async (): Promise<number[]> =>
	((await table.scan()).Items ?? []).map(({ line }) => line).sort((a, b) => a - b);

test("items are native values", async () => {
	const tags = new Set(["x", "y"]);
	await table.putItem({ Item: { ...order(1), tags, address: { city: "Bern" } } });
	const { Item } = await table.getItem({ Key: { id: "a", line: 1 } });
	expect(Item).toEqual({ ...order(1), tags, address: { city: "Bern" } });
	const { Attributes } = await table.updateItem({
		Key: { id: "a", line: 1 },
		UpdateExpression: "SET #t = :t",
		ExpressionAttributeNames: { "#t": "total" },
		ExpressionAttributeValues: { ":t": 7 },
		ReturnValues: "UPDATED_NEW",
	});
	expect(Attributes).toEqual({ total: 7 });
	await dynamodb().batchWriteItem({ RequestItems: { orders: [{ PutRequest: { Item: order(2) } }] } });
	const { Responses } = await dynamodb().batchGetItem({ RequestItems: { orders: { Keys: [{ id: "a", line: 2 }] } } });
	expect(Responses).toEqual({ orders: [order(2)] });
	expect(await (await table.load()).get("itemCount")).toEqual(expect.any(Number));
});

describe("conditions", () => {
	beforeEach(async () => {
		await using batch = table.batchWriter();
		for (let line = 1; line <= 5; line += 1)
			await batch.putItem({
				Item: {
					...order(line),
					address: { city: line < 3 ? "Bern" : "Rome" },
					lines: [`a${line}`, `b${line}`, { sku: `c${line}` }, [`d${line}`]],
					status: { name: { data: `s${line}` } },
					"größe-in cm": line,
				},
			});
	});

	test("on keys", async () => {
		const { Items } = await table.query({ KeyConditionExpression: Key("id").eq("a").and(Key("line").between(2, 4)) });
		expect(Items?.map(({ line }) => line)).toEqual([2, 3, 4]);
	});

	test.each([
		["a comparison", Attr("total").gt(30), [4, 5]],
		["and", Attr("total").gte(20).and(Attr("total").lt(40)), [2, 3]],
		["or", Attr("total").eq(10).or(Attr("total").eq(50)), [1, 5]],
		["not", Attr("total").lte(40).not(), [5]],
		["a part of an attribute", Attr("address.city").eq("Rome"), [3, 4, 5]],
		["one of several", Attr("total").isIn([10, 40]), [1, 4]],
		[
			"one of more than a hundred",
			Attr("total").isIn(Array.from({ length: 250 }, (_, at) => at * 5 + 20)),
			[2, 3, 4, 5],
		],
		[
			"none of more than a hundred",
			Attr("total")
				.isIn(Array.from({ length: 150 }, (_, at) => at + 25))
				.not(),
			[1, 2],
		],
		["between, beside another condition", Attr("total").between(20, 30).and(Attr("line").ne(3)), [2]],
		["between, negated", Attr("total").between(20, 40).not(), [1, 5]],
		["the size of a text", Attr("address.city").size().eq(4), [1, 2, 3, 4, 5]],
		["the size between two", Attr("address").size().between(1, 2), [1, 2, 3, 4, 5]],
		["an item of a list", Attr("lines[1]").eq("b1"), [1]],
		["a member of an item of a list", Attr("lines[2].sku").eq("c2"), [2]],
		["an item of a list in a list", Attr("lines[3][0]").eq("d3"), [3]],
		["a list that contains", Attr("lines").contains("b4"), [4]],
		["reserved words", Attr("status.name.data").eq("s5"), [5]],
		["names that no expression takes", Attr("größe-in cm").eq(2), [2]],
		["unequal", Attr("total").ne(10), [2, 3, 4, 5]],
		["a prefix", Attr("address.city").beginsWith("B"), [1, 2]],
		["what is missing", Attr("tags").notExists().and(Attr("address").exists()), [1, 2, 3, 4, 5]],
		["a size", Attr("id").size().gt(1), []],
		["a type", Attr("total").attributeType("S"), []],
		["a part of a text", Attr("address.city").contains("om"), [3, 4, 5]],
	] as const)("of filters: %s", async (_name, FilterExpression, wanted) => {
		const { Items = [] } = await table.scan({ FilterExpression });
		expect(Items.map(({ line }) => line).sort()).toEqual(wanted);
	});

	test("of writes, beside names and values of the caller's own", async () => {
		const put = table.putItem({ Item: order(1), ConditionExpression: Attr("id").notExists() });
		expect((await failure(put)).name).toBe("ConditionalCheckFailedException");
		await table.updateItem({
			Key: { id: "a", line: 1 },
			UpdateExpression: "SET #n0 = :v0",
			ExpressionAttributeNames: { "#n0": "total" },
			ExpressionAttributeValues: { ":v0": 99 },
			ConditionExpression: Attr("total").eq(10).and(Attr("address").exists()),
		});
		expect((await table.getItem({ Key: { id: "a", line: 1 } })).Item?.total).toBe(99);
	});
});

describe("the batch writer", () => {
	test("sends 25 at a time, and the rest when it is closed", async () => {
		await using batch = table.batchWriter();
		for (let line = 1; line <= 60; line += 1) await batch.putItem({ Item: order(line) });
		expect(batches).toEqual([{ size: 25 }, { size: 25 }]);
		await batch.close();
		expect(batches).toEqual([{ size: 25 }, { size: 25 }, { size: 10 }]);
		expect(await lines()).toHaveLength(60);
		expect((await failure(batch.putItem({ Item: order(1) }))).message).toBe(
			"The batch writer of orders is closed; create another one with table.batchWriter().",
		);
	});

	test("sends again what DynamoDB has not processed", async () => {
		faults.push((request) => ({ body: { UnprocessedItems: { orders: writesOf(request).slice(0, 10) } } }));
		{
			await using batch = table.batchWriter();
			for (let line = 1; line <= 25; line += 1) await batch.putItem({ Item: order(line) });
		}
		expect(batches).toEqual([{ size: 25 }, { size: 10 }]);
		// The answer said that the other 15 were written, which nobody has done.
		expect(await lines()).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
	});

	test("keeps the last of several writes with one key, where it is told the key", async () => {
		{
			await using batch = table.batchWriter({ overwriteByKeys: ["id", "line"] });
			await batch.putItem({ Item: { ...order(1), total: 1 } });
			await batch.putItem({ Item: { ...order(1), total: 2 } });
			await batch.putItem({ Item: order(2) });
			await batch.deleteItem({ Key: { id: "a", line: 2 } });
		}
		expect(batches).toEqual([{ size: 2 }]);
		expect((await table.scan()).Items).toEqual([{ ...order(1), total: 2 }]);
	});

	test("loses nothing when a batch fails", async () => {
		faults.push(() => ({
			status: 400,
			body: { __type: "com.amazonaws.dynamodb.v20120810#ValidationException", message: "no" },
		}));
		const batch = table.batchWriter();
		for (let line = 1; line <= 24; line += 1) await batch.putItem({ Item: order(line) });
		expect((await failure(batch.putItem({ Item: order(25) }))).name).toBe("ValidationException");
		expect(batch.unwritten).toHaveLength(25);
		await batch.close();
		expect(batch.unwritten).toEqual([]);
		expect(await lines()).toHaveLength(25);
	});

	test("loses nothing of many writers at once", async () => {
		{
			await using batch = table.batchWriter();
			await Promise.all(Array.from({ length: 130 }, (_, line) => batch.putItem({ Item: order(line) })));
		}
		expect(await lines()).toHaveLength(130);
		expect(batches.every(({ size }) => size <= 25)).toBe(true);
	});

	test("sends one batch at a time, so that the last write of a key is the last to arrive", async () => {
		const first = gate();
		faults.push(async () => {
			await first.opened;
			return undefined;
		});
		const batch = table.batchWriter();
		const all = Promise.all(Array.from({ length: 50 }, (_, line) => batch.putItem({ Item: order(line) })));
		await eventually(() => expect(batches).toHaveLength(1));
		await table.load();
		expect(batches).toHaveLength(1);
		first.open();
		await all;
		expect(batches).toHaveLength(2);
	});

	test("gives up after ten tries, and keeps what is left", async () => {
		for (let tries = 0; tries < 10; tries += 1) {
			faults.push((request) => ({ body: { UnprocessedItems: { orders: writesOf(request) } } }));
		}
		const batch = table.batchWriter();
		await batch.putItem({ Item: order(1) });
		const error = await failure(batch.close());
		expect(error).toBeInstanceOf(BatchError);
		expect(error.message).toBe(
			'Writes to orders were not processed after 10 attempts (1 pending); see "failures" for all of them.',
		);
		expect((error as BatchError).failures).toEqual([
			{ code: undefined, message: undefined, entry: { PutRequest: { Item: order(1) } } },
		]);
		expect(waits).toEqual([25, 50, 100, 200, 400, 800, 1_600, 2_500, 2_500]);
		await batch.close();
		expect(await lines()).toEqual([1]);
	});

	test("lists all that was not written, also what it has not tried, where it is closed by the block's end", async () => {
		const refused = (): LocalResponse => ({
			status: 400,
			body: { __type: "com.amazonaws.dynamodb.v20120810#ValidationException", message: "no" },
		});
		// Every write from the 25th on tries again.
		faults.push(...Array.from({ length: 17 }, () => refused));
		const close = async (): Promise<void> => {
			await using batch = table.batchWriter();
			for (let line = 0; line < 40; line += 1) batch.putItem({ Item: order(line) }).catch(() => {});
		};
		const error = (await failure(close())) as BatchError;
		expect(error).toBeInstanceOf(BatchError);
		expect((error.cause as Error).name).toBe("ValidationException");
		expect(error.message).toBe('Writes to orders could not be sent (40 pending); see "failures" for all of them.');
		expect(error.failures.map(({ entry }) => (entry as { PutRequest: { Item: Order } }).PutRequest.Item.line)).toEqual(
			Array.from({ length: 40 }, (_, line) => line),
		);
	});

	test("waits no longer than its bounds, a random part of each", async () => {
		random.mockRestore();
		for (let tries = 0; tries < 9; tries += 1) {
			faults.push((request) => ({ body: { UnprocessedItems: { orders: writesOf(request) } } }));
		}
		{
			await using batch = table.batchWriter();
			await batch.putItem({ Item: order(1) });
		}
		const bounds = [50, 100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000];
		expect(waits).toHaveLength(bounds.length);
		for (const [index, wait] of waits.entries()) expect(wait).toBeLessThan(bounds[index] as number);
		expect(new Set(waits.map((wait, index) => wait / (bounds[index] as number))).size).toBe(bounds.length);
	});

	test.each([
		["a number and a bigint", 1, 1n],
		["a number and a NumberValue", 1_000, NumberValue.from("1e3")],
		["a large number and its digits", 1e21, 10n ** 21n],
		["a fraction with zeros", 0.5, NumberValue.from("0.50")],
		["zero and minus zero", 0, -0],
		["bytes of two kinds", new Uint8Array([1, 2]), Buffer.from([1, 2])],
		["bytes and their buffer", new Uint8Array([1, 2]), new Uint8Array([1, 2]).buffer],
		["bytes in a larger buffer", new Uint8Array([1, 2]), new Uint8Array([0, 1, 2]).subarray(1)],
	])("holds keys equal that are equal for DynamoDB: %s", async (_name, one, other) => {
		faults.push(() => ({ body: {} }));
		{
			await using batch = dynamodb.Table("orders").batchWriter({ overwriteByKeys: ["id"] });
			await batch.putItem({ Item: { id: one, n: 1 } });
			await batch.putItem({ Item: { id: other, n: 2 } });
		}
		expect(batches).toEqual([{ size: 1 }]);
	});

	test.each([
		["a number and its text", 1, "1"],
		["different numbers", 1, -1],
		["ten and one", 10, 1],
		["different bytes", new Uint8Array([1, 2]), new Uint8Array([1, 3])],
		["bytes and their text", new Uint8Array([97]), "YQ=="],
	])("holds keys apart that are different: %s", async (_name, one, other) => {
		faults.push(() => ({ body: {} }));
		{
			await using batch = dynamodb.Table("orders").batchWriter({ overwriteByKeys: ["id"] });
			await batch.putItem({ Item: { id: one } });
			await batch.deleteItem({ Key: { id: other } });
		}
		expect(batches).toEqual([{ size: 2 }]);
	});

	test("keeps composite keys apart whose texts run together", async () => {
		faults.push(() => ({ body: {} }));
		{
			await using batch = dynamodb.Table("orders").batchWriter({ overwriteByKeys: ["a", "b"] });
			await batch.putItem({ Item: { a: 'x","y', b: "z" } });
			await batch.putItem({ Item: { a: "x", b: 'y","z' } });
		}
		expect(batches).toEqual([{ size: 2 }]);
	});

	test("refuses a write without the key that it was told", async () => {
		const batch = table.batchWriter({ overwriteByKeys: ["id", "line"] });
		const error = await failure(batch.deleteItem({ Key: { id: "a" } }));
		expect(error.message).toBe(
			"The batch writer of orders requires line as a string, a number or binary in every write.",
		);
		await batch.close();
		expect(batches).toEqual([]);
	});
});
