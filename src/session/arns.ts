/** Parses, builds and sanitizes ARNs and session names by AWS's rules. */

import { describe, fail, notFound } from "../home/check.js";

/** The parts of a role ARN. */
export interface RoleArn {
	readonly partition: string;
	readonly account: string;
	/** The path before the name; `/` if there is none. */
	readonly path: string;
	readonly name: string;
}

const ROLE_ARN = /^arn:(aws[a-z-]*):iam::(\d{12}):role(\/(?:[\x21-\x7e]{1,510}\/)?)([\w+=,.@-]{1,64})$/;

/** Rejects anything but a string of twelve digits. */
export function checkAccount(where: string, account: unknown): asserts account is string {
	if ((account ?? "") === "") notFound(`${where} was given ${describe(account)}`);
	if (typeof account === "number") {
		fail(`${where} takes an account id as a string, not the number ${account}, which would lose leading zeros.`);
	}
	if (typeof account !== "string" || !/^\d{12}$/.test(account)) {
		fail(`${where} takes an account id of 12 digits, such as "012345678901", not ${describe(account)}.`);
	}
}

/** Parses a role ARN of any partition. */
export function parseRoleArn(where: string, arn: unknown): RoleArn {
	const match = typeof arn === "string" ? ROLE_ARN.exec(arn) : null;
	if (match === null) {
		return fail(`${where} takes a role ARN such as "arn:aws:iam::111111111111:role/Name", not ${describe(arn)}.`);
	}
	const [, partition = "", account = "", path = "", name = ""] = match;
	return { partition, account, path, name };
}

/** Builds a role ARN. The role may include a path (`team/Name` or `/team/Name`). */
export function buildRoleArn(where: string, partition: string, account: string, role: unknown): string {
	if (typeof role !== "string" || role === "" || role.startsWith("arn:")) {
		return fail(`${where} takes a role name, optionally with a path, such as "team/Reader", not ${describe(role)}.`);
	}
	const arn = `arn:${partition}:iam::${account}:role/${role.replace(/^\//, "")}`;
	if (!ROLE_ARN.test(arn)) {
		return fail(`${where} takes a role name of at most 64 letters, digits and _+=,.@-, not ${describe(role)}.`);
	}
	return arn;
}

/** The partition of a region, for building role ARNs. */
export function partitionOf(region: string | undefined): string {
	const [, start = "", all = "aws"] = ELSEWHERE.exec((region ?? "").replace(FIPS, "")) ?? [];
	return PARTITIONS[start] ?? all;
}

/** The parts that the SDK removes from a FIPS region's name, such as `fips-us-gov-west-1`. */
const FIPS = /^fips-(dkr-|prod-)?|-fips$/;
// The regions of other partitions, as in the SDK: by pattern, or a pseudo region such as aws-cn-global.
const ELSEWHERE = /^(?:(cn|us-gov|us-iso[bf]?|eu-isoe|eusc)-(?:\w+-)+\d+|(aws-(?:cn|us-gov|iso(?:-[bef])?))-global)$/;

// https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html
const PARTITIONS: Readonly<Record<string, string>> = {
	cn: "aws-cn",
	"us-gov": "aws-us-gov",
	"us-iso": "aws-iso",
	"us-isob": "aws-iso-b",
	"us-isof": "aws-iso-f",
	"eu-isoe": "aws-iso-e",
	eusc: "aws-eusc",
};

/** The STS region to use if nothing names one in the partition. */
export const defaultStsRegion = (partition: string): string => DEFAULT_STS_REGIONS[partition] ?? "us-east-1";

/** Whether a region is in another partition, so that its STS doesn't know the partition's roles. False for unknown partitions. */
export const isForeign = (region: string, partition: string): boolean =>
	partition in DEFAULT_STS_REGIONS && partitionOf(region) !== partition;

const DEFAULT_STS_REGIONS: Readonly<Record<string, string>> = {
	aws: "us-east-1",
	"aws-cn": "cn-north-1",
	"aws-us-gov": "us-gov-west-1",
	"aws-iso": "us-iso-east-1",
	"aws-iso-b": "us-isob-east-1",
	"aws-iso-f": "us-isof-south-1",
	"aws-iso-e": "eu-isoe-west-1",
	"aws-eusc": "eusc-de-east-1",
};

/** Makes a valid session name of 2 to 64 characters. Replaces invalid characters with `-`. */
export function cleanSessionName(text: string): string {
	const cleaned = text.replace(/[^\w+=,.@-]+/g, "-").slice(0, 64);
	return cleaned.length < 2 ? `${cleaned}--`.slice(0, 2) : cleaned;
}

/** The default name of a web identity session: the environment's, as in the SDK. */
export const tokenSessionName = (): string => {
	const { AWS_ROLE_SESSION_NAME } = process.env;
	return AWS_ROLE_SESSION_NAME ? cleanSessionName(AWS_ROLE_SESSION_NAME) : defaultSessionName();
};

/** The default session name, which shows in CloudTrail what runs this code. */
export function defaultSessionName(environment: NodeJS.ProcessEnv = process.env): string {
	const lambda = environment["AWS_LAMBDA_FUNCTION_NAME"];
	if (lambda === undefined) {
		// Loaded here, because importing the package must not wait for it.
		const { hostname } = process.getBuiltinModule("node:os");
		return cleanSessionName(`aws-scope-${process.pid}-${hostname()}`);
	}
	// The end of the log stream's name identifies the execution environment, so the function's name is shortened for it.
	const stream = (environment["AWS_LAMBDA_LOG_STREAM_NAME"] ?? "").replace(/^.*\]/, "").slice(-16);
	return cleanSessionName(stream === "" ? lambda : `${lambda.slice(0, 63 - stream.length)}-${stream}`);
}
