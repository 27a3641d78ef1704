/** The SDK's own options of one request, which every call of a resource takes as its last argument. */

import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { dynamodb, ec2, s3 } from "../../resources/index.js";
import { errors } from "../../src/index.js";
import { startTenants, type TenantAws, tenant } from "../helpers/aws.js";
import { failure } from "../helpers/pool.js";
import { s3With } from "./objects.js";

let all: TenantAws;
beforeAll(async () => {
	all = await startTenants({ tenants: 1, handlers: { s3: s3With(5), ec2: () => ({}) } });
});
afterAll(() => all[Symbol.asyncDispose]());
beforeEach(() => {
	all.seen.length = 0;
});

const identity = () => ({ session: all.accounts(tenant(0)) });
const bucket = () => s3.Bucket("b", identity());
const object = () => s3.Object("b", "k", identity());
const table = () => dynamodb.Table("t", identity());
const service = () => dynamodb(identity());
const instance = () => ec2.Instance("i-1", identity());

type Options = { readonly abortSignal?: AbortSignal };

const CALLS: Record<string, (options: Options) => Promise<unknown>> = {
	"an action": (options) => bucket().putObject({ Key: "k" }, options),
	"an action without parameters": (options) => object().delete({}, options),
	"get() as an action": (options) => object().get({}, options),
	"get() of an attribute": (options) => object().get("contentLength", options),
	"load()": (options) => object().load(options),
	"reload()": (options) => table().reload(options),
	"a load by hand: a bucket": (options) => bucket().load(options),
	"a load by hand: a summary": (options) => s3.ObjectSummary("b", "k", identity()).load(options),
	"toArray()": (options) => bucket().objects.toArray(options),
	"pages()": (options) => bucket().objects.pages(options).next(),
	"a batch action": (options) => bucket().objects.delete({}, options),
	"getItem()": (options) => table().getItem({ Key: { id: "1" } }, options),
	"putItem()": (options) => table().putItem({ Item: { id: "1" } }, options),
	"updateItem()": (options) => table().updateItem({ Key: { id: "1" } }, options),
	"deleteItem()": (options) => table().deleteItem({ Key: { id: "1" } }, options),
	"query()": (options) => table().query({ KeyConditionExpression: "id = 1" }, options),
	"scan()": (options) => table().scan({}, options),
	"batchGetItem()": (options) => service().batchGetItem({ RequestItems: {} }, options),
	"batchWriteItem()": (options) => service().batchWriteItem({ RequestItems: {} }, options),
	"createTags()": (options) => ec2(identity()).createTags({ Resources: ["i-1"], Tags: [] }, options),
	"deleteTags()": (options) => instance().deleteTags({}, options),
	"uploadFileobj()": (options) => object().uploadFileobj("text", options),
	"downloadFileobj()": async (options) => {
		const { PassThrough } = await import("node:stream");
		await object().downloadFileobj(new PassThrough().resume(), options);
	},
	"copy()": (options) => object().copy({ Bucket: "a", Key: "b" }, options),
};

test.each(Object.entries(CALLS))("an aborted signal ends %s before anything is sent", async (_name, call) => {
	const error = await failure(call({ abortSignal: AbortSignal.abort() }));
	expect(error.name).toBe("AbortError");
	expect(all.seen).toEqual([]);
});

test("an aborted signal ends a waiter", async () => {
	const error = await failure(instance().waitUntilRunning({ abortSignal: AbortSignal.abort() }));
	expect(error.name).toBe("AbortError");
});

test("a signal ends a collection between two pages", async () => {
	const control = new AbortController();
	const pages = bucket().objects.pageSize(2).pages({ abortSignal: control.signal });
	expect((await pages.next()).value).toHaveLength(2);
	control.abort();
	expect((await failure(pages.next())).name).toBe("AbortError");
	expect(all.seen).toHaveLength(1);
});

describe("what is no options object is refused", () => {
	const wrong = { "a function": () => {}, text: "x", null: null, "a list": [] };
	test.each(Object.entries(wrong))("%s", async (_name, options) => {
		for (const call of [CALLS["an action"], CALLS["getItem()"], CALLS["load()"]]) {
			const error = await failure((call as (options: unknown) => Promise<unknown>)(options));
			expect(error).toBeInstanceOf(errors.InvalidOptionError);
			expect(error.message).toContain("takes { abortSignal, requestTimeout } as its options");
		}
		expect(all.seen).toEqual([]);
	});
});
