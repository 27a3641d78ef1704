/** A strayed client sends nothing, whatever way the request would be made. */

import { DynamoDB, waitUntilTableExists } from "@aws-sdk/client-dynamodb";
import { ListQueuesCommand, SQS, type SQSClientConfig } from "@aws-sdk/client-sqs";
import { NoAuthSigner } from "@smithy/core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import {
	type AssumeRoleOptions,
	type AwsSession,
	assumeRole,
	bindAwsScope,
	client,
	clients,
	configure,
	defaultSession,
	defineClients,
	errors,
	runInAwsScope,
	session,
} from "../../src/index.js";
import { meantFor, OWN, startTenants, type TenantAws, tenant } from "../helpers/aws.js";
import { gate } from "../helpers/barrier.js";
import { failure } from "../helpers/pool.js";
import { uses } from "../helpers/uses.js";

const A = tenant(0);
const B = tenant(1);
const TableName = meantFor(A);

let all: TenantAws;
beforeAll(async () => {
	all = await startTenants({ tenants: 2 });
});
afterAll(() => all[Symbol.asyncDispose]());
beforeEach(() => {
	all.seen.length = 0;
	all.aws.resetCounts();
});
afterEach(() => {
	configure({ strayedClient: undefined, requireScope: undefined });
	vi.restoreAllMocks();
});

const as = <Result>(account: string, fn: () => Result): Result =>
	runInAwsScope({ account, accounts: all.accounts }, fn);
const ofA = <Client>(get: () => Client): Client => as(A, get);

describe("a client obtained in one tenant's scope and used in another's", () => {
	test.each(uses)("is refused before anything is sent: %s", async (_name, use) => {
		const request = use(ofA);
		const error = await as(B, () => failure(request));
		expect(error).toBeInstanceOf(errors.StrayedClientError);
		expect(error.message).toMatch(
			/^The (DynamoDB|DynamoDBDocument|S3|SQS) client of arn:aws:iam::000000000001:role\/Tenant was used in a scope of arn:aws:iam::000000000002:role\/Tenant; call the accessor inside that scope instead of keeping the client\.$/,
		);
		expect(all.aws.stats().requests).toBe(0);
	});

	test.each(uses)("serves its own tenant: %s", async (_name, use) => {
		const request = use(ofA);
		await as(A, request);
		expect(all.wrong()).toEqual([]);
	});
});

/** A service whose requests need no identity. */
class Unsigned extends SQS {
	constructor(config: SQSClientConfig) {
		const schemeId = "smithy.api#noAuth";
		super({ ...config, maxAttempts: 1 });
		Object.assign(this.config, {
			httpAuthSchemes: [{ schemeId, identityProvider: () => async () => ({}), signer: new NoAuthSigner() }],
			httpAuthSchemeProvider: () => [{ schemeId }],
		});
	}
}

test("not even a request that needs no credentials is sent for a strayed client", async () => {
	const open = ofA(() => client(Unsigned));
	expect(await as(B, () => failure(open.listQueues({})))).toBeInstanceOf(errors.StrayedClientError);
	expect(all.aws.stats().requests).toBe(0);
	// Where it belongs it is sent; that the local AWS takes no such request is another matter.
	expect(await as(A, () => failure(open.listQueues({})))).not.toBeInstanceOf(errors.AwsScopeError);
	expect(all.aws.stats().requests).toBe(1);
});

test("nor where its middleware is run without its send, as presigners and document clients do", async () => {
	const open = ofA(() => client(Unsigned));
	const run = (): Promise<unknown> =>
		new ListQueuesCommand({}).resolveMiddleware(open.middlewareStack, open.config, {})({ input: {} } as never);
	expect(await as(B, () => failure(run()))).toBeInstanceOf(errors.StrayedClientError);
	expect(all.aws.stats().requests).toBe(0);
});

test("a waiter sends nothing for a strayed client, and says why in the end: the SDK's waiters retry whatever they meet", async () => {
	const db = ofA(() => clients.dynamodb());
	const wait = (): Promise<unknown> =>
		waitUntilTableExists({ client: db, minDelay: 0.001, maxDelay: 0.001, maxWaitTime: 0.02 }, { TableName });
	const error = await as(B, () => failure(wait()));
	expect(error.message).toContain("was used in a scope of arn:aws:iam::000000000002:role/Tenant");
	expect(all.aws.stats().requests).toBe(0);
	await as(A, wait);
	expect(all.seen.map(({ account }) => account)).toEqual([A]);
});

