/** ARNs and session names: read, built and cleaned by AWS's own rules. */

import { describe, fail, notFound } from "../home/check.js";

const { hostname } = process.getBuiltinModule("node:os");

/** The parts of a role's ARN. */
export interface RoleArn {
	readonly partition: string;
	readonly account: string;
	/** The path in front of the name, `/` where there is none. */
	readonly path: string;
	readonly name: string;
}

const ROLE_ARN = /^arn:(aws[a-z-]*):iam::(\d{12}):role(\/(?:[\x21-\x7e]{1,510}\/)?)([\w+=,.@-]{1,64})$/;

/** Refuses anything but an account id of twelve digits, as text. */
export function checkAccount(where: string, account: unknown): asserts account is string {
	if ((account ?? "") === "") notFound(`${where} was given ${describe(account)}`);
	if (typeof account === "number") {
		fail(`${where} takes an account id as text, because a number loses its leading zeros; got the number ${account}.`);
	}
	if (typeof account !== "string" || !/^\d{12}$/.test(account)) {
		fail(`${where} takes an account id of 12 digits, such as "012345678901", not ${describe(account)}.`);
	}
}

/** Reads a role's ARN of any partition. */
export function parseRoleArn(where: string, arn: unknown): RoleArn {
	const match = typeof arn === "string" ? ROLE_ARN.exec(arn) : null;
	if (match === null) {
		return fail(`${where} takes a role's ARN, such as "arn:aws:iam::111111111111:role/Name", not ${describe(arn)}.`);
	}
	const [, partition = "", account = "", path = "", name = ""] = match;
	return { partition, account, path, name };
}

/** Builds a role's ARN; the role may carry a path (`team/Name` or `/team/Name`). */
export function buildRoleArn(where: string, partition: string, account: string, role: unknown): string {
	if (typeof role !== "string" || role === "" || role.startsWith("arn:")) {
		return fail(
			`${where} takes a role's name, with its path if it has one, such as "team/Reader", not ${describe(role)}.`,
		);
	}
	const arn = `arn:${partition}:iam::${account}:role/${role.replace(/^\//, "")}`;
	if (!ROLE_ARN.test(arn)) {
		return fail(`${where} takes a role's name of letters, digits and _+=,.@- (64 at most), not ${describe(role)}.`);
	}
	return arn;
}

/** The partition that a region belongs to, so that a role named by account and name gets the right ARN. */
export function partitionOf(region: string | undefined): string {
	const [, start = "", all = "aws"] = ELSEWHERE.exec((region ?? "").replace(FIPS, "")) ?? [];
	return PARTITIONS[start] ?? all;
}

/** What the SDK takes away from the name of a FIPS region, such as `fips-us-gov-west-1`. */
const FIPS = /^fips-(dkr-|prod-)?|-fips$/;
// The regions of other partitions, as the SDK knows them: by their form, or a pseudo region such as aws-cn-global.
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

/** The region whose STS stands in where nothing names one of that partition. */
export const defaultStsRegion = (partition: string): string => DEFAULT_STS_REGIONS[partition] ?? "us-east-1";

/** Whether that region's STS cannot know a role of this partition. Of a partition that is not known here nothing can be said. */
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

/** Makes a text fit to be a session name: forbidden characters become `-`, at most 64, at least 2. */
export function cleanSessionName(text: string): string {
	const cleaned = text.replace(/[^\w+=,.@-]+/g, "-").slice(0, 64);
	return cleaned.length < 2 ? `${cleaned}--`.slice(0, 2) : cleaned;
}

/** The name of a session that a token file gives and nobody named: the environment's, as in the SDK. */
export const tokenSessionName = (): string => {
	const { AWS_ROLE_SESSION_NAME } = process.env;
	return AWS_ROLE_SESSION_NAME ? cleanSessionName(AWS_ROLE_SESSION_NAME) : defaultSessionName();
};

/** The name of a session nobody named: who runs this code, as CloudTrail should show it. */
export function defaultSessionName(environment: NodeJS.ProcessEnv = process.env): string {
	const lambda = environment["AWS_LAMBDA_FUNCTION_NAME"];
	if (lambda === undefined) return cleanSessionName(`aws-scope-${process.pid}-${hostname()}`);
	// The end of a log stream's name tells one execution environment from another; the function's name gives way to it.
	const stream = (environment["AWS_LAMBDA_LOG_STREAM_NAME"] ?? "").replace(/^.*\]/, "").slice(-16);
	return cleanSessionName(stream === "" ? lambda : `${lambda.slice(0, 63 - stream.length)}-${stream}`);
}
