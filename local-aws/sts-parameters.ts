/** Reads and checks the parameters of AssumeRole and its kin by STS's own rules, in STS's own words. */

import { Refusal } from "./protocols.js";
import { parseRoleArn, type RoleName } from "./roles.js";

/** The parameters of a Query request. */
export type Form = ReadonlyMap<string, string>;

/** A checked request for a role session. */
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

/** Reads a form body or a query string. Malformed percent-encodings stay as they are. */
export const readForm = (text: string): Form => new Map(new URLSearchParams(text));

/** @throws {Refusal} `ValidationError` and its kin, in the words of STS */
export function readRoleRequest(form: Form, limits: { minSeconds: number; maxSeconds: number }): RoleRequest {
	const problems: string[] = [];
	const roleArn = text(form, "RoleArn", problems, { min: 20, max: 2048, required: true });
	const sessionName = text(form, "RoleSessionName", problems, { min: 2, max: 64, pattern: NAME, required: true });
	const externalId = text(form, "ExternalId", problems, { min: 2, max: 1224, pattern: "[\\w+=,.@:\\/-]*" });
	const serialNumber = text(form, "SerialNumber", problems, { min: 9, max: 256, pattern: "[\\w+=/:,.@-]*" });
	const tokenCode = text(form, "TokenCode", problems, { min: 6, max: 6, pattern: "[\\d]*" });
	const sourceIdentity = text(form, "SourceIdentity", problems, { min: 2, max: 64, pattern: NAME });
	const policy = text(form, "Policy", problems, { min: 1, max: 2048 });
	const durationSeconds = duration(form, limits, problems);
	const tags = readTags(form, problems);
	const transitiveTagKeys = list(form, "TransitiveTagKeys").map((member) => member.get("") ?? "");
	if (transitiveTagKeys.length > 50) problems.push(tooMany("transitiveTagKeys", 50));
	const policyArns = list(form, "PolicyArns").map((member) => member.get("arn") ?? "");
	if (problems.length > 0) throw validation(problems);

	const role = parseRoleArn(roleArn ?? "");
	if (role === undefined) throw invalid(`${roleArn} is invalid`);
	if (policyArns.length > 10) throw invalid("The number of policy ARNs exceeds the limit of 10.");
	const stray = policyArns.find((arn) => !/^arn:aws(-[a-z]+)*:iam::(aws|\d{12}):policy\/\S+$/.test(arn));
	if (stray !== undefined) throw invalid(`ARN ${stray} is not valid.`);
	checkTagKeys(tags, transitiveTagKeys);
	if (policy !== undefined && !isObject(policy)) {
		throw new Refusal(400, "MalformedPolicyDocument", "Syntax errors in policy.");
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
export const invalid = (message: string): Refusal => new Refusal(400, "ValidationError", message);

const NAME = "[\\w+=,.@-]*";

const validation = (problems: readonly string[]): Refusal =>
	invalid(`${problems.length} validation error${problems.length > 1 ? "s" : ""} detected: ${problems.join("; ")}`);

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

const text = (form: Form, name: string, problems: string[], rule: TextRule): string | undefined => {
	const value = form.get(name);
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

const duration = (form: Form, limits: { minSeconds: number; maxSeconds: number }, problems: string[]) => {
	const value = form.get("DurationSeconds");
	if (value === undefined) return undefined;
	if (!/^-?\d{1,9}$/.test(value)) throw new Refusal(400, "MalformedInput", "Invalid Argument");
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

/** The members of a Query list: each a map of its fields, a plain value under `""`. */
const list = (form: Form, name: string): Map<string, string>[] => {
	const members = new Map<number, Map<string, string>>();
	for (const [key, value] of form) {
		const match = key.startsWith(`${name}.member.`) ? /^(\d{1,4})(?:\.(\w+))?$/.exec(key.slice(name.length + 8)) : null;
		if (!match) continue;
		const index = Number(match[1]);
		const member = members.get(index) ?? new Map<string, string>();
		members.set(index, member.set(match[2] ?? "", value));
	}
	return [...members].sort(([a], [b]) => a - b).map(([, member]) => member);
};

const readTags = (form: Form, problems: string[]): (readonly [string, string])[] => {
	const members = list(form, "Tags");
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
		throw new Refusal(400, "InvalidInput", "Duplicate tag keys found. Please note that Tag keys are case insensitive.");
	}
	if (keys.some((key) => key.startsWith("aws:"))) {
		throw invalid("Tag keys beginning with aws: are reserved for AWS use.");
	}
	const stray = transitive.find((key) => !keys.includes(key.toLowerCase()));
	if (stray !== undefined) throw invalid("The specified transitive tag key must be included in the requested tags.");
};

const isObject = (json: string): boolean => {
	try {
		const value: unknown = JSON.parse(json);
		return typeof value === "object" && value !== null && !Array.isArray(value);
	} catch {
		return false;
	}
};
