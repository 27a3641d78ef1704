import { ListTablesCommand } from "@aws-sdk/client-dynamodb";
import { ListBucketsCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type LocalAws, type LocalRequest, startLocalAws } from "../../local-aws/index.js";
import { A, assume, B, dynamodb, type Keys, raw, refusal, role, s3, signed, sts } from "./support.js";

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
				return { body: request.method === "GET" && request.path === "/" ? "<ListAllMyBucketsResult/>" : "stored" };
			},
		},
	});
});
beforeEach(() => {
	// The SDK signs with the system clock, so the server starts with the same time in each test.
	now = Date.now();
	seen.length = 0;
	aws.resetCounts();
});
afterAll(() => aws.close());

/** Calls three services and returns the error of each. */
const ask = async (keys: Keys) => ({
	sts: await refusal(sts(aws, keys).send(new GetCallerIdentityCommand({}))),
	dynamodb: await refusal(dynamodb(aws, keys).send(new ListTablesCommand({}))),
	s3: await refusal(s3(aws, keys).send(new ListBucketsCommand({}))),
});

describe("each service has its own errors for", () => {
	test("a wrong secret", async () => {
		const errors = await ask({ ...aws.user(A), secretAccessKey: "wrong" });
		expect(errors.sts).toMatchObject({ name: "SignatureDoesNotMatch", status: 403 });
		expect(errors.dynamodb).toMatchObject({ name: "InvalidSignatureException", status: 400 });
		expect(errors.s3).toMatchObject({ name: "SignatureDoesNotMatch", status: 403 });
		expect(errors.sts.message).toMatch(/^The request signature we calculated does not match/);
		expect(aws.stats().wrongSignatures).toBe(3);
	});

	test("an unknown key", async () => {
		const errors = await ask({ accessKeyId: "AKIAUNKNOWN", secretAccessKey: "any" });
		expect(errors.sts).toMatchObject({ name: "InvalidClientTokenId", status: 403 });
		expect(errors.dynamodb).toMatchObject({ name: "UnrecognizedClientException", status: 400 });
		expect(errors.s3).toMatchObject({ name: "InvalidAccessKeyId", status: 403 });
		expect(aws.stats()).toMatchObject({ wrongSignatures: 0, accounts: {}, errors: { InvalidClientTokenId: 1 } });
	});

	test.each([
		["left out", () => undefined],
		["garbled", (token: string) => `${token}x`],
		["of another session", (_token: string, other: string) => other],
	])("a session token %s", async (_how, change) => {
		const { keys } = await assume(aws, role(B));
		const other = await assume(aws, role(B));
		const sessionToken = change(keys.sessionToken, other.keys.sessionToken);
		const { accessKeyId, secretAccessKey } = keys;
		const errors = await ask({ accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) });
		expect(errors.sts).toMatchObject({ name: "InvalidClientTokenId", status: 403 });
		expect(errors.dynamodb).toMatchObject({ name: "UnrecognizedClientException", status: 400 });
		expect(errors.s3).toMatchObject({ name: "InvalidToken", status: 400 });
	});

	test("a session token with a long-term key", async () => {
		const errors = await ask({ ...aws.user(A), sessionToken: "anything" });
		expect(errors.sts.name).toBe("InvalidClientTokenId");
	});

	test("an expired session, from the exact millisecond of its expiration", async () => {
		const fresh = await assume(aws, role(B), { DurationSeconds: 900 });
		const expiry = fresh.answer.Credentials?.Expiration?.getTime() ?? 0;
		const at = Date.now();
		const request = (time: number) =>
			signed(aws, "sts", { path: "/?Action=GetCallerIdentity&Version=2011-06-15" }, { keys: fresh.keys, at: time });
		expect(expiry - at).toBeGreaterThan(890_000);
		now = expiry - 1;
		expect((await raw(aws, await request(now))).status).toBe(200);
		now = expiry;
		expect(await raw(aws, await request(now))).toMatchObject({
			status: 403,
			body: expect.stringContaining("<Code>ExpiredToken</Code>"),
		});
		const list = {
			headers: { "content-type": "application/x-amz-json-1.0", "x-amz-target": "DynamoDB_20120810.ListTables" },
			body: "{}",
		};
		const answered = await raw(aws, await signed(aws, "dynamodb", list, { keys: fresh.keys, at: now }));
		expect(answered).toMatchObject({ status: 400 });
		expect(JSON.parse(answered.body)).toEqual({
			__type: "com.amazon.coral.service#ExpiredTokenException",
			message: "The security token included in the request is expired",
		});
		const object = await signed(aws, "s3", { method: "GET", path: "/" }, { keys: fresh.keys, at: now });
		expect(await raw(aws, object)).toMatchObject({
			status: 400,
			body: expect.stringContaining("The provided token has expired."),
		});
	});

	test("a revoked key, as expired or as unknown", async () => {
		const first = await assume(aws, role(B), { RoleSessionName: "first" });
		const second = await assume(aws, role(B), { RoleSessionName: "second" });
		const third = await assume(aws, role(B), { RoleSessionName: "third" });
		expect(aws.revoke(first.keys.accessKeyId)).toBe(1);
		expect(aws.revoke(({ sessionName }) => sessionName === "second", "invalid")).toBe(1);
		expect(aws.revoke(first.keys.accessKeyId)).toBe(0);
		expect(aws.revoke("AKIANOBODY")).toBe(0);
		expect(await ask(first.keys)).toMatchObject({
			sts: { name: "ExpiredToken" },
			dynamodb: { name: "ExpiredTokenException" },
			s3: { name: "ExpiredToken" },
		});
		expect(await ask(second.keys)).toMatchObject({
			sts: { name: "InvalidClientTokenId" },
			dynamodb: { name: "UnrecognizedClientException" },
		});
		expect((await sts(aws, third.keys).send(new GetCallerIdentityCommand({}))).Account).toBe(B);
	});

	test("a clock that is off by more than five minutes, fifteen for S3", async () => {
		const real = Date.now();
		now = real + 6 * 60_000;
		let error = await refusal(sts(aws).send(new GetCallerIdentityCommand({})));
		expect(error).toMatchObject({ name: "SignatureDoesNotMatch", status: 403 });
		expect(error.message).toMatch(
			/^Signature expired: \d{8}T\d{6}Z is now earlier than \d{8}T\d{6}Z \(\d{8}T\d{6}Z - 5 min\.\)$/,
		);
		error = await refusal(dynamodb(aws).send(new ListTablesCommand({})));
		expect(error).toMatchObject({ name: "InvalidSignatureException", status: 400 });
		await s3(aws, aws.user(A)).send(new ListBucketsCommand({}));
		now = real + 16 * 60_000;
		expect(await refusal(s3(aws, aws.user(A)).send(new ListBucketsCommand({})))).toMatchObject({
			name: "RequestTimeTooSkewed",
			status: 403,
		});
		now = real - 6 * 60_000;
		error = await refusal(sts(aws).send(new GetCallerIdentityCommand({})));
		expect(error.message).toMatch(/^Signature not yet current: .* is still later than /);
		expect(aws.stats()).toMatchObject({ wrongSignatures: 0, errors: { RequestTimeTooSkewed: 1 } });
	});

	test("a request without a signature", async () => {
		const form = { "content-type": "application/x-www-form-urlencoded" };
		expect(await raw(aws, { headers: form, body: "Action=GetCallerIdentity" })).toMatchObject({
			status: 403,
			body: expect.stringContaining("<Code>MissingAuthenticationToken</Code>"),
		});
		const list = { "content-type": "application/x-amz-json-1.0", "x-amz-target": "DynamoDB_20120810.ListTables" };
		const answered = await raw(aws, { headers: list, body: "{}" });
		expect(answered.status).toBe(400);
		expect(JSON.parse(answered.body).__type).toBe("com.amazon.coral.service#MissingAuthenticationTokenException");
	});
});

