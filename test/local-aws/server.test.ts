import { spawn } from "node:child_process";
import { Agent } from "node:http";
import { ListTablesCommand } from "@aws-sdk/client-dynamodb";
import { ListBucketsCommand } from "@aws-sdk/client-s3";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type LocalAws, type LocalEvent, type LocalResponse, startLocalAws } from "../../local-aws/index.js";
import { InvalidOptionError, NotLocalError } from "../../src/errors.js";
import { scale } from "../helpers/scale.js";
import { A, assume, B, dynamodb, raw, refusal, role, s3, signed, sts } from "./support.js";

let aws: LocalAws;
const answers: Record<string, unknown> = {};
beforeAll(async () => {
	aws = await startLocalAws({
		accounts: [A, B],
		handlers: {
			s3: () => {
				if (answers["s3"] instanceof Error) throw answers["s3"];
				return answers["s3"] as LocalResponse | undefined;
			},
			sts: ({ action }) => (action === "GetSessionToken" ? { body: "<own/>" } : undefined),
		},
	});
});
beforeEach(() => aws.resetCounts());
afterAll(() => aws.close());
const whoami = (client: STSClient) => client.send(new GetCallerIdentityCommand({}));

describe("stats() and onRequest()", () => {
	test("count requests, identities and connections, and start over when reset", async () => {
		const agent = new Agent({ keepAlive: true, maxSockets: 1 });
		const shared = {
			endpoint: aws.endpoint,
			region: "us-east-1",
			requestHandler: new NodeHttpHandler({ httpAgent: agent }),
		};
		const client = new STSClient({ ...shared, credentials: aws.user(A) });
		const open = aws.stats().connections.open;
		await Promise.all(Array.from({ length: 5 }, () => whoami(client)));
		expect(aws.stats()).toMatchObject({
			requests: 5,
			services: { sts: 5 },
			actions: { "sts:GetCallerIdentity": 5 },
			accounts: { [A]: 5 },
			identities: { [aws.user(A).arn]: 5 },
			errors: {},
			connections: { total: 1, open: open + 1, byService: { sts: 1 }, data: 0 },
		});
		aws.resetCounts();
		expect(aws.stats()).toMatchObject({
			requests: 0,
			services: {},
			connections: { total: 0, open: open + 1, byService: {}, data: 0 },
		});
		const { DynamoDBClient } = await import("@aws-sdk/client-dynamodb");
		const data = new DynamoDBClient({ ...shared, credentials: aws.user(B) });
		await Promise.all([whoami(client), data.send(new ListTablesCommand({})), data.send(new ListTablesCommand({}))]);
		expect(aws.stats()).toMatchObject({
			accounts: { [A]: 1, [B]: 2 },
			connections: { total: 0, byService: { sts: 1, dynamodb: 1 }, data: 1 },
		});
		agent.destroy();
	});

	test("report every request before its response arrives", async () => {
		const events: LocalEvent[] = [];
		const listening = aws.onRequest((event) => events.push(event));
		await assume(aws, role(B), { RoleSessionName: "seen", Tags: [{ Key: "t", Value: "1" }] });
		expect(events).toHaveLength(1);
		await refusal(whoami(sts(aws, { ...aws.user(B), secretAccessKey: "wrong" })));
		listening[Symbol.dispose]();
		await whoami(sts(aws));
		expect(events).toEqual([
			expect.objectContaining({
				service: "sts",
				action: "AssumeRole",
				region: "us-east-1",
				method: "POST",
				path: "/",
				status: 200,
				roleArn: role(B),
				accessKeyId: aws.user(A).accessKeyId,
				identity: { accountId: A, arn: aws.user(A).arn, accessKeyId: aws.user(A).accessKeyId, tags: {} },
			}),
			expect.objectContaining({
				status: 403,
				errorCode: "SignatureDoesNotMatch",
				accessKeyId: aws.user(B).accessKeyId,
			}),
		]);
		expect(events[1]).not.toHaveProperty("identity");
	});
});

