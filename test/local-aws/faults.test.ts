import { ListTablesCommand } from "@aws-sdk/client-dynamodb";
import { AssumeRoleCommand, GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type LocalAws, type LocalFault, startLocalAws } from "../../local-aws/index.js";
import { InvalidOptionError } from "../../src/errors.js";
import { A, assume, B, dynamodb, gate, refusal, role, sts } from "./support.js";

let aws: LocalAws;
beforeAll(async () => {
	aws = await startLocalAws({ accounts: [A, B] });
});
beforeEach(() => aws.resetCounts());
afterAll(() => aws.close());

const whoami = (account = A) => sts(aws, aws.user(account)).send(new GetCallerIdentityCommand({}));
const list = (account = A) => dynamodb(aws, aws.user(account)).send(new ListTablesCommand({}));

/** Resolves once the server holds `count` AssumeRole calls. */
const held = async (count: number) => {
	while (aws.stats().assumeRole.inFlight < count) await new Promise((resolve) => setImmediate(resolve));
};

describe("a throttle", () => {
	test("fails `times` requests with the error of each service", async () => {
		using _sts = aws.fail({ kind: "throttle", service: "sts", times: 2 });
		using _dynamodb = aws.fail({ kind: "throttle", service: "dynamodb", times: 1 });
		expect(await refusal(whoami())).toEqual({ name: "Throttling", status: 400, message: "Rate exceeded" });
		expect(await refusal(list())).toMatchObject({ name: "ThrottlingException", status: 400 });
		expect(await refusal(whoami())).toMatchObject({ name: "Throttling" });
		await expect(whoami()).resolves.toBeDefined();
		await expect(list()).resolves.toBeDefined();
		expect(aws.stats().errors).toEqual({ Throttling: 2, ThrottlingException: 1 });
	});

	test("ends when disposed", async () => {
		const throttled = aws.fail({ kind: "throttle" });
		expect((await refusal(whoami())).name).toBe("Throttling");
		throttled[Symbol.dispose]();
		await expect(whoami()).resolves.toBeDefined();
	});
});

describe("a fault applies only to requests that match", () => {
	test.each<[string, Partial<LocalFault>]>([
		["account", { account: B }],
		["service", { service: "dynamodb" }],
		["action", { action: "ListTables" }],
		["region", { region: "eu-west-1" }],
		["predicate", { match: ({ identity }) => identity?.accountId === B }],
	])("by %s", async (_by, rule) => {
		using _fault = aws.fail({ kind: "error", ...rule });
		await expect(whoami()).resolves.toBeDefined();
		const region = rule.region ?? "us-east-1";
		expect(await refusal(dynamodb(aws, aws.user(B), region).send(new ListTablesCommand({})))).toMatchObject({
			name: "InternalServerError",
			status: 500,
		});
	});

	test("by access key and by role; the first fault added wins", async () => {
		using _key = aws.fail({
			kind: "error",
			accessKeyId: aws.user(B).accessKeyId,
			status: 503,
			code: "ServiceUnavailable",
			message: "Out to lunch.",
		});
		using _role = aws.fail({ kind: "error", roleArn: role(B), status: 403, code: "RegionDisabledException" });
		using _all = aws.fail({ kind: "throttle" });
		expect(await refusal(whoami(B))).toEqual({ name: "ServiceUnavailable", status: 503, message: "Out to lunch." });
		expect(await refusal(assume(aws, role(B)))).toMatchObject({ name: "RegionDisabledException", status: 403 });
		expect(await refusal(assume(aws, role(A)))).toMatchObject({ name: "Throttling" });
	});
});