test("the Date header follows the server's clock, so that the SDK can correct its own after an error", async () => {
	now = Date.now() + 60 * 60_000;
	const client = dynamodb(aws);
	expect((await refusal(client.send(new ListTablesCommand({})))).name).toBe("InvalidSignatureException");
	expect((await client.send(new ListTablesCommand({}))).TableNames).toEqual([]);
	client.destroy();
});

describe("a signature covers the whole request", () => {
	const list = {
		headers: { "content-type": "application/x-amz-json-1.0", "x-amz-target": "DynamoDB_20120810.ListTables" },
		body: '{"Limit":5}',
	};

	test("an unmodified request is answered", async () => {
		expect((await raw(aws, await signed(aws, "dynamodb", list))).status).toBe(200);
	});

	test.each([
		["another body", (request: Awaited<ReturnType<typeof signed>>) => ({ ...request, body: '{"Limit":6}' })],
		["another path", (request: Awaited<ReturnType<typeof signed>>) => ({ ...request, path: "/x" })],
		["another query", (request: Awaited<ReturnType<typeof signed>>) => ({ ...request, path: "/?a=b" })],
		["another method", (request: Awaited<ReturnType<typeof signed>>) => ({ ...request, method: "PUT" })],
		[
			"another signed header",
			(request: Awaited<ReturnType<typeof signed>>) => ({
				...request,
				headers: { ...request.headers, "x-amz-target": "DynamoDB_20120810.CreateTable" },
			}),
		],
		[
			"another region in the scope",
			(request: Awaited<ReturnType<typeof signed>>) => ({
				...request,
				headers: {
					...request.headers,
					authorization: (request.headers?.["authorization"] ?? "").replace("us-east-1", "eu-west-1"),
				},
			}),
		],
	])("%s is rejected", async (_what, change) => {
		const answered = await raw(aws, change(await signed(aws, "dynamodb", list)));
		expect(answered.status).toBe(400);
		expect(answered.body).toContain("InvalidSignatureException");
		expect(aws.stats()).toMatchObject({ wrongSignatures: 1, accounts: {} });
	});

	test("a path with spaces, slashes and umlauts is verified as S3 signs it, and as other services do", async () => {
		const client = s3(aws, aws.user(A));
		await client.send(new PutObjectCommand({ Bucket: "bucket", Key: "a b/ü+é%/~(x)'*.txt", Body: "x" }));
		expect(seen[0]).toMatchObject({ service: "s3", method: "PUT", identity: { accountId: A } });
		const path = "/a%20b/%C3%BC";
		const sqs = await signed(aws, "sqs", {
			path,
			headers: { "content-type": "application/x-amz-json-1.0" },
			body: "{}",
		});
		expect(await raw(aws, sqs)).toMatchObject({ status: 501, body: expect.stringContaining('not \\"sqs\\"') });
	});
});

test("a service that is not emulated says so in its own protocol, and how to answer it", async () => {
	const sqs = new SQSClient({ endpoint: aws.endpoint, region: "us-east-1", credentials: aws.user(A), maxAttempts: 1 });
	const error = await refusal(
		sqs.send(new SendMessageCommand({ QueueUrl: `${aws.endpoint}/${A}/q`, MessageBody: "x" })),
	);
	expect(error).toMatchObject({ name: "NotImplemented", status: 501 });
	expect(error.message).toContain('emulates only STS, DynamoDB, and Organizations, not "sqs"');
	expect(error.message).toContain("handlers");
});
