import { createHash } from "node:crypto";
import { GetAccessKeyInfoCommand } from "@aws-sdk/client-sts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type LocalAws, startLocalAws } from "../../local-aws/index.js";
import { A, assume, B, raw, refusal, role, signed, sts } from "./support.js";

const MFA = `arn:aws:iam::${A}:mfa/me`;
let aws: LocalAws;
beforeAll(async () => {
	aws = await startLocalAws({ accounts: [A, B] });
});
afterAll(() => aws.close());

describe("parameters", () => {
	test.each([
		[
			"a short session name",
			{ RoleSessionName: "x" },
			/at 'roleSessionName' failed to satisfy constraint: Member must have length greater than or equal to 2$/,
		],
		["a long session name", { RoleSessionName: "x".repeat(65) }, /length less than or equal to 64$/],
		[
			"a session name with spaces",
			{ RoleSessionName: "a b" },
			/Member must satisfy regular expression pattern: \[\\w\+=,\.@-\]\*$/,
		],
		["a short external id", { ExternalId: "x" }, /at 'externalId'/],
		["a token code of letters", { SerialNumber: MFA, TokenCode: "abcdef" }, /at 'tokenCode'/],
		["a source identity with a slash", { SourceIdentity: "a/b" }, /at 'sourceIdentity'/],
		["a long policy", { Policy: `{"a":"${"x".repeat(2048)}"}` }, /at 'policy' .* less than or equal to 2048$/],
		["an invalid policy ARN", { PolicyArns: [{ arn: "x" }] }, /^ARN x is not valid/],
		[
			"eleven policy ARNs",
			{ PolicyArns: Array.from({ length: 11 }, () => ({ arn: "arn:aws:iam::aws:policy/ReadOnlyAccess" })) },
			/limit of 10/,
		],
		[
			"fifty-one tags",
			{ Tags: Array.from({ length: 51 }, (_, i) => ({ Key: `k${i}`, Value: "v" })) },
			/at 'tags' .* less than or equal to 50/,
		],
		["an empty tag key", { Tags: [{ Key: "", Value: "v" }] }, /at 'tags\.1\.member\.key'/],
		["a tag value with a forbidden character", { Tags: [{ Key: "k", Value: "a;b" }] }, /at 'tags\.1\.member\.value'/],
		[
			"a transitive key that is not a tag",
			{ Tags: [{ Key: "k", Value: "v" }], TransitiveTagKeys: ["other"] },
			/transitive tag key must be included/,
		],
		["a reserved tag key", { Tags: [{ Key: "aws:x", Value: "v" }] }, /reserved/],
	])("%s is rejected", async (_what, more, message) => {
		expect(await refusal(assume(aws, role(B), more))).toEqual({
			name: "ValidationError",
			status: 400,
			message: expect.stringMatching(message),
		});
	});

	test.each([
		"not-an-arn-but-long-enough",
		`arn:aws:iam::${B}:user/not-a-role`,
		`arn:aws:iam::22222222222:role/x-eleven`,
		`arn:aws:iam::${B}:role/`,
	])("the role ARN %s is rejected", async (roleArn) => {
		expect(await refusal(assume(aws, roleArn))).toMatchObject({
			name: "ValidationError",
			message: `${roleArn} is invalid`,
		});
	});

	test("all validation errors are reported at once, a missing parameter as null", async () => {
		const body = "Action=AssumeRole&Version=2011-06-15&RoleSessionName=x&DurationSeconds=1";
		const headers = { "content-type": "application/x-www-form-urlencoded" };
		const answered = await raw(aws, await signed(aws, "sts", { headers, body }));
		expect(answered.status).toBe(400);
		expect(answered.body).toContain(
			"<Message>3 validation errors detected: Value null at &#39;roleArn&#39; failed to satisfy constraint: Member must not be null; ",
		);
	});

	test("a malformed policy, duplicate tags and too many of both have their own codes", async () => {
		expect(await refusal(assume(aws, role(B), { Policy: "{" }))).toMatchObject({
			name: "MalformedPolicyDocumentException",
			status: 400,
		});
		const twice = [
			{ Key: "Team", Value: "a" },
			{ Key: "team", Value: "b" },
		];
		expect(await refusal(assume(aws, role(B), { Tags: twice }))).toMatchObject({ name: "InvalidInput", status: 400 });
		const unlike = Array.from({ length: 30 }, (_, i) => ({
			Key: `k${i}`,
			Value: [1, 2, 3].map((part) => createHash("sha512").update(`${i}.${part}`).digest("hex").slice(0, 80)).join(""),
		}));
		expect(await refusal(assume(aws, role(B), { Tags: unlike }))).toMatchObject({
			name: "PackedPolicyTooLargeException",
			status: 400,
		});
	});

	test("PackedPolicySize is returned when there are policies or tags", async () => {
		expect((await assume(aws, role(B))).answer.PackedPolicySize).toBeUndefined();
		const { answer } = await assume(aws, role(B), { Policy: '{"Version":"2012-10-17","Statement":[]}' });
		expect(answer.PackedPolicySize).toBeGreaterThan(0);
	});

	test("the error for an operation that is not emulated names it", async () => {
		const error = await refusal(sts(aws).send(new GetAccessKeyInfoCommand({ AccessKeyId: "AKIAIOSFODNN7EXAMPLE" })));
		expect(error).toMatchObject({ name: "InvalidAction", status: 400 });
		expect(error.message).toContain("GetAccessKeyInfo");
	});
});
