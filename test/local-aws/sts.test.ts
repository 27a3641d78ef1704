import { AssumeRoleWithWebIdentityCommand, GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type LocalAws, type LocalEvent, startLocalAws } from "../../local-aws/index.js";
import { A, assume, B, C, refusal, role, sts } from "./support.js";

const MFA = `arn:aws:iam::${A}:mfa/me`;
let aws: LocalAws;
let now = 0;

beforeAll(async () => {
	aws = await startLocalAws({
		accounts: [
			A,
			{
				id: B,
				roles: [
					{ name: "reader", maxSessionDuration: 7200 },
					{ name: "team/deep/writer" },
					{ name: "external", externalId: "tenant-1" },
					{ name: "only-c", trustedAccounts: [C] },
					{ name: "nobody", trustedAccounts: [] },
					{ name: "only-reader", trustedPrincipals: [role(B)] },
					{ name: "only-user", trustedPrincipals: [`arn:aws:iam::${A}:user/local`] },
					{ name: "root-of-a", trustedPrincipals: [`arn:aws:iam::${A}:root`] },
					{ name: "mfa", mfa: { serialNumber: MFA, code: "123456" } },
				],
			},
			C,
		],
		clock: () => now,
	});
});
beforeEach(() => {
	now = Math.floor(Date.now() / 1000) * 1000;
});
afterAll(() => aws.close());

const denied = (caller: string, roleArn: string, action = "sts:AssumeRole") => ({
	name: "AccessDenied",
	status: 403,
	message: `User: ${caller} is not authorized to perform: ${action} on resource: ${roleArn}`,
});
const userOf = (account: string) => `arn:aws:iam::${account}:user/local`;

describe("the identity", () => {
	test("of a user is what GetCallerIdentity returns", async () => {
		const who = await sts(aws).send(new GetCallerIdentityCommand({}));
		expect(who).toMatchObject({ Account: A, Arn: userOf(A), UserId: expect.stringMatching(/^AIDA[A-Z2-7]{16}$/) });
	});

	test("of a role session has the account, role name and session name, without the path of the role", async () => {
		const { keys, answer } = await assume(aws, role(B, "team/deep/writer"), { RoleSessionName: "a.b=c,d@e-f_g" });
		const Arn = `arn:aws:sts::${B}:assumed-role/writer/a.b=c,d@e-f_g`;
		expect(answer.AssumedRoleUser).toEqual({
			Arn,
			AssumedRoleId: expect.stringMatching(/^AROA[A-Z2-7]{16}:a\.b=c,d@e-f_g$/),
		});
		expect(answer.Credentials).toMatchObject({
			AccessKeyId: expect.stringMatching(/^ASIA[A-Z2-7]{16}$/),
			Expiration: new Date(now + 3_600_000),
		});
		const who = await sts(aws, keys).send(new GetCallerIdentityCommand({}));
		expect(who).toMatchObject({ Account: B, Arn, UserId: answer.AssumedRoleUser?.AssumedRoleId });
	});

	test("has new keys with every call, but the same role id", async () => {
		const [one, two] = await Promise.all([assume(aws, role(B)), assume(aws, role(B))]);
		expect(one.keys.accessKeyId).not.toBe(two.keys.accessKeyId);
		expect(one.keys.secretAccessKey).not.toBe(two.keys.secretAccessKey);
		expect(one.keys.sessionToken).not.toBe(two.keys.sessionToken);
		expect(one.answer.AssumedRoleUser).toEqual(two.answer.AssumedRoleUser);
	});

	test("is the same in every region and partition", async () => {
		const { answer } = await assume(aws, `arn:aws-cn:iam::${C}:role/x`);
		expect(answer.AssumedRoleUser?.Arn).toBe(`arn:aws-cn:sts::${C}:assumed-role/x/test`);
		expect((await sts(aws, aws.user(C), "ap-southeast-4").send(new GetCallerIdentityCommand({}))).Account).toBe(C);
	});
});