describe("a delay", () => {
	test("holds a call until its promise settles, and counts it as in flight", async () => {
		const { opened, open } = gate();
		using _delay = aws.fail({ kind: "delay", action: "AssumeRole", until: opened });
		const calls = [assume(aws, role(A)), assume(aws, role(B)), assume(aws, role(B))];
		await held(3);
		await whoami();
		expect(aws.stats().assumeRole).toMatchObject({
			total: 3,
			succeeded: 0,
			inFlight: 3,
			maxInFlight: 3,
			maxInFlightByRole: { [role(A)]: 1, [role(B)]: 2 },
		});
		open();
		await Promise.all(calls);
		await assume(aws, role(A));
		expect(aws.stats().assumeRole).toMatchObject({
			total: 4,
			succeeded: 4,
			inFlight: 0,
			maxInFlight: 3,
			byRole: { [role(A)]: 2, [role(B)]: 2 },
			byCaller: { [aws.user(A).arn]: 4 },
		});
	});

	test("ends after its milliseconds, or when its promise rejects", async () => {
		using _one = aws.fail({ kind: "delay", delayMs: 5, times: 1 });
		using _two = aws.fail({ kind: "delay", until: Promise.reject(new Error("over")), times: 1 });
		await expect(whoami()).resolves.toBeDefined();
		await expect(whoami()).resolves.toBeDefined();
	});

	test("ends when the client leaves", async () => {
		using _hang = aws.fail({ kind: "hang", action: "AssumeRole" });
		const leaving = new AbortController();
		const call = sts(aws).send(new AssumeRoleCommand({ RoleArn: role(B), RoleSessionName: "test" }), {
			abortSignal: leaving.signal,
		});
		const error = refusal(call);
		await held(1);
		leaving.abort();
		expect((await error).name).toBe("AbortError");
		while (aws.stats().assumeRole.inFlight > 0) await new Promise((resolve) => setImmediate(resolve));
		expect(aws.stats()).toMatchObject({ dropped: 1, assumeRole: { total: 1, succeeded: 0 } });
	});
});

describe("a dropped connection", () => {
	test("before: the request is not carried out", async () => {
		using _drop = aws.fail({ kind: "drop", times: 1 });
		const error = await refusal(assume(aws, role(B)));
		expect(error).toMatchObject({ message: "socket hang up", status: undefined });
		expect(aws.stats()).toMatchObject({ dropped: 1, assumeRole: { total: 1, succeeded: 0 } });
	});

	test("after: the request is carried out, but its response is lost", async () => {
		const documents = dynamodb(aws, aws.user(B));
		const { CreateTableCommand } = await import("@aws-sdk/client-dynamodb");
		using _drop = aws.fail({ kind: "drop", drop: "after", action: "CreateTable" });
		const create = new CreateTableCommand({
			TableName: "lost",
			KeySchema: [{ AttributeName: "pk", KeyType: "HASH" }],
			AttributeDefinitions: [{ AttributeName: "pk", AttributeType: "S" }],
			BillingMode: "PAY_PER_REQUEST",
		});
		expect((await refusal(documents.send(create))).message).toBe("socket hang up");
		expect((await documents.send(new ListTablesCommand({}))).TableNames).toEqual(["lost"]);
	});

	test("the SDK retries it", async () => {
		using _drop = aws.fail({ kind: "drop", times: 1 });
		const { STSClient } = await import("@aws-sdk/client-sts");
		const client = new STSClient({ endpoint: aws.endpoint, region: "us-east-1", credentials: aws.user(A) });
		expect((await client.send(new GetCallerIdentityCommand({}))).Account).toBe(A);
		expect(aws.stats()).toMatchObject({ requests: 2, dropped: 1 });
	});
});

test.each<[string, LocalFault, RegExp]>([
	["kind", { kind: "explode" as "drop" }, /the kind "explode"; use one of throttle/],
	["option", { kind: "drop", when: 1 } as LocalFault, /fail\(\) has no option "when"/],
	["count", { kind: "drop", times: 0 }, /times 0/],
	["delay", { kind: "delay" }, /delayMs undefined/],
	["status", { kind: "error", status: 200 }, /status 200/],
	["code", { kind: "error", code: "a\nb" }, /code "a\\nb"/],
])("a fault with an invalid %s is rejected by name", (_what, fault, message) => {
	expect(() => aws.fail(fault)).toThrow(InvalidOptionError);
	expect(() => aws.fail(fault)).toThrow(message);
});
