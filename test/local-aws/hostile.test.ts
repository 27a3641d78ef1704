import { connect } from "node:net";
import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type LocalAws, startLocalAws } from "../../local-aws/index.js";
import { scale } from "../helpers/scale.js";
import { A, raw, sts } from "./support.js";

let aws: LocalAws;
beforeAll(async () => {
	aws = await startLocalAws({ accounts: [A] });
});
afterAll(() => aws.close());

describe("hostile input", () => {
	const bytes = (text: string | Buffer) =>
		new Promise<string>((resolve) => {
			const socket = connect(aws.port, "127.0.0.1", () => socket.end(text));
			let answer = "";
			socket.on("data", (data) => {
				answer += data.toString("latin1");
			});
			socket.on("error", () => {});
			socket.on("close", () => resolve(answer));
		});
	const alive = async () => expect((await sts(aws).send(new GetCallerIdentityCommand({}))).Account).toBe(A);

	test.each([
		["something other than HTTP", "\0\x01\x02\xff\r\n\r\n"],
		["a TLS handshake", Buffer.from([0x16, 0x03, 0x01, 0x02, 0x00, 0x01])],
		["a bad content length", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n"],
		["an incomplete body", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nshort"],
		["bad chunks", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"],
		["endless headers", `GET / HTTP/1.1\r\n${"a: b\r\n".repeat(50_000)}`],
		["CONNECT", "CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n"],
		["an upgrade", "GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"],
	])("%s does not stop the server", async (_what, input) => {
		await bytes(input);
		await alive();
	});

	test.each([
		"/%",
		"/?%",
		"/?a=%E0%A4",
		"/?%zz=1&X-Amz-Algorithm=AWS4-HMAC-SHA256",
		"/?__proto__=1&constructor=2",
		"//evil/../..",
		"/?a=1&a=2&a=3",
	])("the request target %s gets an error", async (path) => {
		expect((await raw(aws, { path })).status).toBeGreaterThanOrEqual(400);
		await alive();
	});

	const VALID = "Credential=AKIA/20300101/us-east-1/sts/aws4_request";
	test.each([
		"",
		"Basic dTpw",
		"AWS4-HMAC-SHA256",
		"AWS4-HMAC-SHA256 Credential",
		"AWS4-HMAC-SHA256 Credential=,SignedHeaders=,Signature=",
		"AWS4-HMAC-SHA256 Credential=a/b/c/d, SignedHeaders=host, Signature=00",
		"AWS4-HMAC-SHA256 Credential=a/b/c/d/e/f, SignedHeaders=host, Signature=00",
		`AWS4-HMAC-SHA256 ${VALID}, SignedHeaders=host, Signature=zz`,
		`AWS4-HMAC-SHA256 ${VALID}, SignedHeaders=x, Signature=00`,
		`AWS4-ECDSA-P256-SHA256 ${VALID}, SignedHeaders=host, Signature=00`,
		`AWS4-HMAC-SHA256 ${VALID.replace("/us-east-1/", "/../../")}, SignedHeaders=host;__proto__;constructor, Signature=00`,
	])("the authorization %j is rejected", async (authorization) => {
		for (const date of ["20300101T000000Z", "yesterday", "99999999T999999Z", ""]) {
			const answered = await raw(aws, {
				headers: { authorization, "x-amz-date": date, "content-type": "application/x-www-form-urlencoded" },
				body: "Action=AssumeRole",
			});
			expect([400, 403]).toContain(answered.status);
		}
		await alive();
	});

	test("a signature that does not cover the host is rejected", async () => {
		const authorization = `AWS4-HMAC-SHA256 ${VALID}, SignedHeaders=x-amz-date, Signature=00`;
		const answered = await raw(aws, { headers: { authorization, "x-amz-date": "20300101T000000Z" } });
		expect(answered).toMatchObject({ status: 403, body: expect.stringContaining("must be a &#39;SignedHeader&#39;") });
	});

	test("a body larger than 16 MiB is rejected; one of exactly 16 MiB is read", async () => {
		const huge = Buffer.alloc(16 * 1024 * 1024 + 1, "a");
		const type = { "content-type": "application/x-amz-json-1.0", "x-amz-target": "DynamoDB_20120810.PutItem" };
		expect((await raw(aws, { headers: type, body: huge })).status).toBe(413);
		expect((await raw(aws, { headers: type, body: huge.subarray(1) })).status).toBe(400);
		await alive();
	});

	test("any request with any headers gets one response, and the next request works", async () => {
		const header = fc.string({ unit: "binary-ascii", maxLength: 60 }).map((text) => text.replace(/[^\x20-\x7e]/g, "?"));
		const input = fc.record({
			path: fc.webPath().map((path) => `/${path.replace(/[^\x21-\x7e]/g, "")}`),
			headers: fc.record(
				{
					authorization: fc.oneof(
						header,
						header.map((text) => `AWS4-HMAC-SHA256 ${text}`),
						header.map((text) => `AWS4-HMAC-SHA256 ${VALID}, SignedHeaders=host;${text}, Signature=00`),
					),
					"x-amz-date": fc.oneof(header, fc.constant("20300101T000000Z")),
					"x-amz-target": header,
					"x-amz-security-token": header,
					"x-amz-content-sha256": header,
					"content-type": fc.oneof(
						header,
						fc.constantFrom("application/x-amz-json-1.1", "application/x-www-form-urlencoded"),
					),
					"smithy-protocol": fc.constantFrom("rpc-v2-cbor", "x"),
				},
				{ requiredKeys: [] },
			),
			body: fc.string({ unit: "binary", maxLength: 200 }),
		});
		await fc.assert(
			fc.asyncProperty(input, async ({ path, headers, body }) => {
				const answered = await raw(aws, { path, headers: headers as Record<string, string>, body });
				expect(answered.status).toBeGreaterThanOrEqual(400);
				expect(answered.status).toBeLessThan(502);
			}),
			{ numRuns: scale(100, 300) },
		);
		await alive();
	});
});
