import { Readable } from "node:stream";
import { GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type LocalAws, type LocalRequest, startLocalAws } from "../../local-aws/index.js";
import { A, assume, B, raw, role, s3, signed } from "./support.js";

let aws: LocalAws;
let now = 0;
const seen: LocalRequest[] = [];

beforeAll(async () => {
	aws = await startLocalAws({
		accounts: [A, B],
		clock: () => now,
		handlers: {
			s3: (request) => {
				seen.push(request);
				return { body: "stored" };
			},
		},
	});
});
beforeEach(() => {
	now = Date.now();
	seen.length = 0;
});
afterAll(() => aws.close());

describe("S3 bodies", () => {
	test("a string, an empty body and a stream with a trailer reach the handler unchanged", async () => {
		const client = s3(aws, aws.user(A));
		const put = (Key: string, Body: string | Readable, more = {}) =>
			client.send(new PutObjectCommand({ Bucket: "bucket", Key, Body, ...more }));
		await put("one", "plain");
		await put("two", "");
		await put("three", Readable.from([Buffer.from("str"), Buffer.from("eamed")]), { ContentLength: 8 });
		expect(seen.map(({ body }) => Buffer.from(body).toString())).toEqual(["plain", "", "streamed"]);
		expect(seen[2]?.headers["x-amz-content-sha256"]).toBe("STREAMING-UNSIGNED-PAYLOAD-TRAILER");
	});

	test("a body that does not match its hash is rejected", async () => {
		const request = await signed(aws, "s3", { method: "PUT", path: "/b/k", body: "right" }, { uriEscapePath: false });
		expect(await raw(aws, { ...request, body: "wrong" })).toMatchObject({
			status: 400,
			body: expect.stringContaining("XAmzContentSHA256Mismatch"),
		});
		expect(seen).toEqual([]);
	});

	test("a broken aws-chunked encoding is rejected", async () => {
		const request = await signed(
			aws,
			"s3",
			{
				method: "PUT",
				path: "/b/k",
				headers: { "x-amz-content-sha256": "STREAMING-UNSIGNED-PAYLOAD-TRAILER" },
				body: "zz\r\nhello",
			},
			{ uriEscapePath: false },
		);
		expect(await raw(aws, request)).toMatchObject({ status: 400, body: expect.stringContaining("IncompleteBody") });
	});
});

describe("presigned URLs", () => {
	const path = (url: string) => url.slice(aws.endpoint.length);

	test("act as their signer until they expire, and are rejected when modified", async () => {
		const { keys } = await assume(aws, role(B));
		const url = await getSignedUrl(s3(aws, keys), new GetObjectCommand({ Bucket: "bucket", Key: "some key" }), {
			expiresIn: 120,
		});
		expect(await raw(aws, { method: "GET", path: path(url) })).toMatchObject({ status: 200, body: "stored" });
		expect(seen[0]?.identity).toMatchObject({ accountId: B, sessionName: "test" });
		const other = path(url).replace("some%20key", "other%20key");
		expect(await raw(aws, { method: "GET", path: other })).toMatchObject({
			status: 403,
			body: expect.stringContaining("SignatureDoesNotMatch"),
		});
		const longer = path(url).replace("X-Amz-Expires=120", "X-Amz-Expires=1200");
		expect((await raw(aws, { method: "GET", path: longer })).status).toBe(403);
		now += 121_000;
		expect(await raw(aws, { method: "GET", path: path(url) })).toMatchObject({
			status: 403,
			body: expect.stringContaining("Request has expired"),
		});
		expect(seen).toHaveLength(1);
	});
});