describe("handlers", () => {
	test("respond with what they return", async () => {
		answers["s3"] = {
			headers: { "content-type": "application/xml" },
			body: "<ListAllMyBucketsResult><Buckets><Bucket><Name>mine</Name></Bucket></Buckets></ListAllMyBucketsResult>",
		};
		expect((await s3(aws).send(new ListBucketsCommand({}))).Buckets).toEqual([{ Name: "mine" }]);
	});

	test("that return undefined leave the request to the built-in emulation", async () => {
		answers["s3"] = undefined;
		expect(await refusal(s3(aws).send(new ListBucketsCommand({})))).toMatchObject({
			name: "NotImplemented",
			status: 501,
		});
		expect((await whoami(sts(aws))).Account).toBe(A);
		const own = await signed(aws, "sts", { path: "/?Action=GetSessionToken" });
		expect((await raw(aws, own)).body).toBe("<own/>");
	});

	test.each([
		["an invalid status", { status: 99 }],
		["an invalid header", { headers: { "x-a": "b\r\nc: d" } }],
	])("that return %s cause a 500, not a crash", async (_what, answer) => {
		answers["s3"] = answer;
		expect(await refusal(s3(aws).send(new ListBucketsCommand({})))).toMatchObject({
			name: "InternalError",
			status: 500,
		});
		await expect(whoami(sts(aws))).resolves.toBeDefined();
	});

	test("that return an object as the body respond in the protocol of the request", async () => {
		const body = { Account: "&", List: [{ Name: "a" }, { Name: "b" }] };
		await using own = await startLocalAws({
			accounts: [A],
			handlers: {
				sts: () => ({ body }),
				ec2: () => ({ body }),
				s3: () => ({ body }),
				sqs: () => ({ body }),
				x: () => ({ body }),
			},
		});
		const answer = async (service: string, headers: Record<string, string>, path = "/?Action=DoIt") => {
			const request = await signed(
				own,
				service,
				{ path, headers },
				{ keys: own.user(A), uriEscapePath: service !== "s3" },
			);
			const response = await raw(own, request);
			return [response.status, response.headers["content-type"], response.body.replace(/[\da-f-]{36}/, "ID")];
		};
		const members = "<Account>&#38;</Account><List><Name>a</Name></List><List><Name>b</Name></List>";
		const json = JSON.stringify(body);
		expect(await answer("sts", {})).toEqual([
			200,
			"text/xml",
			`<DoItResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><DoItResult>${members}</DoItResult><ResponseMetadata><RequestId>ID</RequestId></ResponseMetadata></DoItResponse>`,
		]);
		const declaration = '<?xml version="1.0" encoding="UTF-8"?>\n';
		expect(await answer("ec2", {})).toEqual([
			200,
			"text/xml",
			`${declaration}<DoItResponse><requestId>ID</requestId>${members}</DoItResponse>`,
		]);
		expect(await answer("s3", {})).toEqual([200, "application/xml", `${declaration}<Result>${members}</Result>`]);
		const jsonType = "application/x-amz-json-1.1";
		expect(await answer("sqs", { "content-type": jsonType })).toEqual([200, jsonType, json]);
		expect(await answer("x", {})).toEqual([200, "application/json", json]);
		const [status, type, text] = await answer("x", { "smithy-protocol": "rpc-v2-cbor" }, "/service/X/operation/DoIt");
		expect([status, type]).toEqual([200, "application/cbor"]);
		expect(text).toContain("Account");
	});

	test("that throw cause a 500 with their message", async () => {
		answers["s3"] = new Error("my mistake");
		expect(await refusal(s3(aws).send(new ListBucketsCommand({})))).toMatchObject({
			status: 500,
			message: expect.stringContaining("my mistake"),
		});
	});
});

describe("the environment", () => {
	const child = (env: Record<string, string | undefined>) =>
		new Promise<string>((resolve, reject) => {
			const script =
				'import { STSClient, GetCallerIdentityCommand as G } from "@aws-sdk/client-sts"; console.log((await new STSClient().send(new G())).Arn)';
			const run = spawn(process.execPath, ["--input-type=module", "--eval", script], {
				env: { PATH: process.env["PATH"], ...env },
			});
			let [output, errors] = ["", ""];
			run.stdout.on("data", (data) => {
				output += data;
			});
			run.stderr.on("data", (data) => {
				errors += data;
			});
			run.on("error", reject);
			run.on("close", (code) => (code === 0 ? resolve(output.trim()) : reject(new Error(errors))));
		});

	test("directs a child process to the local AWS as the user of the first account", async () => {
		expect(await child(aws.env)).toBe(`arn:aws:iam::${A}:user/local`);
	});

	test("is set in this process and restored", async () => {
		process.env["AWS_PROFILE"] = "someone-else";
		process.env["AWS_ENDPOINT_URL_STS"] = "http://127.0.0.1:1";
		delete process.env["AWS_SESSION_TOKEN"];
		const before = { ...process.env };
		{
			using _env = aws.useEnv();
			expect(process.env["AWS_PROFILE"]).toBeUndefined();
			expect((await whoami(new STSClient())).Account).toBe(A);
			process.env["AWS_REGION"] = "changed-meanwhile";
		}
		expect({ ...process.env }).toEqual(before);
		delete process.env["AWS_PROFILE"];
		delete process.env["AWS_ENDPOINT_URL_STS"];
	});
});

