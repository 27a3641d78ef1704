/** Every option of a session: refused by name before the network, or sent to STS as it was given. */

import fc from "fast-check";
import { expect, test } from "vitest";
import { type AssumeRoleOptions, AwsScopeError, accountSessions, assumeRole, session } from "../../src/index.js";
import { failure } from "../helpers/pool.js";

const base = { account: "111111111111", role: "Reader" };
const code = (): string => "123456";
const TOKEN = { webIdentityTokenFile: "/token", roleArn: "arn:aws:iam::111111111111:role/Reader" };
const parent = assumeRole({ ...base, role: "Parent" });
const cycle: Record<string, unknown> = {};
cycle["self"] = cycle;
const many = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, n) => [`key${n}`, "value"]));

const refused: readonly [options: unknown, words: string][] = [
	[undefined, "takes an options object"],
	[{ ...base, rolle: "x" }, '"rolle"'],
	[{ account: "111111111111" }, "account and role, or roleArn"],
	[{ role: "Reader" }, "account and role, or roleArn"],
	[{ account: 111111111111, role: "Reader" }, "leading zeros"],
	[{ account: "1234", role: "Reader" }, "12 digits"],
	[{ account: "111111111111", role: "" }, "a role name"],
	[{ account: "111111111111", role: "arn:aws:iam::111111111111:role/Reader" }, "a role name"],
	[{ account: "111111111111", role: "Rea der" }, "a role name"],
	[{ account: "111111111111", role: "x".repeat(65) }, "at most 64"],
	[{ roleArn: "arn:aws:iam::111111111111:user/Reader" }, "a role ARN"],
	[{ roleArn: "arn:aws:iam::1:role/Reader" }, "a role ARN"],
	[{ roleArn: "arn:aws:iam::111111111111:role/Reader", role: "Reader" }, "not both"],
	[{ roleArn: "arn:aws:iam::111111111111:role/Reader", account: "222222222222" }, "pass only one of them"],
	[{ ...base, from: {} }, "takes a session"],
	[{ ...base, from: null }, "takes a session"],
	[{ ...base, externalId: "x" }, "2 to 1224"],
	[{ ...base, externalId: "with space" }, "2 to 1224"],
	[{ ...base, sessionName: "x" }, "2 to 64"],
	[{ ...base, sessionName: "x".repeat(65) }, "2 to 64"],
	[{ ...base, sessionName: "a/b" }, "2 to 64"],
	[{ ...base, sourceIdentity: "é!" }, "2 to 64"],
	[{ ...base, durationSeconds: 899 }, "900 to 43200"],
	[{ ...base, durationSeconds: 43_201 }, "900 to 43200"],
	[{ ...base, durationSeconds: 900.5 }, "900 to 43200"],
	[{ ...base, durationSeconds: "900" }, "900 to 43200"],
	[{ ...base, durationSeconds: 3_601, from: parent }, "chained"],
	[{ ...base, tags: [] }, "takes an object"],
	[{ ...base, tags: null }, "takes an object"],
	[{ ...base, tags: many(51) }, "at most 50"],
	[{ ...base, tags: { "": "x" } }, "1 to 128"],
	[{ ...base, tags: { ["x".repeat(129)]: "x" } }, "1 to 128"],
	[{ ...base, tags: { "aws:tenant": "x" } }, 'start with "aws:"'],
	[{ ...base, tags: { a: 1 } }, "the number 1"],
	[{ ...base, tags: { a: "x".repeat(257) } }, "at most 256"],
	[{ ...base, tags: { a: "x!" } }, "at most 256"],
	[{ ...base, tags: { Team: "a", team: "b" } }, "ignores case"],
	[{ ...base, transitiveTagKeys: ["a"] }, "not a key of tags"],
	[{ ...base, tags: { a: "b" }, transitiveTagKeys: ["constructor"] }, "not a key of tags"],
	[{ ...base, tags: { a: "b" }, transitiveTagKeys: "a" }, "an array"],
	[{ ...base, policy: "{}" }, "a policy as an object"],
	[{ ...base, policy: [] }, "a policy as an object"],
	[{ ...base, policy: cycle }, "serialized as JSON"],
	[{ ...base, policy: { a: 1n } }, "serialized as JSON"],
	[{ ...base, policy: { toJSON: () => undefined } }, "serialized as JSON"],
	[{ ...base, policy: { Statement: "x".repeat(2_048) } }, "2048 at most"],
	[{ ...base, policyArns: "arn" }, "an array"],
	[{ ...base, policyArns: [undefined] }, "not undefined"],
	[{ ...base, policyArns: ["arn:aws:iam::aws:role/x"] }, "ReadOnlyAccess"],
	[{ ...base, policyArns: Array(11).fill("arn:aws:iam::aws:policy/ReadOnlyAccess") }, "at most 10"],
	[{ ...base, mfa: null }, "takes an options object"],
	[{ ...base, mfa: { serialNumber: "arn:aws:iam::111111111111:mfa/me" } }, "code"],
	[{ ...base, mfa: { code: () => "1" } }, "serial number"],
	[{ ...base, mfa: { serialNumber: "arn:aws:iam::111111111111:mfa/me", code: "123456" } }, "a function"],
	[{ ...base, stsRegion: "EU" }, "a region"],
	[{ ...base, region: "" }, "a region"],
	[{ ...base, roleArn: "arn:aws-cn:iam::111111111111:role/Reader", role: undefined, stsRegion: "eu-west-1" }, "aws-cn"],
	[{ ...base, stsEndpoint: "sts.amazonaws.com" }, "a URL"],
	[{ ...base, stsEndpoint: "https://" }, "a URL"],
];

