/** Which STS a session asks, and which region its clients work in: by what is named, not by which client comes first. */

import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { fromTemporaryCredentials } from "@aws-sdk/credential-providers";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { resetAwsScope } from "../../local-aws/index.js";
import {
	type AwsSession,
	accountSessions,
	assumeRole,
	clients,
	configure,
	currentAwsScope,
	defaultSession,
	runInAwsScope,
	session,
	stats,
} from "../../src/index.js";
import { stsHandler, stsPatience } from "../../src/session/sts-place.js";
import { failure } from "../helpers/pool.js";
import { keysOf, OTHER, OWN, type RealHosts, startRealHosts } from "../helpers/real-hosts.js";
import { testTime } from "../helpers/time.js";
import { startFakeSts } from "./fake-sts.js";

const role = (partition = "aws", name = "Reader"): string => `arn:${partition}:iam::${OTHER}:role/${name}`;

let hosts: RealHosts;
beforeAll(async () => {
	hosts = await startRealHosts();
});
afterEach(resetAwsScope);
afterAll(async () => {
	await hosts[Symbol.asyncDispose]();
});

/** A process with keys of its own. */
function machine(environment: Record<string, string> = {}, config = ""): void {
	const { accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: AWS_SECRET_ACCESS_KEY } = hosts.aws.user(OWN);
	const keys = "AWS_PROFILE" in environment ? {} : { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY };
	hosts.machine({ ...keys, ...environment }, config);
	configure({ clientDefaults: { requestHandler: hosts.handler } });
	hosts.forget();
}
const bare = (partition: string): string =>
	`[profile bare]\nrole_arn = ${role(partition)}\nsource_profile = keys\n\n[profile keys]\n${keysOf(hosts.aws)}`;

describe("the STS that is asked", () => {
	const given = (): AwsSession =>
		session({ credentials: fromTemporaryCredentials({ params: { RoleArn: role(), RoleSessionName: "given" } }) });

	test.each([
		["of an assumed role", () => assumeRole({ roleArn: role() })],
		["of a given provider", given],
	])("%s does not depend on which client comes first", async (_what, of) => {
		for (const first of ["us-west-2", "ap-south-1"]) {
			machine({ AWS_REGION: "eu-central-1" });
			await of().clients.dynamodb(first).listTables({});
			expect(hosts.sts).toEqual(["sts.eu-central-1.amazonaws.com"]);
			await resetAwsScope();
		}
	});

	test("is that of the client that starts, where two clients ask at once and nothing else is named", async () => {
		machine({ AWS_PROFILE: "bare" }, bare("aws-cn"));
		const asking = ["cn-northwest-1", "cn-north-1"].map((region) => clients.dynamodb(region).listTables({}));
		await Promise.all(asking);
		expect(hosts.sts).toEqual(["sts.cn-northwest-1.amazonaws.com.cn"]);
	});

	test("stays that of the client when somebody else asks for new credentials", async () => {
		machine({ AWS_PROFILE: "bare" }, bare("aws-cn"));
		await clients.dynamodb("cn-north-1").listTables({});
		await defaultSession().credentials({ forceRefresh: true });
		expect(hosts.sts).toEqual(["sts.cn-north-1.amazonaws.com.cn", "sts.cn-north-1.amazonaws.com.cn"]);
	});

	test("stays that of the client when AWS rejects the key", async () => {
		machine({ AWS_PROFILE: "bare" }, bare("aws-cn"));
		using time = testTime({ start: Date.now() });
		await clients.dynamodb("cn-north-1").listTables({});
		await time.advance(20_000);
		hosts.aws.revoke(({ roleArn }) => roleArn === role("aws-cn"));
		await clients.dynamodb("cn-north-1").listTables({});
		expect(hosts.sts).toEqual(["sts.cn-north-1.amazonaws.com.cn", "sts.cn-north-1.amazonaws.com.cn"]);
	});

	test("is found where a client made by hand has no region", async () => {
		machine({ AWS_REGION: "eu-central-1" });
		const made = assumeRole({ roleArn: role() });
		const region = async (): Promise<string> => Promise.reject(new Error("Region is missing"));
		const byHand = new DynamoDBClient({ region, credentials: made.credentials });
		expect((await byHand.config.credentials()).sessionToken).toBeDefined();
		expect(hosts.sts).toEqual(["sts.eu-central-1.amazonaws.com"]);
	});

	test("is the partition's first where nothing of that partition is named", async () => {
		machine({ AWS_REGION: "eu-central-1" });
		await assumeRole({ roleArn: role("aws-us-gov") }).credentials();
		expect(hosts.sts).toEqual(["sts.us-gov-west-1.amazonaws.com"]);
	});

	test("is the named one whatever the partition, where its endpoint is named too", async () => {
		machine({ AWS_REGION: "eu-central-1" });
		const stsEndpoint = "https://sts.example.com";
		await assumeRole({ roleArn: role("aws-cn"), stsRegion: "eu-west-1", stsEndpoint }).credentials();
		expect(hosts.sts).toEqual(["sts.example.com"]);
	});

	test("is the endpoint's alone: neither FIPS nor dual-stack of the settings changes it, and data keeps them", async () => {
		machine({ AWS_REGION: "us-east-1" });
		configure({
			clientDefaults: { requestHandler: hosts.handler, useFipsEndpoint: true, useDualstackEndpoint: true },
		});
		const made = assumeRole({ roleArn: role(), stsEndpoint: "https://sts.example.com" });
		await made.clients.dynamodb().listTables({});
		await made.whoami();
		expect(new Set(hosts.sts)).toEqual(new Set(["sts.example.com"]));
		expect(hosts.data).toEqual(["dynamodb-fips.us-east-1.api.aws"]);
	});
});

