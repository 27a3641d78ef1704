/** What the pages about scope, session, client, transport, home and errors show does what they say. */

import { DynamoDB } from "@aws-sdk/client-dynamodb";
import { S3 } from "@aws-sdk/client-s3";
import { DynamoDBDocument } from "@aws-sdk/lib-dynamodb";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { accessors, listOrders, listTables, same } from "../../examples/client.js";
import { accountOf } from "../../examples/errors.js";
import { end, look, settings, watch } from "../../examples/home.js";
import { handler, nested, run, who } from "../../examples/scope.js";
import { byHand, chain, makeSessions, presign, use } from "../../examples/session.js";
import { everywhere, options } from "../../examples/transport.js";
import { type LocalAws, resetAwsScope, startLocalAws } from "../../local-aws/index.js";
import { assumeRole, clients, defaultSession, errors, runInAwsScope, stats } from "../../src/index.js";
import { failure } from "../helpers/pool.js";
import { createTable } from "./tables.js";

const [OWN, A, B, CLOSED] = ["999999999999", "222222222222", "333333333333", "444444444444"] as const;
const REGION = "eu-central-1";

let aws: LocalAws;
let environment: Disposable;
beforeAll(async () => {
	aws = await startLocalAws({ accounts: [OWN, A, B, { id: CLOSED, roles: [] }] });
	environment = aws.useEnv();
	await createTable(assumeRole({ account: A, role: "orders" }), "orders", REGION);
	await createTable(assumeRole({ account: A, role: "orders" }), "in-us-east-1");
	await createTable(assumeRole({ account: B, role: "audit" }), "audit", REGION);
});
beforeEach(() => aws.resetCounts());
afterEach(() => resetAwsScope());
afterAll(async () => {
	environment[Symbol.dispose]();
	await aws.close();
});

describe("scope", () => {
	test("code that runs in a scope asks the account and the region that the scope names", async () => {
		expect(await run(A)).toEqual(["orders"]);
		expect(await run(B)).toEqual(["audit"]);
	});

	test("a nested scope of another session keeps the region", async () => {
		const [tenant, audit] = [assumeRole({ account: A, role: "orders" }), assumeRole({ account: B, role: "audit" })];
		await nested(tenant, audit, { id: "7" });
		const read = { Key: { id: "7" } };
		const inOrders = await tenant.clients.dynamodbDocument(REGION).get({ TableName: "orders", ...read });
		const inAudit = await audit.clients.dynamodbDocument(REGION).get({ TableName: "audit", ...read });
		expect([inOrders.Item, inAudit.Item]).toEqual([{ id: "7" }, { id: "7" }]);
	});

	test("an identity that comes after authentication is the authenticated one, or none", async () => {
		expect(await handler({ token: "secret" })).toEqual(["in-us-east-1"]);
		aws.resetCounts();
		expect((await failure(handler({ token: "guess" }))).message).toBe("Unknown tenant.");
		expect(aws.stats().requests).toBe(0);
	});

	test("code can ask whose scope it runs in", () => {
		const session = assumeRole({ account: A, role: "orders" });
		expect(runInAwsScope({ session, region: REGION }, who)).toMatchObject({
			session,
			account: A,
			region: REGION,
			maybe: { account: A },
		});
		expect(who).toThrow(errors.NoAwsScopeError);
	});
});

