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
	limits: { minSeconds: number; maxSeconds: number },
): RoleRequest {
	const problems: string[] = [];
	const roleArn = text(parameters, "RoleArn", problems, { min: 20, max: 2048, required: true });
	const sessionName = text(parameters, "RoleSessionName", problems, { min: 2, max: 64, pattern: NAME, required: true });
	const externalId = text(parameters, "ExternalId", problems, { min: 2, max: 1224, pattern: "[\\w+=,.@:\\/-]*" });
	const serialNumber = text(parameters, "SerialNumber", problems, { min: 9, max: 256, pattern: "[\\w+=/:,.@-]*" });
	const tokenCode = text(parameters, "TokenCode", problems, { min: 6, max: 6, pattern: "[\\d]*" });
	const sourceIdentity = text(parameters, "SourceIdentity", problems, { min: 2, max: 64, pattern: NAME });
	const policy = text(parameters, "Policy", problems, { min: 1, max: 2048 });
	const durationSeconds = duration(parameters, limits, problems);
	const tags = readTags(parameters, problems);
	const transitiveTagKeys = list(parameters, "TransitiveTagKeys").map((member) => member.get("") ?? "");
	if (transitiveTagKeys.length > 50) problems.push(tooMany("transitiveTagKeys", 50));
	const policyArns = list(parameters, "PolicyArns").map((member) => member.get("arn") ?? "");
	if (problems.length > 0) throw constraintErrors(problems);

	const role = parseRoleArn(roleArn ?? "");
	if (role === undefined) throw validationError(`${roleArn} is invalid`);
	if (policyArns.length > 10) throw validationError("The number of policy ARNs exceeds the limit of 10.");
	const unknown = policyArns.find((arn) => !/^arn:aws(-[a-z]+)*:iam::(aws|\d{12}):policy\/\S+$/.test(arn));
	if (unknown !== undefined) throw validationError(`ARN ${unknown} is not valid.`);
	checkTagKeys(tags, transitiveTagKeys);
	if (policy !== undefined && !isObject(policy)) {
		throw new ServiceError(400, "MalformedPolicyDocument", "Syntax errors in policy.");
	}
	return {
		role,
		sessionName: sessionName ?? "",
		durationSeconds,
		externalId,
		serialNumber,
		tokenCode,
		sourceIdentity,
		policy,
		policyArns,
		tags,
		transitiveTagKeys,
	};
}

/** A `ValidationError` of STS. */
export const validationError = (message: string): ServiceError => new ServiceError(400, "ValidationError", message);

const NAME = "[\\w+=,.@-]*";

const constraintErrors = (problems: readonly string[]): ServiceError =>
	validationError(
		`${problems.length} validation error${problems.length > 1 ? "s" : ""} detected: ${problems.join("; ")}`,
	);

const camel = (name: string): string => name.charAt(0).toLowerCase() + name.slice(1);

const constraint = (value: string | null, name: string, rule: string): string =>
	`Value ${value === null ? "null" : `'${value}'`} at '${name}' failed to satisfy constraint: Member must ${rule}`;

const tooMany = (name: string, max: number): string =>
	constraint("[...]", name, `have length less than or equal to ${max}`);

interface TextRule {
	readonly min: number;
	readonly max: number;
	readonly pattern?: string;
	readonly required?: boolean;
}

const text = (parameters: Parameters, name: string, problems: string[], rule: TextRule): string | undefined => {
	const value = parameters.get(name);
	if (value === undefined) {
		if (rule.required) problems.push(constraint(null, camel(name), "not be null"));
		return undefined;
	}
	if (value.length < rule.min)
		problems.push(constraint(value, camel(name), `have length greater than or equal to ${rule.min}`));
	if (value.length > rule.max)
		problems.push(constraint(value, camel(name), `have length less than or equal to ${rule.max}`));
	if (rule.pattern !== undefined && !new RegExp(`^${rule.pattern}$`).test(value)) {
		problems.push(constraint(value, camel(name), `satisfy regular expression pattern: ${rule.pattern}`));
	}
	return value;
};

const duration = (parameters: Parameters, limits: { minSeconds: number; maxSeconds: number }, problems: string[]) => {
	const value = parameters.get("DurationSeconds");
	if (value === undefined) return undefined;
	if (!/^-?\d{1,9}$/.test(value)) throw new ServiceError(400, "MalformedInput", "Invalid Argument");
	const seconds = Number(value);
	const { minSeconds, maxSeconds } = limits;
	if (seconds < minSeconds) {
		problems.push(constraint(value, "durationSeconds", `have value greater than or equal to ${minSeconds}`));
	}
	if (seconds > maxSeconds) {
		problems.push(constraint(value, "durationSeconds", `have value less than or equal to ${maxSeconds}`));
	}
	return seconds;
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

const readTags = (parameters: Parameters, problems: string[]): (readonly [string, string])[] => {
	const members = list(parameters, "Tags");
	if (members.length > 50) problems.push(tooMany("tags", 50));
	return members.map((member, index) => {
		const at = `tags.${index + 1}.member`;
		const key = member.get("Key") ?? "";
		const value = member.get("Value") ?? "";
		if (key === "") problems.push(constraint(key, `${at}.key`, "have length greater than or equal to 1"));
		if (key.length > 128) problems.push(constraint(key, `${at}.key`, "have length less than or equal to 128"));
		if (value.length > 256) problems.push(constraint(value, `${at}.value`, "have length less than or equal to 256"));
		for (const [name, part] of [
			["key", key],
			["value", value],
		] as const) {
			if (!/^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u.test(part)) {
				problems.push(
					constraint(part, `${at}.${name}`, "satisfy regular expression pattern: [\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*"),
				);
			}
		}
		return [key, value] as const;
	});
};

const checkTagKeys = (tags: RoleRequest["tags"], transitive: readonly string[]): void => {
	const keys = tags.map(([key]) => key.toLowerCase());
	if (new Set(keys).size !== keys.length) {
		throw new ServiceError(
			400,
			"InvalidInput",
			"Duplicate tag keys found. Please note that Tag keys are case insensitive.",
		);
	}
	if (keys.some((key) => key.startsWith("aws:"))) {
		throw validationError("Tag keys beginning with aws: are reserved for AWS use.");
	}
	const unknown = transitive.find((key) => !keys.includes(key.toLowerCase()));
	if (unknown !== undefined)
		throw validationError("The specified transitive tag key must be included in the requested tags.");
};

const isObject = (json: string): boolean => {
	try {
		const value: unknown = JSON.parse(json);
		return typeof value === "object" && value !== null && !Array.isArray(value);
	} catch {
		return false;
	}
};
