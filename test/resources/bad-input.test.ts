/** What is refused or survived instead of being sent, ignored or left hanging. */

import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough, Readable } from "node:stream";
import { inspect } from "node:util";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { dynamodb, ec2, s3 } from "../../resources/index.js";
import { errors, runInAwsScope } from "../../src/index.js";
import { startTenants, type TenantAws, tenant } from "../helpers/aws.js";
import { failure } from "../helpers/pool.js";
import { s3With } from "./objects.js";

/** A page with more objects than a function takes arguments. */
const HUGE = `<ListBucketResult>${"<Contents><Key>k</Key></Contents>".repeat(200_000)}</ListBucketResult>`;

let all: TenantAws;
beforeAll(async () => {
	const answer = s3With(25);
	all = await startTenants({
		tenants: 1,
		handlers: { s3: (request) => (request.path.startsWith("/huge") ? { body: HUGE } : answer(request)) },
	});
});
afterAll(() => all[Symbol.asyncDispose]());
beforeEach(() => {
	all.seen.length = 0;
});

const identity = () => ({ session: all.accounts(tenant(0)) });
const bucket = () => s3.Bucket("b", identity());
const table = () => dynamodb.Table("t", identity());
const file = join(tmpdir(), `aws-scope-${process.pid}`);

/** Calls without their types, as JavaScript makes them. */
type Loose = Record<string, (...args: unknown[]) => Promise<unknown>>;
const loose = (object: unknown): Loose => object as Loose;

describe("is refused before anything is sent", () => {
	const calls: Record<string, [call: () => unknown, message: string]> = {
		"a page of none, which would read as an empty list": [
			async () => bucket().objects.pageSize(0),
			"pageSize() takes a whole number of at least 1, not 0.",
		],
		"seconds for a signed URL": [
			() => loose(bucket().Object("k"))["presignedUrl"]?.(3600),
			"presignedUrl() takes its options as an object, not 3600.",
		],
		"seconds as text for a waiter": [
			() => loose(bucket())["waitUntilExists"]?.("60"),
			"waitUntilBucketExists() takes seconds or { maxWaitTime, minDelay, maxDelay, abortSignal }, not '60'.",
		],
		"an upload without a key": [
			() => loose(bucket())["uploadFileobj"]?.("text"),
			"uploadFileobj() requires the key of an object as a string.",
		],
		"an upload without a body": [
			() => loose(bucket())["uploadFileobj"]?.(undefined, "k"),
			"uploadFileobj() requires a body",
		],
		"a copy without a key": [
			() => loose(bucket())["copy"]?.({ Bucket: "a", Key: "b" }),
			"copy() requires the key of an object as a string.",
		],
		"a download without a path": [
			() => loose(bucket())["downloadFile"]?.("k"),
			"downloadFile() requires the path of a file as a string.",
		],
		"a download without a stream": [
			() => loose(bucket())["downloadFileobj"]?.("k"),
			"downloadFileobj() requires a writable stream.",
		],
		"an item without its name": [
			() => loose(table().batchWriter())["putItem"]?.({ id: "1" }),
			"putItem() of a batch writer takes { Item }.",
		],
		"a key without its name": [
			() => loose(table().batchWriter())["deleteItem"]?.({ id: "1" }),
			"deleteItem() of a batch writer takes { Key }.",
		],
		"keys that are no list": [
			async () => loose(table())["batchWriter"]?.({ overwriteByKeys: "id" }),
			"batchWriter() takes its options as { overwriteByKeys: [...] }.",
		],
		"tags without a list": [
			() => loose(ec2(identity()))["createTags"]?.({ Resources: "i-1", Tags: [] }),
			"ec2.createTags() takes { Resources: [...], Tags: [...] }.",
		],
		"a method without its resource": [
			async () => {
				const { delete: remove } = bucket().Object("k");
				return remove();
			},
			"delete() belongs to a resource: call it as resource.delete().",
		],
	};
	test.each(Object.entries(calls))("%s", async (_name, [call, message]) => {
		const error = await failure(Promise.resolve().then(call));
		expect(error).toBeInstanceOf(errors.InvalidOptionError);
		expect(error.message).toContain(message);
		expect(all.seen).toEqual([]);
	});

	test("an identifier that is missing, and not the identity that stands in its place", () => {
		runInAwsScope({ account: tenant(0), accounts: all.accounts }, () => {});
		expect(() => s3.Object("b", identity() as never)).toThrow(
			"s3.Object requires its key as a string, but got object.",
		);
	});
});

test("a waiter without a time keeps its own", async () => {
	const waits = bucket().waitUntilNotExists({
		...({ maxWaitTime: undefined } as object),
		abortSignal: AbortSignal.abort(),
	});
	expect((await failure(waits)).name).toBe("AbortError");
	await bucket().waitUntilExists({ ...({ maxWaitTime: undefined } as object) });
});

test("progress that throws ends a download with that error, and leaves no file", async () => {
	const onProgress = () => {
		throw new Error("mine");
	};
	expect((await failure(bucket().downloadFile("k", file, { onProgress }))).message).toBe("mine");
	const to = new PassThrough();
	expect((await failure(bucket().downloadFileobj("k", to, { onProgress }))).message).toBe("mine");
	expect(to.destroyed).toBe(true);
	expect((await failure(bucket().uploadFileobj("text", "k", { onProgress }))).message).toBe("mine");
	await rm(file, { force: true });
});

test("a page of 200,000 is read into an array", async () => {
	expect(await s3.Bucket("huge", identity()).objects.toArray()).toHaveLength(200_000);
});

test("a refused upload leaves no stream open", async () => {
	const body = Readable.from(["a"]);
	await failure(loose(bucket())["uploadFileobj"]?.(body) as Promise<unknown>);
	expect(body.destroyed).toBe(true);
});

test("an iterator that is ended gives what was asked for before", async () => {
	const items = bucket().objects.pageSize(2)[Symbol.asyncIterator]();
	const [one, two, three, end, after] = await Promise.all([
		items.next(),
		items.next(),
		items.next(),
		items.return?.(),
		items.next(),
	]);
	expect([one, two, three].map((step) => step?.value?.key)).toEqual(["000000", "000001", "000002"]);
	expect([end?.done, after?.done]).toEqual([true, true]);
});

test("accessors are printed by their names", () => {
	void s3.Bucket;
	expect(inspect(s3, { depth: 0 })).toMatch(/^\[Function: s3\]/);
	expect(inspect(s3.Bucket)).toBe("[Function: Bucket]");
});