describe("a client may be used", () => {
	test("in a scope nested in its own, and after it", async () => {
		await as(A, async () => {
			const db = clients.dynamodb();
			const inner = await as(B, async () => {
				expect((await db.listTables({})).TableNames).toEqual([A]);
				expect((await clients.dynamodb().listTables({})).TableNames).toEqual([B]);
				return clients.dynamodb();
			});
			expect((await db.listTables({})).TableNames).toEqual([A]);
			// The other way round it strays: the outer scope never acted for B.
			expect(await failure(inner.listTables({}))).toBeInstanceOf(errors.StrayedClientError);
		});
	});

	test("in any other scope of the same session", async () => {
		const db = ofA(() => clients.dynamodb());
		expect((await as(A, () => db.listTables({}))).TableNames).toEqual([A]);
		expect((await runInAwsScope(all.accounts(A), () => db.listTables({}))).TableNames).toEqual([A]);
	});

	test("outside every scope, as work after the response is", async () => {
		const db = ofA(() => clients.dynamodb());
		expect((await db.listTables({})).TableNames).toEqual([A]);
	});

	test.each<[string, () => { listTables(input: object): Promise<{ TableNames?: string[] | undefined }> }]>([
		["{ session }", () => clients.dynamodb({ session: all.accounts(A) })],
		["{ account }", () => clients.dynamodb({ account: A })],
		["session.clients", () => all.accounts(A).clients.dynamodb()],
		["session.clients, by keyword", () => all.accounts(A).clients.dynamodb({ maxAttempts: 2 })],
		["client(Class, { session })", () => client(DynamoDB, { session: all.accounts(A) })],
	])("anywhere when the call named its session: %s", async (_name, get) => {
		const db = ofA(get);
		expect((await as(B, () => db.listTables({}))).TableNames).toEqual([A]);
		expect((await runInAwsScope({ bindLater: true }, () => db.listTables({}))).TableNames).toEqual([A]);
	});
});

test("the process's own client strays too when a tenant's scope uses it", async () => {
	const db = runInAwsScope(defaultSession(), () => clients.dynamodb());
	expect(await as(A, () => failure(db.listTables({})))).toBeInstanceOf(errors.StrayedClientError);
	expect(all.aws.stats().requests).toBe(0);
	expect((await runInAwsScope(defaultSession(), () => db.listTables({}))).TableNames).toEqual([OWN]);
});