test("a provider is told what a client of the SDK tells it", async () => {
	machine();
	const told: Record<string, unknown>[] = [];
	const logger = { debug() {}, info() {}, warn() {}, error() {} };
	configure({ clientDefaults: { requestHandler: hosts.handler, logger, userAgentAppId: "orders" } });
	const made = session({
		credentials: async (properties?: Record<string, unknown>) => {
			told.push(properties?.["callerClientConfig"] as Record<string, unknown>);
			return hosts.aws.user(OWN);
		},
	});
	await made.clients.dynamodb("eu-west-3").listTables({});
	const [{ region, ...rest }] = told as [Record<string, unknown>];
	expect(await (region as () => Promise<string>)()).toBe("eu-west-3");
	expect(rest).toMatchObject({ logger, userAgentAppId: "orders", requestHandler: hosts.handler });
});

test("IAM Identity Center is asked through the settings' transport", async () => {
	const keys = hosts.aws.user(OWN);
	const asked: string[] = [];
	hosts.machine(
		{ HOME: "/nowhere" },
		"[profile sso]\nsso_start_url = https://acme.awsapps.com/start\nsso_region = eu-west-1\nsso_account_id = 999999999999\nsso_role_name = Reader\nregion = eu-west-1\n",
	);
	const { externalDataInterceptor } = await import("@smithy/core/config");
	externalDataInterceptor.interceptToken("https://acme.awsapps.com/start", {
		accessToken: "token",
		expiresAt: new Date(Date.now() + 3_600_000).toISOString(),
	});
	const { HttpResponse } = await import("@smithy/core/protocols");
	const requestHandler = {
		...hosts.handler,
		handle: async (request: Parameters<typeof hosts.handler.handle>[0]) => {
			asked.push(request.hostname);
			const expiration = Date.now() + 3_600_000;
			const roleCredentials = { ...keys, sessionToken: "token", expiration };
			const body = Buffer.from(JSON.stringify({ roleCredentials }));
			const headers = { "content-type": "application/json" };
			return { response: new HttpResponse({ statusCode: 200, headers, body }) };
		},
	};
	configure({ clientDefaults: { requestHandler } });
	expect((await session({ profile: "sso" }).credentials()).accessKeyId).toBe(keys.accessKeyId);
	expect(asked).toEqual(["portal.sso.eu-west-1.amazonaws.com"]);
});

