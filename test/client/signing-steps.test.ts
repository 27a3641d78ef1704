/** The last look before a request leaves, and the one more try when AWS no longer takes a key. */

import { Readable } from "node:stream";
import { DynamoDB, type DynamoDBClientConfig } from "@aws-sdk/client-dynamodb";
import { GetObjectCommand, S3, type S3ClientConfig } from "@aws-sdk/client-s3";
import { createPresignedPost } from "@aws-sdk/s3-presigned-post";
import { getSignedUrl, S3RequestPresigner } from "@aws-sdk/s3-request-presigner";
import { HttpBearerAuthSigner } from "@smithy/core";
import { HttpRequest } from "@smithy/core/protocols";
import { SignatureV4 } from "@smithy/signature-v4";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { systemClock, useClock } from "../../src/home/clock.js";
import { client, clients, configure, defaultSession, errors, runInAwsScope, stats } from "../../src/index.js";
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

/** Everything that signs with what it finds in a client's config, with or without sending. */
const signers: readonly (readonly [what: string, sign: (files: S3) => Promise<unknown>])[] = [
	["a request", async (files) => (await files.getObject(object)).Body?.transformToString()],
	["a presigned URL", (files) => getSignedUrl(files, new GetObjectCommand(object))],
	["a presigned POST", async (files) => (await createPresignedPost(files, object)).fields["X-Amz-Credential"]],
	[
		"a presigner of a copy of the config",
		async (files) => {
			const presigner = new S3RequestPresigner({ ...files.config });
			const { query } = await presigner.presign(new HttpRequest({ hostname: "reports.example", path: "/1" }));
			return query?.["X-Amz-Credential"];
		},
	],
	["a client made of a copy", async (files) => (await copyOf(files).getObject(object)).Body?.transformToString()],
	["a presigned URL of a copy", (files) => getSignedUrl(copyOf(files), new GetObjectCommand(object))],
];
const object = { Bucket: "reports", Key: "1" };

/** A client of the SDK's own, made of another one's config (without what no client takes back). */
const copyOf = ({ config: { retryStrategy: _, ...config } }: S3): S3 => new S3(config as unknown as S3ClientConfig);

/** Whose key is in what was signed. */
async function signedBy(what: unknown): Promise<string> {
	const text = String(what);
	if (text === A || text === OWN) return text;
	const { accessKeyId } = await all.accounts(A).credentials();
	return text.includes(accessKeyId) ? A : text;
}

type Config = Record<string, unknown>;

test("a signer that signs a URL in the request's place is refused like one that signs its headers", async () => {
	const files = asA(() => clients.s3());
	const own = all.aws.user(OWN);
	const other = new SignatureV4({ service: "s3", region: "us-east-1", credentials: own, sha256: files.config.sha256 });
	const sign = (request: HttpRequest) => other.presign(request, { expiresIn: 60 });
	Object.assign(files.config, { signer: async () => ({ sign }) });
	expect(await failure(asA(() => files.getObject(object)))).toBeInstanceOf(errors.ForeignIdentityError);
	expect(all.seen).toEqual([]);
});

test("the config of a document client stays its own", () => {
	const documents = asA(() => clients.dynamodbDocument());
	expect(Reflect.set(documents, "config", clients.dynamodb({ session: defaultSession() }).config)).toBe(false);
});

