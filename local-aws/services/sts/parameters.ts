/** Reads and validates the parameters of AssumeRole and AssumeRoleWithWebIdentity, with the error messages of STS. */

import { ServiceError } from "../../protocols/protocol.js";
import { parseRoleArn, type RoleName } from "./trust.js";

/** The parameters of a Query request. */
export type Parameters = ReadonlyMap<string, string>;

/** A validated request for a role session. */
export interface RoleRequest {
	readonly role: RoleName;
	readonly sessionName: string;
	readonly durationSeconds: number | undefined;
	readonly externalId: string | undefined;
	readonly serialNumber: string | undefined;
	readonly tokenCode: string | undefined;
	readonly sourceIdentity: string | undefined;
	readonly policy: string | undefined;
	readonly policyArns: readonly string[];
	readonly tags: readonly (readonly [key: string, value: string])[];
	readonly transitiveTagKeys: readonly string[];
}

/** @throws {ServiceError} `ValidationError` and the like */
export function readRoleRequest(
	parameters: Parameters,
	{ minSeconds, maxSeconds }: { minSeconds: number; maxSeconds: number },
): RoleRequest {
	const problems: string[] = [];
	const text = (name: string, rule: TextRule): string | undefined => {
		const value = parameters.get(name);
		if (value !== undefined) problems.push(...textProblems(camelCase(name), value, rule));
		return value;
	};
	const requiredText = (name: string, rule: TextRule): string => {
		const value = text(name, rule);
		if (value === undefined) problems.push(problem("null", camelCase(name), "not be null"));
		return value ?? "";
	};
	const roleArn = requiredText("RoleArn", { min: 20, max: 2048 });
	const sessionName = requiredText("RoleSessionName", { min: 2, max: 64, pattern: NAME });
	const externalId = text("ExternalId", { min: 2, max: 1224, pattern: "[\\w+=,.@:\\/-]*" });
	const serialNumber = text("SerialNumber", { min: 9, max: 256, pattern: "[\\w+=/:,.@-]*" });
	const tokenCode = text("TokenCode", { min: 6, max: 6, pattern: "[\\d]*" });
	const sourceIdentity = text("SourceIdentity", { min: 2, max: 64, pattern: NAME });
	const policy = text("Policy", { min: 1, max: 2048 });
	const duration = parameters.get("DurationSeconds");
	if (duration !== undefined) {
		if (!/^-?\d{1,9}$/.test(duration)) throw new ServiceError(400, "MalformedInput", "Invalid Argument");
		problems.push(
			...rangeProblems("durationSeconds", `'${duration}'`, "value", Number(duration), minSeconds, maxSeconds),
		);
	}
	const tags = list(parameters, "Tags").map((tag) => [tag.get("Key") ?? "", tag.get("Value") ?? ""] as const);
	problems.push(...rangeProblems("tags", "[...]", "length", tags.length, 0, 50));
	for (const [index, [key, value]] of tags.entries()) {
		problems.push(...textProblems(`tags.${index + 1}.member.key`, key, { min: 1, max: 128, pattern: TAG }));
		problems.push(...textProblems(`tags.${index + 1}.member.value`, value, { min: 0, max: 256, pattern: TAG }));
	}
	const transitiveTagKeys = list(parameters, "TransitiveTagKeys").map((member) => member.get("") ?? "");
	problems.push(...rangeProblems("transitiveTagKeys", "[...]", "length", transitiveTagKeys.length, 0, 50));
	const policyArns = list(parameters, "PolicyArns").map((member) => member.get("arn") ?? "");
	if (problems.length > 0) {
		const count = `${problems.length} validation error${problems.length > 1 ? "s" : ""}`;
		throw validationError(`${count} detected: ${problems.join("; ")}`);
	}

	const role = parseRoleArn(roleArn);
	if (role === undefined) throw validationError(`${roleArn} is invalid`);
	if (policyArns.length > 10) throw validationError("The number of policy ARNs exceeds the limit of 10.");
	const badArn = policyArns.find((arn) => !/^arn:aws(-[a-z]+)*:iam::(aws|\d{12}):policy\/\S+$/.test(arn));
	if (badArn !== undefined) throw validationError(`ARN ${badArn} is not valid.`);
	checkTagKeys(tags, transitiveTagKeys);
	if (policy !== undefined && !isJsonObject(policy)) {
		throw new ServiceError(400, "MalformedPolicyDocument", "Syntax errors in policy.");
	}
	const durationSeconds = duration === undefined ? undefined : Number(duration);
	const mfa = { serialNumber, tokenCode };
	return {
		role,
		sessionName,
		durationSeconds,
		externalId,
		...mfa,
		sourceIdentity,
		policy,
		policyArns,
		tags,
		transitiveTagKeys,
	};
}

/** A `ValidationError` of STS. */
export const validationError = (message: string): ServiceError => new ServiceError(400, "ValidationError", message);

interface TextRule {
	readonly min: number;
	readonly max: number;
	readonly pattern?: string;
}

const NAME = "[\\w+=,.@-]*";
const TAG = "[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*";

const camelCase = (name: string): string => name.charAt(0).toLowerCase() + name.slice(1);

const problem = (value: string, name: string, rule: string): string =>
	`Value ${value} at '${name}' failed to satisfy constraint: Member must ${rule}`;

const rangeProblems = (
	name: string,
	value: string,
	what: string,
	actual: number,
	min: number,
	max: number,
): string[] => [
	...(actual < min ? [problem(value, name, `have ${what} greater than or equal to ${min}`)] : []),
	...(actual > max ? [problem(value, name, `have ${what} less than or equal to ${max}`)] : []),
];

const textProblems = (name: string, text: string, { min, max, pattern = "[^]*" }: TextRule): string[] => {
	const value = `'${text}'`;
	const isMatch = new RegExp(`^${pattern}$`, "u").test(text);
	return [
		...rangeProblems(name, value, "length", text.length, min, max),
		...(isMatch ? [] : [problem(value, name, `satisfy regular expression pattern: ${pattern}`)]),
	];
};

/** The members of a list: each is a map of its fields; a plain value is under `""`. */
const list = (parameters: Parameters, name: string): Map<string, string>[] => {
	const members = new Map<number, Map<string, string>>();
	for (const [key, value] of parameters) {
		const match = key.startsWith(`${name}.member.`) ? /^(\d{1,4})(?:\.(\w+))?$/.exec(key.slice(name.length + 8)) : null;
		if (!match) continue;
		const index = Number(match[1]);
		const member = members.get(index) ?? new Map<string, string>();
		members.set(index, member.set(match[2] ?? "", value));
	}
	return [...members].sort(([a], [b]) => a - b).map(([, member]) => member);
};

const checkTagKeys = (tags: RoleRequest["tags"], transitive: readonly string[]): void => {
	const keys = tags.map(([key]) => key.toLowerCase());
	if (new Set(keys).size !== keys.length) {
		const message = "Duplicate tag keys found. Please note that Tag keys are case insensitive.";
		throw new ServiceError(400, "InvalidInput", message);
	}
	if (keys.some((key) => key.startsWith("aws:"))) {
		throw validationError("Tag keys beginning with aws: are reserved for AWS use.");
	}
	if (!transitive.every((key) => keys.includes(key.toLowerCase()))) {
		throw validationError("The specified transitive tag key must be included in the requested tags.");
	}
};

const isJsonObject = (json: string): boolean => {
	try {
		const value: unknown = JSON.parse(json);
		return typeof value === "object" && value !== null && !Array.isArray(value);
	} catch {
		return false;
	}
};