describe("accounts", () => {
	test("one session for an account and a partition, whatever the region", () => {
		machine({ AWS_REGION: "eu-central-1" });
		const accounts = accountSessions({ role: "Reader" });
		const made = accounts(OTHER);
		expect(made.roleArn).toBe(role());
		expect(accounts(OTHER, { region: "us-west-2" })).toBe(made);
		expect(accounts(OTHER, { region: undefined })).toBe(made);
		expect(assumeRole({ account: OTHER, role: "Reader" })).toBe(made);
		const china = accounts(OTHER, { region: "cn-north-1" });
		expect(china.roleArn).toBe(role("aws-cn"));
		expect(accounts(OTHER, { region: "cn-northwest-1" })).toBe(china);
		expect(accounts(OTHER)).toBe(made);
		expect([OTHER].map(accounts)).toEqual([made]);
	});

	test("a function of one's own is told the region of the call, else of the scope", () => {
		machine({ AWS_REGION: "eu-central-1" });
		const told: (string | undefined)[] = [];
		const accounts = (account: string, where?: { readonly region?: string | undefined }): AwsSession => {
			told.push(where?.region);
			return assumeRole({ account, role: "Reader" });
		};
		configure({ accounts });
		runInAwsScope({ account: OTHER, accounts, region: "eu-west-1" }, () => {
			clients.dynamodb({ account: OTHER, region: "us-west-2" });
			clients.dynamodb({ account: OTHER });
			runInAwsScope({ account: OTHER }, () => undefined);
		});
		clients.dynamodb({ account: OTHER });
		expect(told).toEqual(["eu-west-1", "us-west-2", "eu-west-1", "eu-west-1", undefined]);
	});
});

describe("a role assumed from a session with a region", () => {
	const gov = (): AwsSession => session({ profile: "gov" });
	const config = (): string => `[profile gov]\nregion = us-gov-west-1\n${keysOf(hosts.aws)}`;

	test("works in that region, and so does a role assumed from it", () => {
		hosts.machine({}, config());
		const parent = assumeRole({ from: gov(), account: OTHER, role: "Reader" });
		expect(parent).toMatchObject({ region: "us-gov-west-1", roleArn: role("aws-us-gov") });
		const leaf = assumeRole({ from: parent, account: OTHER, role: "Leaf" });
		expect(leaf).toMatchObject({ region: "us-gov-west-1", roleArn: role("aws-us-gov", "Leaf") });
		expect(runInAwsScope(leaf, () => currentAwsScope().region)).toBe("us-gov-west-1");
	});

	test("works in its own region where it names one, and in none of another partition", () => {
		hosts.machine({}, config());
		expect(assumeRole({ from: gov(), roleArn: role("aws-us-gov"), region: "us-gov-east-1" }).region).toBe(
			"us-gov-east-1",
		);
		expect(assumeRole({ from: gov(), roleArn: role("aws-cn") }).region).toBeUndefined();
	});

	test("the default session hands down none", () => {
		machine({ AWS_REGION: "eu-central-1" });
		expect(assumeRole({ from: defaultSession(), roleArn: role() }).region).toBeUndefined();
	});
});