describe("a client's identity is sealed", () => {
	const replacements: readonly (readonly [string, () => unknown])[] = [
		["a fixed key", () => all.aws.user(OWN)],
		["another provider", () => async () => all.aws.user(OWN)],
		["another session's credentials", () => defaultSession().credentials],
		["nothing, so that the SDK would ask its default chain", () => undefined],
	];

	test.each(replacements)("its credentials cannot be replaced by %s", async (_what, replacement) => {
		const files = asA(() => clients.s3());
		const before = files.config.credentials;
		const config = files.config as unknown as Config;
		for (const replace of [
			() => Object.assign(config, { credentials: replacement() }),
			() => Reflect.set(config, "credentials", replacement()),
		]) {
			const error = await failure(replace);
			expect(error).toBeInstanceOf(errors.ForeignIdentityError);
			expect(error.message).toMatch(
				/^client\.config\.credentials was assigned to the S3 client of arn:aws:iam::000000000001:role\/Tenant, /,
			);
		}
		expect(() => Object.defineProperty(config, "credentials", { value: replacement() })).toThrow(TypeError);
		expect(Reflect.deleteProperty(config, "credentials")).toBe(false);
		expect(files.config.credentials).toBe(before);
		for (const [, sign] of signers) expect(await signedBy(await asA(() => sign(files)))).toBe(A);
		expect(stats().refusals).toBe(2);
	});

	test("its provider of S3 Express identities cannot be replaced", async () => {
		const { config } = asA(() => clients.s3());
		const replace = (): unknown => Object.assign(config, { s3ExpressIdentityProvider: {} });
		const error = await failure(replace);
		expect(error).toBeInstanceOf(errors.ForeignIdentityError);
		expect(error.message).toContain("client.config.s3ExpressIdentityProvider was assigned");
	});

	test("with its signer replaced it sends nothing, and its URLs are its session's", async () => {
		const files = asA(() => clients.s3());
		const foreign = new S3({ credentials: all.aws.user(OWN) });
		files.config.signer = foreign.config.signer;
		const offline = signers.slice(1, 4);
		expect(await failure(asA(() => files.getObject(object)))).toBeInstanceOf(errors.ForeignIdentityError);
		expect(all.aws.stats().services["s3"]).toBeUndefined();
		for (const [, sign] of offline) expect(await signedBy(await asA(() => sign(files)))).toBe(A);
	});

	test("its config cannot be replaced as a whole, and what it holds may be written over with itself", async () => {
		const files = asA(() => clients.s3());
		expect(() => Object.assign(files, { config: { ...files.config, credentials: all.aws.user(OWN) } })).toThrow();
		Object.assign(files.config, { ...files.config });
		for (const [, sign] of signers) expect(await signedBy(await asA(() => sign(files)))).toBe(A);
	});

	test.each(signers)("it signs as its session: %s", async (_what, sign) => {
		expect(await signedBy(await asA(() => sign(clients.s3())))).toBe(A);
		expect(await signedBy(await sign(clients.s3({ session: all.accounts(A) })))).toBe(A);
	});

	test("what else is in its config may be changed, as with any client of the SDK", async () => {
		const files = asA(() => clients.s3());
		files.config.logger = console;
		files.config.maxAttempts = async () => 1;
		expect(await files.config.maxAttempts()).toBe(1);
	});
});

type Extension = { configure(configuration: { setCredentials(credentials: unknown): void }): void };

/** Every place where an extension of the SDK can be given. */
const places: readonly (readonly [where: string, get: (extension: Extension) => S3])[] = [
	[
		"configure({ clientDefaults })",
		(extension) => {
			configure({ clientDefaults: { extensions: [extension] } });
			return asA(() => clients.s3());
		},
	],
	[
		"a scope's clientDefaults",
		(extension) =>
			runInAwsScope({ session: all.accounts(A), clientDefaults: { extensions: [extension] } }, () => clients.s3()),
	],
	["a call", (extension) => asA(() => clients.s3({ extensions: [extension as never] }))],
	[
		"a call that names the session",
		(extension) => clients.s3({ session: all.accounts(A), extensions: [extension as never] }),
	],
];

describe.each(places)("an extension given in %s", (_where, get) => {
	test.each<[string, () => unknown]>([
		["a fixed key", () => all.aws.user(OWN)],
		["another provider", () => defaultSession().credentials],
		["nothing", () => undefined],
	])("that sets the credentials to %s is refused, and no client is built", async (_what, replacement) => {
		const error = await failure(() => get({ configure: (config) => config.setCredentials(replacement()) }));
		expect(error).toBeInstanceOf(errors.ForeignIdentityError);
		expect(error.message).toMatch(/^An extension changed the credentials of the S3 client of arn:.*Tenant, /);
		expect(stats()).toMatchObject({ clients: 0, refusals: 1 });
		expect(all.aws.stats().requests).toBe(0);
	});

	test("that changes no identity does what it does", async () => {
		const configured: unknown[] = [];
		const files = get({ configure: (config) => void configured.push(config) });
		expect(configured).toHaveLength(1);
		for (const [, sign] of signers) expect(await signedBy(await asA(() => sign(files)))).toBe(A);
	});
});

test("a class that brings its own credentials signs as the session all the same", async () => {
	class Own extends S3 {
		constructor(config: S3ClientConfig) {
			super({ ...config, credentials: all.aws.user(OWN) });
		}
	}
	const files = asA(() => client(Own));
	for (const [what, sign] of signers) expect(await signedBy(await asA(() => sign(files))), what).toBe(A);
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
