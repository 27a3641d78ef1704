/** The last look before a request leaves, and the one more try when AWS no longer takes a key. */

import { Readable } from "node:stream";
import { DynamoDB, type DynamoDBClientConfig } from "@aws-sdk/client-dynamodb";
import { HttpBearerAuthSigner } from "@smithy/core";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { systemClock, useClock } from "../../src/home/clock.js";
import { client, clients, defaultSession, errors, runInAwsScope } from "../../src/index.js";
import { OWN, startTenants, type TenantAws, tenant } from "../helpers/aws.js";
import { failure } from "../helpers/pool.js";

const A = tenant(0);

let all: TenantAws;
beforeEach(async () => {
	all = await startTenants({ tenants: 1 });
});
afterEach(async () => {
	vi.unstubAllEnvs();
	await all[Symbol.asyncDispose]();
});

const asA = <Result>(fn: () => Result): Result => runInAwsScope(all.accounts(A), fn);

describe("a client's identity is sealed", () => {
	test.each<[string, () => unknown]>([
		["a fixed key", () => all.aws.user(OWN)],
		["another provider", () => async () => all.aws.user(OWN)],
		["another session's credentials", () => defaultSession().credentials],
	])("a client whose credentials were replaced by %s sends nothing", async (_what, replacement) => {
		const db = asA(() => clients.dynamodb());
		(db.config as { credentials: unknown }).credentials = replacement();
		expect(await asA(() => failure(db.listTables({})))).toBeInstanceOf(errors.ForeignIdentityError);
		expect(all.aws.stats().requests).toBe(0);
	});

	test("also when they were replaced after requests that were its own", async () => {
		const db = asA(() => clients.dynamodb());
		await asA(() => db.listTables({}));
		(db.config as { credentials: unknown }).credentials = all.aws.user(OWN);
		expect(await asA(() => failure(db.listTables({})))).toBeInstanceOf(errors.ForeignIdentityError);
		expect(all.seen.map(({ account }) => account)).toEqual([A]);
	});

	test("the next client of that kind is not the spoilt one's doing: the accessor still gives the session's", async () => {
		const db = asA(() => clients.dynamodb());
		(db.config as { credentials: unknown }).credentials = all.aws.user(OWN);
		await failure(asA(() => db.listTables({})));
		const other = asA(() => clients.dynamodb("eu-west-1"));
		expect((await other.listTables({})).TableNames).toEqual([A]);
	});
});

/** A service that prefers a bearer token of the environment, as Bedrock does; `insists` makes it take nothing else. */
const bearerService = (insists: boolean) =>
	class Bearer extends DynamoDB {
		constructor(config: DynamoDBClientConfig) {
			const token = process.env["AWS_BEARER_TOKEN_BEDROCK"] ?? "";
			const bearer = {
				schemeId: "smithy.api#httpBearerAuth",
				identityProvider: () => async () => ({ token }),
				signer: new HttpBearerAuthSigner(),
			};
			super({ authSchemePreference: ["httpBearerAuth"], ...config });
			const { config: resolved } = this as unknown as { config: Record<string, unknown> };
			const schemes = resolved["httpAuthSchemes"] as object[];
			const options = resolved["httpAuthSchemeProvider"] as (parameters: object) => object[];
			resolved["httpAuthSchemes"] = insists ? [bearer] : [...schemes, bearer];
			resolved["httpAuthSchemeProvider"] = (parameters: object) => [
				...(insists ? [] : options(parameters)),
				{ schemeId: bearer.schemeId },
			];
		}
	};

describe("a bearer token of the environment", () => {
	beforeEach(() => {
		vi.stubEnv("AWS_BEARER_TOKEN_BEDROCK", "the-process's-own-token");
	});

	test("does not take the place of a tenant's credentials", async () => {
		const Service = bearerService(false);
		const answer = await asA(() => client(Service).listTables({}));
		expect(answer.TableNames).toEqual([A]);
	});

	test("is not sent for a tenant, even by a service that takes nothing else", async () => {
		const Service = bearerService(true);
		expect(await asA(() => failure(client(Service).listTables({})))).toBeInstanceOf(errors.ForeignIdentityError);
		expect(all.aws.stats().services).not.toHaveProperty("dynamodb");
	});

	test("is the process's own: the default session may send it", async () => {
		const Service = bearerService(false);
		const refused = await runInAwsScope(defaultSession(), () => failure(client(Service).listTables({})));
		// The local AWS takes no tokens; that it was asked is what counts.
		expect(refused).toBeInstanceOf(Error);
		expect(refused).not.toBeInstanceOf(errors.AwsScopeError);
		expect(all.aws.stats().requests).toBeGreaterThan(0);
		expect(all.seen).toEqual([]);
	});
});

describe("a key that AWS no longer takes", () => {
	/** Lets the key at hand grow older than the seconds in which a rejection is put down to AWS's own delays. */
	const later = (): Disposable => {
		const restore = useClock({
			...systemClock,
			wall: () => systemClock.wall() + 15_000,
			monotonic: () => systemClock.monotonic() + 15_000,
		});
		return { [Symbol.dispose]: restore };
	};

	test.each(["expired", "invalid"] as const)("is replaced once, and the request succeeds: %s", async (how) => {
		await asA(() => clients.dynamodb().listTables({}));
		using _ = later();
		all.aws.revoke(({ accountId }) => accountId === A, how);
		const db = asA(() => clients.dynamodb({ maxAttempts: 1 }));
		expect((await asA(() => db.listTables({}))).TableNames).toEqual([A]);
		expect(all.aws.stats().assumeRole.total).toBe(2);
	});

	test("is asked for no third time: what AWS says then is the answer", async () => {
		await asA(() => clients.dynamodb().listTables({}));
		using _ = later();
		using _fault = all.aws.fail({ service: "dynamodb", kind: "error", status: 400, code: "ExpiredTokenException" });
		const error = await asA(() => failure(clients.dynamodb({ maxAttempts: 1 }).listTables({})));
		expect(error.name).toBe("ExpiredTokenException");
		expect(all.aws.stats().assumeRole.total).toBe(2);
		expect(all.aws.stats().services["dynamodb"]).toBe(3);
	});

	test("is not tried again with a body that has been read", async () => {
		const files = asA(() => clients.s3({ maxAttempts: 1 }));
		const put = (Body: Readable | string): Promise<unknown> =>
			asA(() => files.putObject({ Bucket: "reports", Key: "1", Body, ContentLength: 4 }));
		await put("text");
		using _ = later();
		all.aws.revoke(({ accountId }) => accountId === A);
		const error = await failure(put(Readable.from(["text"])));
		expect(error.name).toBe("ExpiredToken");
		// The body is gone, but the next request has a new key.
		await put("text");
		expect(all.seen).toHaveLength(2);
	});

	test("of a HEAD request shows itself by a bare 400", async () => {
		const files = asA(() => clients.s3({ maxAttempts: 1 }));
		const head = (): Promise<unknown> => asA(() => files.headObject({ Bucket: "reports", Key: "1" }));
		await head();
		using _ = later();
		all.aws.revoke(({ accountId }) => accountId === A);
		await head();
		expect(all.aws.stats().assumeRole.total).toBe(2);
	});
});