describe("closing", () => {
	test("ends idle connections and hanging calls, and can be called twice", async () => {
		const closing = await startLocalAws({ accounts: [A] });
		const idle = sts(closing);
		await whoami(idle);
		closing.fail({ kind: "hang" });
		const hanging = refusal(whoami(sts(closing)));
		closing.fail({ kind: "delay", delayMs: 3_600_000 });
		while (closing.stats().requests < 2) await new Promise((resolve) => setImmediate(resolve));
		await Promise.all([closing.close(), closing.close()]);
		expect((await hanging).message).toBe("socket hang up");
		expect((await refusal(whoami(idle))).message).toMatch(/ECONNREFUSED|socket hang up/);
		expect(() => closing.useEnv()).toThrow(NotLocalError);
		expect(() => closing.fail({ kind: "drop" })).toThrow(NotLocalError);
		expect(closing.stats().connections.open).toBe(0);
	});

	test("leaves no timer and no socket behind", async () => {
		const count = () =>
			process.getActiveResourcesInfo().filter((kind) => kind === "Timeout" || kind === "TCPServerWrap").length;
		const before = count();
		const closing = await startLocalAws({ accounts: [A] });
		closing.fail({ kind: "delay", delayMs: 3_600_000, action: "GetCallerIdentity" });
		const delayed = refusal(whoami(sts(closing)));
		while (closing.stats().requests < 1) await new Promise((resolve) => setImmediate(resolve));
		expect(count()).toBeGreaterThan(before);
		await closing.close();
		await delayed;
		await new Promise((resolve) => setImmediate(resolve));
		expect(count()).toBeLessThanOrEqual(before);
	});
});

test("64 concurrent clients of two accounts each get the response for their own account", async () => {
	const clients = Array.from({ length: 64 }, (_, i) => ({
		account: i % 2 ? A : B,
		client: sts(aws, aws.user(i % 2 ? A : B)),
	}));
	const turns = scale(3, 10);
	const done = clients.map(async ({ account, client }) => {
		for (let turn = 0; turn < turns; turn++) expect((await whoami(client)).Account).toBe(account);
		client.destroy();
	});
	await Promise.all(done);
	expect(aws.stats()).toMatchObject({
		requests: 64 * turns,
		accounts: { [A]: 32 * turns, [B]: 32 * turns },
		errors: {},
	});
	expect(await dynamodb(aws).send(new ListTablesCommand({}))).toBeDefined();
});

test("an account can have several users, each with an access key of its own", async () => {
	const [local, alice] = [aws.user(B), aws.user(B, "alice")];
	expect(alice.arn).toBe(`arn:aws:iam::${B}:user/alice`);
	expect(alice.accessKeyId).not.toBe(local.accessKeyId);
	expect(aws.user(B, "alice")).toEqual(alice);
	expect((await whoami(sts(aws, alice))).Arn).toBe(alice.arn);
	aws.revoke(alice.accessKeyId, "invalid");
	expect((await refusal(whoami(sts(aws, alice)))).name).toBe("InvalidClientTokenId");
	expect((await whoami(sts(aws, local))).Arn).toBe(local.arn);
	expect(() => aws.user(B, "no such/name")).toThrow(InvalidOptionError);
});

test("an account that is not listed has no user, and a port in use is reported", async () => {
	expect(() => aws.user("999999999999")).toThrow(NotLocalError);
	await expect(startLocalAws({ accounts: [A], port: aws.port })).rejects.toThrow(/EADDRINUSE/);
});
