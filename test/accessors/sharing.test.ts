/** Two calls share a client exactly when every argument that matters is equal. */

import { DynamoDB, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { resetAwsScope } from "../../local-aws/index.js";
import {
	assumeRole,
	client,
	clients,
	configure,
	defaultSession,
	defineClients,
	runInAwsScope,
	session,
	stats,
} from "../../src/index.js";
import { EXTERNAL_ID, ROLE, startTenants, type TenantAws, tenant } from "../helpers/aws.js";

const A = tenant(0);
const B = tenant(1);

let all: TenantAws;
beforeAll(async () => {
	all = await startTenants({ tenants: 2 });
});
afterAll(() => all[Symbol.asyncDispose]());
afterEach(() => resetAwsScope());

type Get = () => object;
const any = (value: unknown): never => value as never;
const as = <Result>(account: string, fn: () => Result): Result =>
	runInAwsScope({ account, accounts: all.accounts }, fn);
const role = (more: object = {}) => assumeRole({ account: A, role: ROLE, externalId: EXTERNAL_ID, ...more });
const retry = (): never => any(undefined);
const logger = { debug: retry, info: retry, warn: retry, error: retry };

const shared: readonly (readonly [what: string, one: Get, other: Get])[] = [
	["no argument, twice", () => clients.dynamodb(), () => clients.dynamodb()],
	["no argument and no option", () => clients.dynamodb(), () => clients.dynamodb({})],
	[
		"the region by position and by keyword",
		() => clients.dynamodb("eu-west-1"),
		() => clients.dynamodb({ region: "eu-west-1" }),
	],
	[
		"the region as named and as found in the environment",
		() => clients.dynamodb(),
		() => clients.dynamodb("us-east-1"),
	],
	[
		"the region as named and as the scope has it",
		() => runInAwsScope({ region: "eu-west-1" }, () => clients.dynamodb()),
		() => clients.dynamodb("eu-west-1"),
	],
	["an undefined region", () => clients.dynamodb({ region: undefined }), () => clients.dynamodb()],
	["an undefined option", () => clients.dynamodb({ maxAttempts: any(undefined) }), () => clients.dynamodb({})],
	[
		"options in another order",
		() => clients.dynamodb({ maxAttempts: 2, retryMode: "standard" }),
		() => clients.dynamodb({ retryMode: "standard", maxAttempts: 2 }),
	],
	[
		"options of equal content",
		() => clients.s3({ requestHandler: { connectionTimeout: 1, requestTimeout: 2 } }),
		() => clients.s3({ requestHandler: { requestTimeout: 2, connectionTimeout: 1 } }),
	],
	[
		"options of the call and of the scope",
		() => clients.dynamodb({ maxAttempts: 2 }),
		() => runInAwsScope({ clientDefaults: { maxAttempts: 2 } }, () => clients.dynamodb()),
	],
	[
		"the same function",
		() => clients.dynamodb({ retryStrategy: any(retry) }),
		() => clients.dynamodb({ retryStrategy: any(retry) }),
	],
	["the accessor and its class", () => clients.dynamodb(), () => client(DynamoDB)],
	["the accessor and an own one", () => clients.dynamodb(), () => defineClients({ db: DynamoDB }).db()],
	[
		"two scopes of one session",
		() => as(A, () => clients.dynamodb()),
		() => runInAwsScope({ session: all.accounts(A), region: undefined }, () => clients.dynamodb()),
	],
	[
		"two equal sessions",
		() => clients.dynamodb({ session: role() }),
		() => clients.dynamodb({ session: role({ tags: undefined }) }),
	],
	[
		"equal sessions by options in another order",
		() => clients.dynamodb({ session: role({ sessionName: "ci", tags: { a: "1", b: "2" } }) }),
		() => clients.dynamodb({ session: role({ tags: { b: "2", a: "1" }, sessionName: "ci" }) }),
	],
	[
		"a role by name and by ARN",
		() => clients.dynamodb({ session: role() }),
		() =>
			clients.dynamodb({ session: assumeRole({ roleArn: `arn:aws:iam::${A}:role/${ROLE}`, externalId: EXTERNAL_ID }) }),
	],
	["a named session and its own clients", () => clients.dynamodb({ session: role() }), () => role().clients.dynamodb()],
	[
		"the document's translation, by content",
		() => clients.dynamodbDocument({ marshallOptions: { removeUndefinedValues: true } }),
		() => clients.dynamodbDocument({ marshallOptions: { removeUndefinedValues: true } }),
	],
];

const apart: readonly (readonly [what: string, one: Get, other: Get])[] = [
	["two regions", () => clients.dynamodb("eu-west-1"), () => clients.dynamodb("eu-west-2")],
	["two services", () => clients.dynamodb(), () => clients.sqs()],
	["the plain and the aggregated class", () => client(DynamoDBClient), () => client(DynamoDB)],
	["a named and an unnamed session", () => clients.dynamodb(), () => clients.dynamodb({ session: defaultSession() })],
	["two sessions", () => as(A, () => clients.dynamodb()), () => as(B, () => clients.dynamodb())],
	[
		"two external ids",
		() => clients.dynamodb({ session: role() }),
		() => clients.dynamodb({ session: role({ externalId: "another" }) }),
	],
	[
		"two session names",
		() => clients.dynamodb({ session: role({ sessionName: "one" }) }),
		() => clients.dynamodb({ session: role({ sessionName: "two" }) }),
	],
	[
		"two secrets of one key",
		() => clients.sts({ credentials: { accessKeyId: "AKID", secretAccessKey: "one" } }),
		() => clients.sts({ credentials: { accessKeyId: "AKID", secretAccessKey: "two" } }),
	],
	[
		"two provider functions",
		() => clients.sts({ credentials: any(async () => undefined) }),
		() => clients.sts({ credentials: any(async () => undefined) }),
	],
	["an option more", () => clients.dynamodb(), () => clients.dynamodb({ maxAttempts: 2 })],
	['1 and "1"', () => clients.dynamodb({ maxAttempts: 1 }), () => clients.dynamodb({ maxAttempts: any("1") })],
	["1 and true", () => clients.dynamodb({ maxAttempts: 1 }), () => clients.dynamodb({ maxAttempts: any(true) })],
	[
		'"1" and true',
		() => clients.dynamodb({ maxAttempts: any("1") }),
		() => clients.dynamodb({ maxAttempts: any(true) }),
	],
	[
		"null and undefined",
		() => clients.dynamodb({ logger: any(null) }),
		() => clients.dynamodb({ logger: any(undefined) }),
	],
	["false and nothing", () => clients.s3({ forcePathStyle: false }), () => clients.s3()],
	[
		"two functions of the same text",
		() => clients.dynamodb({ retryStrategy: any(() => 1) }),
		() => clients.dynamodb({ retryStrategy: any(() => 1) }),
	],
	[
		"two instances of one class",
		() => clients.dynamodb({ logger: any(new (class Log {})()) }),
		() => clients.dynamodb({ logger: any(new (class Log {})()) }),
	],
	[
		"two values of a nested option",
		() => clients.s3({ requestHandler: { connectionTimeout: 1 } }),
		() => clients.s3({ requestHandler: { connectionTimeout: 2 } }),
	],
	[
		"two endpoints",
		() => clients.s3({ endpoint: "http://127.0.0.1:1" }),
		() => clients.s3({ endpoint: "http://127.0.0.1:2" }),
	],
	["a document and its client", () => clients.dynamodbDocument(), () => clients.dynamodb()],
	[
		"two translations",
		() => clients.dynamodbDocument({ marshallOptions: { removeUndefinedValues: true } }),
		() => clients.dynamodbDocument({ marshallOptions: { removeUndefinedValues: false } }),
	],
];

/** Rows whose calls bring another function or instance each time. */
const MADE_ANEW = /functions|instances/;

// Each call three times: cold, warm, and from whatever shortcut the second made. Inside a scope and outside of any.
const places: readonly (readonly [string, <Result>(fn: () => Result) => Result])[] = [
	["outside every scope", (fn) => fn()],
	["in a scope", (fn) => runInAwsScope(defaultSession(), fn)],
];

describe.each(places)("%s", (_place, inPlace) => {
	test.each(shared)("%s: one client", (_what, one, other) => {
		configure({ requireScope: false });
		const found = inPlace(() => [one(), other(), one(), other(), one(), other()]);
		expect(new Set(found).size).toBe(1);
	});

	test.each(apart)("%s: two clients", (what, one, other) => {
		configure({ requireScope: false });
		const [a, b, ...again] = inPlace(() => [one(), other(), one(), other(), one(), other()]);
		expect(a).not.toBe(b);
		if (!MADE_ANEW.test(what)) for (const found of again) expect([a, b].includes(found)).toBe(true);
	});
});

test("an instance is itself and no other: one logger, one client", () => {
	const other = { ...logger };
	class Log {}
	const [one, two] = [new Log(), new Log()];
	expect(clients.dynamodb({ logger: any(one) })).toBe(clients.dynamodb({ logger: any(one) }));
	expect(clients.dynamodb({ logger: any(one) })).not.toBe(clients.dynamodb({ logger: any(two) }));
	expect(clients.dynamodb({ logger: any(logger) })).toBe(clients.dynamodb({ logger: any(other) }));
});

test("an object that the caller changes after the call changes no client, and is not changed", () => {
	const options = { maxAttempts: 2, requestHandler: { connectionTimeout: 1 } };
	const first = clients.dynamodb(options);
	options.maxAttempts = 3;
	expect(clients.dynamodb(options)).not.toBe(first);
	options.maxAttempts = 2;
	options.requestHandler.connectionTimeout = 2;
	expect(clients.dynamodb(options)).not.toBe(first);
	options.requestHandler.connectionTimeout = 1;
	expect(clients.dynamodb(options)).toBe(first);
	expect(options).toEqual({ maxAttempts: 2, requestHandler: { connectionTimeout: 1 } });
});

test("settings changed with configure() reach the next call, and a named session the next session", () => {
	const before = clients.dynamodb();
	configure({ clientDefaults: { maxAttempts: 9 } });
	expect(clients.dynamodb()).not.toBe(before);
	configure({ clientDefaults: undefined });
	expect(clients.dynamodb()).toBe(before);
	expect(session({ credentials: all.aws.user(A) })).toBe(session({ credentials: all.aws.user(A) }));
	expect(stats().clientsBuilt).toBe(2);
});

test("clients are kept within the bound, and one that was evicted still works", async () => {
	configure({ maxClients: 3 });
	const first = clients.dynamodb("eu-west-1");
	for (const region of ["eu-west-2", "eu-west-3", "eu-north-1", "eu-south-1", "eu-central-1"]) clients.dynamodb(region);
	expect(stats()).toMatchObject({ clients: 3, clientsBuilt: 6, clientsEvicted: 3 });
	expect(clients.dynamodb("eu-west-1")).not.toBe(first);
	expect((await first.listTables({})).TableNames).toEqual([all.aws.accounts[0]]);
});