describe("trust", () => {
	test("an account without listed roles lets every account assume any role", async () => {
		const { answer } = await assume(aws, role(C, "never-declared"), { DurationSeconds: 43_200 });
		expect(answer.AssumedRoleUser?.Arn).toContain(C);
	});

	test.each([
		["a role that is not listed", role(B, "missing")],
		["a listed role under another path", role(B, "other/deep/writer")],
		["a role of an account that does not exist", role("999999999999")],
		["a role that trusts another account", role(B, "only-c")],
		["a role that trusts nobody", role(B, "nobody")],
		["a role that trusts one role", role(B, "only-reader")],
	])("%s is denied with AWS's message", async (_what, roleArn) => {
		expect(await refusal(assume(aws, roleArn))).toEqual(denied(userOf(A), roleArn));
	});

	test("a trusted account, user, root or role may assume the role", async () => {
		const reader = await assume(aws, role(B));
		await expect(assume(aws, role(B, "only-c"), {}, aws.user(C))).resolves.toBeDefined();
		await expect(assume(aws, role(B, "only-reader"), {}, reader.keys)).resolves.toBeDefined();
		await expect(assume(aws, role(B, "only-user"))).resolves.toBeDefined();
		await expect(assume(aws, role(B, "root-of-a"))).resolves.toBeDefined();
		expect((await refusal(assume(aws, role(B, "root-of-a"), {}, aws.user(C)))).name).toBe("AccessDenied");
	});

	test.each([
		["wrong", { ExternalId: "tenant-2" }],
		["missing", {}],
	])("a %s external id is denied, without mentioning it", async (_what, more) => {
		expect(await refusal(assume(aws, role(B, "external"), more))).toEqual(denied(userOf(A), role(B, "external")));
	});

	test("the right external id is accepted", async () => {
		await expect(assume(aws, role(B, "external"), { ExternalId: "tenant-1" })).resolves.toBeDefined();
	});

	test("MFA is required if the role requires it", async () => {
		const given = (TokenCode?: string, SerialNumber = MFA) =>
			assume(aws, role(B, "mfa"), TokenCode === undefined ? {} : { SerialNumber, TokenCode });
		await expect(given("123456")).resolves.toBeDefined();
		expect(await refusal(given())).toEqual(denied(userOf(A), role(B, "mfa")));
		expect(await refusal(given("123456", `${MFA}2`))).toEqual(denied(userOf(A), role(B, "mfa")));
		expect((await refusal(given("000000"))).message).toMatch(
			/^MultiFactorAuthentication failed with invalid MFA one time pass code/,
		);
	});
});

describe("duration", () => {
	test.each([
		[
			899,
			"1 validation error detected: Value '899' at 'durationSeconds' failed to satisfy constraint: Member must have value greater than or equal to 900",
		],
		[
			43_201,
			"1 validation error detected: Value '43201' at 'durationSeconds' failed to satisfy constraint: Member must have value less than or equal to 43200",
		],
		[7201, "The requested DurationSeconds exceeds the MaxSessionDuration set for this role."],
	])("%d seconds is rejected", async (DurationSeconds, message) => {
		expect(await refusal(assume(aws, role(B), { DurationSeconds }))).toEqual({
			name: "ValidationError",
			status: 400,
			message,
		});
	});

	test("credentials live as long as requested", async () => {
		const { answer } = await assume(aws, role(B), { DurationSeconds: 7200 });
		expect(answer.Credentials?.Expiration).toEqual(new Date(now + 7_200_000));
	});

	test("a chained session lives at most an hour", async () => {
		const parent = await assume(aws, role(C));
		await expect(assume(aws, role(B), { DurationSeconds: 3600 }, parent.keys)).resolves.toBeDefined();
		expect(await refusal(assume(aws, role(B), { DurationSeconds: 3601 }, parent.keys))).toEqual({
			name: "ValidationError",
			status: 400,
			message: "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.",
		});
	});

	test("a test can allow a few seconds, or set the lifetime", async () => {
		await using short = await startLocalAws({ accounts: [A], credentialLifetime: { minSeconds: 1 }, clock: () => now });
		const one = await assume(short, role(A), { DurationSeconds: 1 });
		expect(one.answer.Credentials?.Expiration).toEqual(new Date(now + 1000));
		await using fixed = await startLocalAws({
			accounts: [A],
			credentialLifetime: { overrideSeconds: 2.5 },
			clock: () => now,
		});
		const two = await assume(fixed, role(A), { DurationSeconds: 3600 });
		expect(two.answer.Credentials?.Expiration).toEqual(new Date(now + 2500));
	});
});