describe("a session of a token file", () => {
	const token = (): string => hosts.file("token", "a-token");

	test("asks for the duration and the policies that it was given", async () => {
		machine({ AWS_REGION: "eu-central-1" });
		configure({ clientDefaults: undefined });
		await using sts = await startFakeSts(OTHER);
		const webIdentityTokenFile = token();
		const policy = { Version: "2012-10-17", Statement: [] };
		const policyArns = ["arn:aws:iam::aws:policy/ReadOnlyAccess"];
		const options = { webIdentityTokenFile, roleArn: role(), stsEndpoint: sts.endpoint };
		const made = session({ ...options, durationSeconds: 900, policy, policyArns });
		await failure(made.credentials());
		expect(sts.asked).toMatchObject({
			Action: "AssumeRoleWithWebIdentity",
			DurationSeconds: "900",
			Policy: JSON.stringify(policy),
			"PolicyArns.member.1.arn": policyArns[0],
			WebIdentityToken: "a-token",
		});
		expect(session({ ...options, durationSeconds: 900, policy: { ...policy }, policyArns: [...policyArns] })).toBe(
			made,
		);
		expect(session({ ...options, durationSeconds: 901, policy, policyArns })).not.toBe(made);
		expect(session({ ...options, policy, policyArns })).not.toBe(made);
	});

	test.each([
		["the environment's", { AWS_ROLE_SESSION_NAME: "orders" }, {}, /^orders$/],
		["its own before the environment's", { AWS_ROLE_SESSION_NAME: "orders" }, { sessionName: "own" }, /^own$/],
		["the process's where the environment's is empty", { AWS_ROLE_SESSION_NAME: "" }, {}, /^aws-scope-/],
	])("is called by %s name", async (_what, environment, options, name) => {
		machine({ AWS_REGION: "eu-central-1", ...environment });
		await session({ webIdentityTokenFile: token(), roleArn: role(), ...options }).credentials();
		expect(hosts.names).toEqual([expect.stringMatching(name)]);
	});
});

test("a profile's session asks for codes in its own way, so another way is another session", () => {
	machine();
	const code = (): string => "123456";
	const made = session({ profile: "a", mfa: { code } });
	expect(session({ profile: "a", mfa: { code } })).toBe(made);
	expect(session({ profile: "a", mfa: { code: () => "123456" } })).not.toBe(made);
	expect(session({ profile: "a" })).not.toBe(made);
});

test("what is typed in place of a profile's code reaches neither STS nor the error", async () => {
	hosts.machine(
		{},
		`${bare("aws").replace("\n\n", `\nmfa_serial = arn:aws:iam::${OWN}:mfa/alice\nregion = us-east-1\n\n`)}`,
	);
	configure({ clientDefaults: { requestHandler: hosts.handler } });
	hosts.forget();
	let prompts = 0;
	const code = (): string => {
		prompts += 1;
		return "my-password";
	};
	const error = await failure(session({ profile: "bare", mfa: { code } }).credentials());
	expect(error.message).toContain("six digits");
	expect(error.message).not.toContain("my-password");
	expect([prompts, hosts.sts]).toEqual([1, []]);
});

describe("configure({ sts })", () => {
	test.each([
		[{ requestHandler: "proxy" }, "options or a request handler"],
		[{ requestHandler: null }, "options or a request handler"],
		[{ endpoint: "https://sts.example.com" }, 'no option "endpoint"'],
		["proxy", "an options object"],
	])("refuses %j", async (sts, words) => {
		const error = await failure(() => configure({ sts: sts as never }));
		expect(error).toMatchObject({ code: "INVALID_OPTION" });
		expect(error.message).toContain(words);
	});

	test("names limits on top of those of every client, and gives them back", () => {
		expect(stsPatience()).toBe(10_000);
		configure({ clientDefaults: { requestHandler: { connectionTimeout: 4_000, requestTimeout: 60_000 } } });
		expect(stsPatience()).toBe(67_000);
		configure({ sts: { requestHandler: { requestTimeout: 6_000 } } });
		expect(stsPatience()).toBe(13_000);
		configure({ sts: undefined, clientDefaults: undefined });
		expect(stsPatience()).toBe(10_000);
	});

	test("equal options make no second pool, other ones do", () => {
		const own = stsHandler();
		configure({ sts: { requestHandler: { requestTimeout: 6_000 } } });
		const longer = stsHandler();
		expect(longer).not.toBe(own);
		configure({ sts: { requestHandler: { requestTimeout: 6_000 } } });
		expect(stsHandler()).toBe(longer);
		expect(stats().transports).toBe(2);
	});

	test("a handler for HTTP/2 is not STS's", () => {
		const own = stsHandler();
		const requestHandler = { ...hosts.handler, metadata: { handlerProtocol: "h2" } };
		configure({ clientDefaults: { requestHandler } });
		expect(stsHandler()).toBe(own);
	});
});