describe("session", () => {
	test("each maker gives the identity that it names", () => {
		const { own, ci, admin, given, pod, tenant, reader } = makeSessions();
		expect(own).toBe(defaultSession());
		expect([ci, given].map(({ roleArn }) => roleArn)).toEqual([undefined, undefined]);
		expect(pod).toMatchObject({ account: "111111111111", roleArn: "arn:aws:iam::111111111111:role/pod" });
		expect(tenant).toMatchObject({ account: A, roleArn: `arn:aws:iam::${A}:role/team/orders` });
		expect(reader).toMatchObject({ account: B, roleArn: `arn:aws:iam::${B}:role/Reader` });
		expect(admin.key).toContain("admin");
		expect(makeSessions()).toMatchObject({ own, ci, given, pod, tenant, reader });
	});

	test("a chain ends as its last role", async () => {
		const { account, arn } = await chain().whoami();
		expect([account, arn]).toEqual([B, expect.stringMatching(`^arn:aws:sts::${B}:assumed-role/leaf/`)]);
		expect(aws.stats().assumeRole.byRole).toEqual({
			[`arn:aws:iam::${A}:role/hub`]: 1,
			[`arn:aws:iam::${B}:role/leaf`]: 1,
		});
	});

	test("a session answers who it is, and its clients and scopes are its own", async () => {
		expect(await use(assumeRole({ account: A, role: "orders" }))).toMatchObject({
			account: A,
			tables: { TableNames: ["orders"] },
			again: "something",
		});
	});

	test("a presigned URL is signed with the session's key", async () => {
		const session = assumeRole({ account: A, role: "orders" });
		const { accessKeyId } = await session.credentials();
		const query = new URL(await presign(session)).searchParams;
		expect(query.get("X-Amz-Credential")).toMatch(`${accessKeyId}/`);
		expect(query.get("X-Amz-Expires")).toBe("1800");
	});

	test("a client made by hand can have the session's credentials", async () => {
		const session = assumeRole({ account: A, role: "orders" });
		expect(await byHand(session).config.credentials()).toMatchObject({ accountId: A });
	});
});

describe("client", () => {
	test("each form of an accessor gives the client that it describes", async () => {
		const tenant = assumeRole({ account: A, role: "orders" });
		const [a, b, c, d, e] = accessors(tenant) as [DynamoDB, DynamoDB, S3, S3, DynamoDBDocument];
		expect([a, b, c, d, e].map((made) => made.constructor)).toEqual([DynamoDB, DynamoDB, S3, S3, DynamoDBDocument]);
		expect(await a.config.region()).toBe("us-east-1");
		expect(await b.config.region()).toBe(REGION);
		expect(await c.config.maxAttempts()).toBe(5);
		expect((await d.config.credentials()).accountId).toBe(A);
	});

	test("accessors of own classes follow the scope", async () => {
		const session = assumeRole({ account: B, role: "audit" });
		expect((await session.run(listOrders)).TableNames).toEqual(["audit"]);
		expect((await session.run(listTables)).TableNames).toEqual(["audit"]);
	});

	test("options that are equal by content give the same client", () => {
		expect(same()).toBe(true);
	});
});

describe("transport", () => {
	test("clients of two services with equal options share their sockets", async () => {
		expect(options()).toHaveLength(2);
		expect(stats()).toMatchObject({ clients: 2, transports: 1 });
	});

	test("a process can give options to every client", async () => {
		everywhere();
		const client = clients.dynamodb();
		expect(await client.config.maxAttempts()).toBe(5);
	});
});

describe("home", () => {
	test("settings hold for the process, and a refusal is told to whoever listens", () => {
		settings();
		const lines: string[] = [];
		const stop = watch((line) => lines.push(line));
		expect(() => clients.dynamodb()).toThrow(errors.LostScopeError);
		stop();
		expect(() => clients.dynamodb()).toThrow(errors.LostScopeError);
		expect(lines).toEqual([expect.stringMatching(/^LOST_SCOPE: clients\.dynamodb\(\) was called outside/)]);
		expect(look()).toMatchObject({ clients: 0, refusals: 2 });
	});

	test("closing forgets what was warm, and the package can be used again", async () => {
		const before = clients.dynamodb();
		expect(look()).toMatchObject({ clients: 1 });
		await end();
		expect(look()).toMatchObject({ clients: 0 });
		expect(clients.dynamodb()).not.toBe(before);
	});
});

describe("errors", () => {
	test("a denial and its own kind are told apart, across one catch", async () => {
		expect(await accountOf(assumeRole({ account: A, role: "orders" }))).toBe(A);
		expect(await accountOf(assumeRole({ account: CLOSED, role: "orders" }))).toBe("Your role does not trust us yet.");
		using _ = aws.fail({ kind: "error", action: "AssumeRole", status: 500, code: "InternalFailure" });
		expect(await accountOf(assumeRole({ account: B, role: "another" }))).toBe(
			"Something is wrong on our side: ASSUME_ROLE_FAILED",
		);
	});
});