describe("the error of a strayed client", () => {
	const refusal = (of: AwsSession, get: () => DynamoDB | SQS, used: AwsSession): Promise<Error> => {
		const one = runInAwsScope(of, get);
		return runInAwsScope(used, () => failure("listTables" in one ? one.listTables({}) : one.listQueues({})));
	};

	test.each<[string, () => AwsSession]>([
		["a tenant's", () => all.accounts(A)],
		["the process's own", () => defaultSession()],
	])("never advises to name a session: %s client", async (_whose, of) => {
		const error = await refusal(of(), () => clients.dynamodb(), all.accounts(B));
		expect(error).toBeInstanceOf(errors.StrayedClientError);
		expect(error.message).not.toMatch(/session \}|name |defaultSession/);
	});

	test("names the class of the client, whoever obtained it first by whatever accessor", async () => {
		const { orders } = defineClients({ orders: DynamoDB });
		as(A, () => clients.dynamodb());
		expect((await refusal(all.accounts(A), orders, all.accounts(B))).message).toMatch(/^The DynamoDB client of /);
		expect((await refusal(all.accounts(A), () => client(SQS), all.accounts(B))).message).toMatch(/^The SQS client of /);
	});

	test("says whose a client of the default session is", async () => {
		const { message } = await refusal(defaultSession(), () => clients.dynamodb(), all.accounts(B));
		expect(message).toMatch(/^The DynamoDB client of the default session was used in a scope of arn:/);
	});

	const role = { account: A, role: "Tenant", externalId: "external-id-nobody-may-read" };
	const policy = { Version: "2012-10-17", Statement: [] };
	test.each<[string, Partial<AssumeRoleOptions>]>([
		["external id", { externalId: "another-secret-external-id" }],
		["session name", { sessionName: "blum" }],
		["tags", { tags: { tenant: "blum" } }],
		["transitive tag keys, tags", { tags: { tenant: "blum" }, transitiveTagKeys: ["tenant"] }],
		["policy", { policy }],
		["policy arns", { policyArns: ["arn:aws:iam::aws:policy/ReadOnlyAccess"] }],
		["duration", { durationSeconds: 900 }],
		["session name, source identity", { sourceIdentity: "blum" }],
		[
			"session name, external id, tags",
			{ sessionName: "blum", externalId: "another-secret", tags: { tenant: "blum" } },
		],
		["how it is assumed", { from: assumeRole({ account: B, role: "hub" }) }],
		["how it is assumed", { stsRegion: "eu-west-1" }],
	])("says what differs where both are of one role, and shows no value: %s", async (says, other) => {
		const used = assumeRole({ ...role, ...other } as AssumeRoleOptions);
		const { message } = await refusal(assumeRole(role), () => clients.dynamodb(), used);
		const [, named = ""] = /was used in a scope of the same role that differs in (.*); call/.exec(message) ?? [];
		expect(named.split(", ").toSorted()).toEqual(says.split(", ").toSorted());
		expect(message).not.toMatch(/secret|blum|external-id-nobody/);
	});

	test("says so too of a role that one assumes with a token file", async () => {
		const web = session({ webIdentityTokenFile: "/token", roleArn: `arn:aws:iam::${A}:role/Tenant` });
		for (const [of, used] of [
			[web, assumeRole(role)],
			[assumeRole(role), web],
		] as const) {
			const { message } = await refusal(of, () => clients.dynamodb(), used);
			expect(message).toContain("of the same role that differs in how it is assumed; call");
		}
	});
});

test("two sessions of one account are two identities: a client of one strays in the other", async () => {
	const narrow = session({ credentials: all.aws.user(A) });
	const db = ofA(() => clients.dynamodb());
	expect(await runInAwsScope(narrow, () => failure(db.listTables({})))).toBeInstanceOf(errors.StrayedClientError);
});

test("a client strays in a scope that has no identity yet, until it is bound to the client's session", async () => {
	const db = ofA(() => clients.dynamodb());
	await runInAwsScope({ bindLater: true, accounts: all.accounts }, async () => {
		expect(await failure(db.listTables({}))).toBeInstanceOf(errors.StrayedClientError);
		bindAwsScope({ account: A });
		expect((await db.listTables({})).TableNames).toEqual([A]);
	});
});

test("a request under way when another tenant's scope begins is its own scope's", async () => {
	const held = gate();
	using _ = all.aws.fail({ service: "dynamodb", kind: "delay", until: held.opened, times: 1 });
	const answer = as(A, () => clients.dynamodb().listTables({}));
	expect((await as(B, () => clients.dynamodb().listTables({}))).TableNames).toEqual([B]);
	held.open();
	expect((await answer).TableNames).toEqual([A]);
});

describe("configure({ strayedClient })", () => {
	test('"warn" sends, and warns by name', async () => {
		const warn = vi.spyOn(process, "emitWarning").mockImplementation(() => undefined);
		configure({ strayedClient: "warn" });
		const db = ofA(() => clients.dynamodb());
		expect((await as(B, () => db.listTables({}))).TableNames).toEqual([A]);
		expect(warn).toHaveBeenCalledWith(
			expect.stringContaining(`role/Tenant`),
			expect.objectContaining({ type: "StrayedClientError", code: "STRAYED_CLIENT" }),
		);
	});

	test('"allow" sends in silence', async () => {
		const warn = vi.spyOn(process, "emitWarning").mockImplementation(() => undefined);
		configure({ strayedClient: "allow" });
		const db = ofA(() => clients.dynamodb());
		expect((await as(B, () => db.listTables({}))).TableNames).toEqual([A]);
		expect(warn).not.toHaveBeenCalled();
	});

	test('"refuse" is the default, and holds for clients that were built before it was set', async () => {
		configure({ strayedClient: "allow" });
		const db = ofA(() => clients.dynamodb());
		configure({ strayedClient: "refuse" });
		expect(await as(B, () => failure(db.listTables({})))).toBeInstanceOf(errors.StrayedClientError);
	});
});
