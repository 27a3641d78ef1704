/** What is written by hand, refereed by moto: S3's transfers and EC2's tags. */

import { randomBytes } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough, Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { afterAll, afterEach, beforeEach, expect, test } from "vitest";
import { ec2, type S3, s3 } from "../../../resources/index.js";
import { failure } from "../../helpers/pool.js";
import { emptyMoto, type Moto } from "../support.js";

const MIB = 2 ** 20;
const folder = mkdtempSync(join(tmpdir(), "aws-scope-s3-"));
const file = (name: string): string => join(folder, name);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let moto: Moto;
let bucket: S3.Bucket;
beforeEach(async () => {
	moto = await emptyMoto();
	bucket = await s3().createBucket({ Bucket: "files" });
});
afterEach(() => moto[Symbol.asyncDispose]());

const content = async (object: S3.Object): Promise<Buffer> => {
	const to = new PassThrough();
	const [all] = await Promise.all([buffer(to), object.downloadFileobj(to)]);
	return all;
};

test("a file is uploaded in parts and downloaded again, with progress", async () => {
	const bytes = randomBytes(12 * MIB);
	writeFileSync(file("up"), bytes);
	const up: number[] = [];
	const down: { loaded: number; total: number | undefined }[] = [];
	await bucket.uploadFile(file("up"), "a/b c.bin", {
		params: { ContentType: "application/x-own", Metadata: { of: "test" } },
		onProgress: ({ loaded, total }) => {
			expect(total).toBe(bytes.length);
			up.push(loaded);
		},
	});
	expect(up).toHaveLength(3);
	expect(Math.max(...up)).toBe(bytes.length);
	const object = await bucket.Object("a/b c.bin").load();
	expect([object.contentLength, object.contentType, object.metadata]).toEqual([
		bytes.length,
		"application/x-own",
		{ of: "test" },
	]);
	expect(object.eTag).toMatch(/-3"$/);
	await object.downloadFile(file("down"), { onProgress: (progress) => down.push(progress) });
	expect(readFileSync(file("down")).equals(bytes)).toBe(true);
	expect(down.at(-1)).toEqual({ loaded: bytes.length, total: bytes.length });
});

const BODIES: readonly (readonly [string, () => string | Buffer | Readable])[] = [
	["text", () => "hello"],
	["a buffer", () => Buffer.from("hello")],
	["a stream", () => Readable.from([Buffer.from("hel"), Buffer.from("lo")])],
];

test.each(BODIES)("%s is uploaded as it is", async (_name, body) => {
	await bucket.Object("k").uploadFileobj(body());
	expect((await content(bucket.Object("k"))).toString()).toBe("hello");
});

test("a download that fails leaves the old file and nothing else", async () => {
	writeFileSync(file("old"), "old");
	const before = readdirSync(folder);
	expect((await failure(bucket.Object("none").downloadFile(file("old")))).name).toBe("NoSuchKey");
	await bucket.putObject({ Key: "k", Body: "new" });
	expect((await failure(bucket.downloadFile("k", file("old"), { abortSignal: AbortSignal.abort() }))).name).toBe(
		"AbortError",
	);
	expect(readFileSync(file("old"), "utf8")).toBe("old");
	expect(readdirSync(folder)).toEqual(before);
});

test("an upload that is given up leaves nothing", async () => {
	const given = failure(bucket.uploadFileobj(Buffer.alloc(MIB), "k", { abortSignal: AbortSignal.abort() }));
	expect((await given).name).toBe("AbortError");
	expect(await bucket.objects.toArray()).toEqual([]);
});

test("an object is copied at once, or in parts, with what it is", async () => {
	const bytes = randomBytes(11 * MIB);
	const source = bucket.Object("sub/from &?.bin");
	await source.put({ Body: bytes, ContentType: "application/x-own", Metadata: { of: "test" } });
	const other = await s3().createBucket({ Bucket: "others" });
	await other.copy({ Bucket: source.bucketName, Key: source.key }, "whole");
	await other
		.Object("parts")
		.copy({ Bucket: source.bucketName, Key: source.key }, { multipartThreshold: MIB, partSize: 5 * MIB });
	for (const [key, parts] of [
		["whole", 1],
		["parts", 3],
	] as const) {
		const copied = await other.Object(key).load();
		expect([copied.contentType, copied.metadata]).toEqual(["application/x-own", { of: "test" }]);
		if (parts > 1) expect(copied.eTag).toMatch(`-${parts}"`);
		expect((await content(copied)).equals(bytes)).toBe(true);
	}
	expect(await other.multipartUploads.toArray()).toEqual([]);
});

test("a copy in parts that is given up is taken back", async () => {
	await bucket.putObject({ Key: "k", Body: Buffer.alloc(6 * MIB) });
	const copy = bucket.copy({ Bucket: "files", Key: "k" }, "copy", {
		multipartThreshold: 1,
		partSize: 5 * MIB,
		abortSignal: AbortSignal.abort(),
	});
	expect(await failure(copy)).toBeInstanceOf(Error);
	expect(await bucket.multipartUploads.toArray()).toEqual([]);
	expect((await bucket.objects.toArray()).map(({ key }) => key)).toEqual(["k"]);
});

test("signed URLs let anybody do one thing", async () => {
	const object = bucket.Object("k");
	const put = await object.presignedUrl({ operation: "putObject", expiresIn: 60 });
	expect(put).toContain("X-Amz-Expires=60");
	expect((await fetch(put, { method: "PUT", body: "hello" })).status).toBe(200);
	expect(await (await fetch(await object.presignedUrl())).text()).toBe("hello");
	expect((await failure(object.presignedUrl({ operation: "listBuckets" as "getObject" }))).message).toMatch(
		/^presignedUrl\(\) supports .*getObject.* only\.$/,
	);
});

test("a bucket has its date from the list of all", async () => {
	expect((await bucket.load()).creationDate).toBeInstanceOf(Date);
	expect(await s3.Bucket("nobodys").get("creationDate")).toBeUndefined();
});

test("tags are made for several resources, and taken away", async () => {
	const [one, two] = await ec2().createInstances({ ImageId: "ami-12c6146b", MinCount: 2, MaxCount: 2 });
	const Resources = [one?.id as string, two?.id as string];
	const tags = await ec2().createTags({
		Resources,
		Tags: [
			{ Key: "a", Value: "1" },
			{ Key: "b", Value: "2" },
		],
	});
	expect(tags.map(({ resourceId, key, value }) => [resourceId, key, value])).toEqual(
		Resources.flatMap((id) => [
			[id, "a", "1"],
			[id, "b", "2"],
		]),
	);
	await one?.load();
	expect(await one?.get("tags")).toEqual([
		{ Key: "a", Value: "1" },
		{ Key: "b", Value: "2" },
	]);
	await one?.deleteTags({ Tags: [{ Key: "a" }] });
	expect(await one?.get("tags")).toEqual([{ Key: "b", Value: "2" }]);
	await tags.at(-1)?.load();
	expect(tags.at(-1)?.resourceType).toBe("instance");
});