test.each(refused.map(([options, words]) => [words, options] as const))(
	"assumeRole() says %j of what is malformed",
	async (words, options) => {
		const error = await failure(() => assumeRole(options as AssumeRoleOptions));
		expect(error).toMatchObject({ code: "INVALID_OPTION" });
		expect(error.message).toContain(words);
	},
);

test.each([
	[{}, "one of profile"],
	[{ profile: "" }, "a profile name"],
	[{ profile: "a", credentials: { accessKeyId: "a", secretAccessKey: "b" } }, "one of profile"],
	[{ credentials: { accessKeyId: "a" } }, "secretAccessKey"],
	[{ credentials: null }, "secretAccessKey"],
	[{ profile: "a", roleArn: "arn:aws:iam::111111111111:role/Reader" }, "requires webIdentityTokenFile"],
	[{ webIdentityTokenFile: "/token" }, "a role ARN"],
	[{ webIdentityTokenFile: "", roleArn: "arn:aws:iam::111111111111:role/Reader" }, "a file path"],
	[{ profile: "a", region: "Frankfurt" }, "a region"],
	[{ profile: "a", mfa: { code: "123456" } }, "a function that returns the code"],
	[{ profile: "a", mfa: { code, serialNumber: "device-number" } }, 'no option "serialNumber"'],
	[{ credentials: { accessKeyId: "a", secretAccessKey: "b" }, mfa: { code } }, "requires profile"],
	[{ ...TOKEN, durationSeconds: 899 }, "900 to 43200"],
	[{ ...TOKEN, policy: "{}" }, "a policy as an object"],
	[{ ...TOKEN, policyArns: ["ReadOnlyAccess"] }, "takes ARNs"],
	[{ ...TOKEN, stsRegion: "cn-north-1" }, "not in the role's partition, aws"],
	[{ profile: "a", durationSeconds: 900 }, "requires webIdentityTokenFile"],
])("session(%j) is refused: %s", async (options, words) => {
	const error = await failure(() => session(options as never));
	expect(error).toMatchObject({ code: "INVALID_OPTION" });
	expect(error.message).toContain(words);
});

test("accountSessions() refuses a bad role and bad options before any account is known", async () => {
	expect(await failure(() => accountSessions({ role: "a b" }))).toMatchObject({ code: "INVALID_OPTION" });
	expect(await failure(() => accountSessions({ role: "a", from: 1 as never }))).toMatchObject({
		code: "INVALID_OPTION",
	});
	expect(await failure(() => accountSessions({ role: "a" })("1"))).toMatchObject({ code: "INVALID_OPTION" });
});

test("what the caller changes afterwards changes no session", () => {
	const tags: Record<string, string> = { tenant: "a" };
	const policy = { Statement: [{ Effect: "Allow" }] };
	const accounts = accountSessions({ role: "Reader", tags, policy });
	const same = accountSessions({ role: "Reader", tags: { ...tags }, policy: structuredClone(policy) });
	tags["tenant"] = "b";
	(policy.Statement[0] as { Effect: string }).Effect = "Deny";
	expect(accounts("111111111111")).toBe(same("111111111111"));
});

test("an external id is in no error, key or inspected session", async () => {
	const error = await failure(() => assumeRole({ ...base, externalId: "the secret id!" }));
	expect(error.message).not.toContain("the secret id");
	const made = assumeRole({ ...base, externalId: "the-secret-id" });
	expect(`${made.key} ${JSON.stringify(made)}`).not.toContain("the-secret-id");
	expect(made).not.toBe(assumeRole({ ...base, externalId: "another-id" }));
});

/** Gives what a call threw, if that is not one of the library's own errors. */
function stranger(call: () => unknown): unknown {
	try {
		call();
	} catch (error) {
		if (!(error instanceof AwsScopeError)) return error;
	}
	return undefined;
}

const anything = fc.anything({ withNullPrototype: true, withBigInt: true, withDate: true, withMap: true });
const names = ["from", "externalId", "sessionName", "tags", "transitiveTagKeys", "policy", "policyArns"] as const;
const more = ["durationSeconds", "sourceIdentity", "mfa", "stsRegion", "stsEndpoint", "region"] as const;

test("no option, whatever it is, makes assumeRole() throw anything but a named error", () => {
	const options = fc.record(Object.fromEntries([...names, ...more].map((name) => [name, anything])), {
		requiredKeys: [],
	});
	fc.assert(
		fc.property(options, (given) => {
			expect(stranger(() => assumeRole({ ...base, ...given } as AssumeRoleOptions))).toBeUndefined();
			expect(stranger(() => accountSessions({ role: "Reader", ...given } as never))).toBeUndefined();
		}),
		{ numRuns: 300 },
	);
});

test("nothing makes assumeRole(), session() or accountSessions() throw anything but a named error", () => {
	fc.assert(
		fc.property(anything, anything, (one, other) => {
			for (const call of [
				() => assumeRole(one as never),
				() => assumeRole({ account: one, role: other } as never),
				() => assumeRole({ roleArn: one, account: other } as never),
				() => session(one as never),
				() => session({ credentials: one, region: other } as never),
				() => session({ webIdentityTokenFile: one, roleArn: other } as never),
				() => accountSessions(one as never),
				() => accountSessions({ role: "Reader" })(one as never),
			]) {
				expect(stranger(call)).toBeUndefined();
			}
		}),
		{ numRuns: 300 },
	);
});