describe("tags and source identity", () => {
	const identityOf = async (call: () => Promise<unknown>) => {
		const events: LocalEvent[] = [];
		using _listening = aws.onRequest((event) => events.push(event));
		await call();
		return events.at(-1)?.identity;
	};
	const whoami = (keys: Parameters<typeof sts>[1]) => () => sts(aws, keys).send(new GetCallerIdentityCommand({}));

	test("a session has its tags, and only transitive ones are passed down the chain", async () => {
		const Tags = [
			{ Key: "Tenant", Value: "ü 1" },
			{ Key: "step", Value: "one" },
		];
		const one = await assume(aws, role(C), { Tags, TransitiveTagKeys: ["tenant"] });
		expect(await identityOf(whoami(one.keys))).toMatchObject({
			roleArn: role(C),
			tags: { Tenant: "ü 1", step: "one" },
		});
		const two = await assume(aws, role(B), { Tags: [{ Key: "step", Value: "two" }] }, one.keys);
		expect((await identityOf(whoami(two.keys)))?.tags).toEqual({ Tenant: "ü 1", step: "two" });
		const three = await assume(aws, role(C, "last"), {}, two.keys);
		expect((await identityOf(whoami(three.keys)))?.tags).toEqual({ Tenant: "ü 1" });
		const clash = await refusal(assume(aws, role(B), { Tags: [{ Key: "TENANT", Value: "other" }] }, two.keys));
		expect(clash).toMatchObject({
			name: "InvalidParameterValue",
			message: expect.stringContaining("conflicts with a transitive tag key"),
		});
	});

	test("a source identity is passed down the chain and cannot be changed", async () => {
		const one = await assume(aws, role(C), { SourceIdentity: "alice" });
		expect(one.answer.SourceIdentity).toBe("alice");
		const two = await assume(aws, role(B), {}, one.keys);
		expect(two.answer.SourceIdentity).toBe("alice");
		expect((await identityOf(whoami(two.keys)))?.sourceIdentity).toBe("alice");
		const caller = `arn:aws:sts::${C}:assumed-role/reader/test`;
		expect(await refusal(assume(aws, role(B), { SourceIdentity: "bob" }, one.keys))).toEqual(
			denied(caller, role(B), "sts:SetSourceIdentity"),
		);
	});
});

describe("web identity", () => {
	const federated = (RoleArn: string, WebIdentityToken = "any.jwt.token") =>
		sts(aws).send(new AssumeRoleWithWebIdentityCommand({ RoleArn, RoleSessionName: "pod", WebIdentityToken }));

	test("any token assumes an existing role, without a signature", async () => {
		const answer = await federated(role(B));
		const { AccessKeyId = "", SecretAccessKey = "", SessionToken = "" } = answer.Credentials ?? {};
		const keys = { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
		const who = await sts(aws, keys).send(new GetCallerIdentityCommand({}));
		expect(who.Arn).toBe(`arn:aws:sts::${B}:assumed-role/reader/pod`);
	});

	test("a role that does not exist or a token that is too short is rejected", async () => {
		expect(await refusal(federated(role(B, "missing")))).toMatchObject({ name: "AccessDenied", status: 403 });
		expect(await refusal(federated(role(B), "x"))).toMatchObject({ name: "ValidationError" });
	});
});
