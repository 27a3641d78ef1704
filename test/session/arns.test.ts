/** ARNs and session names. */

import fc from "fast-check";
import { afterEach, expect, test, vi } from "vitest";
import { resetAwsScope } from "../../local-aws/index.js";
import { AwsScopeError, assumeRole, configure } from "../../src/index.js";
import {
	buildRoleArn,
	cleanSessionName,
	defaultSessionName,
	parseRoleArn,
	partitionOf,
} from "../../src/session/arns.js";

afterEach(async () => {
	vi.unstubAllEnvs();
	await resetAwsScope();
});

const from = (characters: string, minLength: number, maxLength: number) =>
	fc.string({ unit: fc.constantFrom(...characters), minLength, maxLength });
const NAME = "abzABZ019_+=,.@-";
const role = from(NAME, 1, 64);
const digits = from("0123456789", 12, 12);
const partition = fc.constantFrom("aws", "aws-cn", "aws-us-gov", "aws-iso-b", "aws-eusc");
const path = fc
	.array(from(`${NAME}!~`, 1, 20), { maxLength: 4 })
	.map((parts) => parts.map((part) => `${part}/`).join(""));

test("what is built is read back as it was", () => {
	fc.assert(
		fc.property(partition, digits, path, role, fc.boolean(), (inPartition, account, under, name, slash) => {
			const arn = buildRoleArn("test", inPartition, account, `${slash ? "/" : ""}${under}${name}`);
			expect(parseRoleArn("test", arn)).toEqual({ partition: inPartition, account, path: `/${under}`, name });
		}),
	);
});

test("no text hangs the reading of an ARN or a role, or throws anything but a named error", () => {
	const text = fc.oneof(
		fc.string({ unit: "binary", maxLength: 3_000 }),
		fc.string({ maxLength: 2_000 }).map((tail) => `arn:aws:iam::111111111111:role/${tail}`),
		fc.nat(1_500).map((count) => `arn:aws:iam::111111111111:role/${"a/".repeat(count)}!`),
	);
	fc.assert(
		fc.property(text, (given) => {
			for (const call of [
				() => parseRoleArn("test", given),
				() => parseRoleArn("test", buildRoleArn("test", "aws", "111111111111", given)),
			]) {
				try {
					call();
				} catch (error) {
					expect(error).toBeInstanceOf(AwsScopeError);
				}
			}
		}),
	);
});

test("every text makes a session name that STS takes", () => {
	fc.assert(
		fc.property(fc.string({ unit: "binary", maxLength: 200 }), (text) => {
			expect(cleanSessionName(text)).toMatch(/^[\w+=,.@-]{2,64}$/);
		}),
	);
});

test("a text that STS takes is a session name as it is", () => {
	fc.assert(
		fc.property(from(NAME, 2, 64), (text) => {
			expect(cleanSessionName(text)).toBe(text);
		}),
	);
});

test("in Lambda a session is named after the function and the log stream", () => {
	const stream = "2026/08/01/[$LATEST]0123456789abcdef0123456789abcdef";
	const named = (AWS_LAMBDA_FUNCTION_NAME: string, AWS_LAMBDA_LOG_STREAM_NAME?: string) =>
		defaultSessionName({ AWS_LAMBDA_FUNCTION_NAME, AWS_LAMBDA_LOG_STREAM_NAME });
	expect(named("orders", stream)).toBe("orders-0123456789abcdef");
	expect(named("orders")).toBe("orders");
	const long = named("f".repeat(64), stream);
	expect(long).toHaveLength(64);
	expect(long.endsWith("-0123456789abcdef")).toBe(true);
});

test("elsewhere it is named after the process and the machine", () => {
	expect(defaultSessionName({})).toMatch(new RegExp(`^aws-scope-${process.pid}-`));
});

test.each([
	["eu-central-1", "aws"],
	["cn-north-1", "aws-cn"],
	["us-gov-west-1", "aws-us-gov"],
	["us-iso-east-1", "aws-iso"],
	["us-isob-east-1", "aws-iso-b"],
	["us-isof-south-1", "aws-iso-f"],
	["eu-isoe-west-1", "aws-iso-e"],
	["eusc-de-east-1", "aws-eusc"],
	["xx-new-1", "aws"],
	[undefined, "aws"],
])("a role named in region %s is of partition %s", (region, expected) => {
	expect(partitionOf(region)).toBe(expected);
});

test("the partition follows the call's STS region, else the session's, the settings' or the environment's", () => {
	const base = { account: "111111111111", role: "Reader" };
	const arn = (options: object) => assumeRole({ ...base, ...options }).roleArn;
	vi.stubEnv("AWS_REGION", "us-gov-east-1");
	expect(arn({})).toBe("arn:aws-us-gov:iam::111111111111:role/Reader");
	configure({ region: "cn-north-1" });
	expect(arn({})).toBe("arn:aws-cn:iam::111111111111:role/Reader");
	expect(arn({ region: "eu-west-1" })).toBe("arn:aws:iam::111111111111:role/Reader");
	expect(arn({ region: "eu-west-1", stsRegion: "us-gov-west-1" })).toContain("arn:aws-us-gov:");
	const parent = assumeRole({ ...base, region: "eusc-de-east-1" });
	expect(arn({ from: parent })).toContain("arn:aws-eusc:");
});
