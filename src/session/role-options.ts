/** How a role is assumed: every parameter of AssumeRole, checked before the network by AWS's own rules. */

import { checkOptions, describe, fail } from "../home/check.js";
import { checkRegion } from "../home/settings.js";
import { type AwsSession, isSession } from "./session.js";

/** How a role is assumed, whichever role it is. */
export interface RoleSessionOptions {
	/** The session that assumes the role; default: the process's own, `defaultSession()`. */
	readonly from?: AwsSession;
	/** What the role's trust policy asks for; kept out of every key, label and error. */
	readonly externalId?: string | undefined;
	/** 2 to 64 letters, digits and `_+=,.@-`; default: `sourceIdentity`, else made from the Lambda function or the process. */
	readonly sessionName?: string | undefined;
	/** Session tags, at most 50. */
	readonly tags?: Readonly<Record<string, string>> | undefined;
	/** Keys of `tags` that follow into roles assumed from this one. */
	readonly transitiveTagKeys?: readonly string[] | undefined;
	/** A session policy that narrows the role's permissions, as an object. */
	readonly policy?: object | undefined;
	/** ARNs of managed policies that narrow the role's permissions, at most 10. */
	readonly policyArns?: readonly string[] | undefined;
	/** Seconds, 900 to 43200 and at most the role's own maximum; at most 3600 when `from` is itself an assumed role. Default 3600. */
	readonly durationSeconds?: number | undefined;
	/** The person or program behind the call, as CloudTrail keeps it through every chained role. */
	readonly sourceIdentity?: string | undefined;
	/** The MFA device and how to ask for its code; asked once per assumption. */
	readonly mfa?: { readonly serialNumber: string; readonly code: () => string | Promise<string> } | undefined;
	/** The region whose STS is called; default: the session's, the settings' or the environment's region. */
	readonly stsRegion?: string | undefined;
	/** Another STS endpoint, such as a VPC endpoint's URL. */
	readonly stsEndpoint?: string | undefined;
	/** The region of this session's clients where neither the call nor the scope names one. */
	readonly region?: string | undefined;
}

/** Their names. */
export const ROLE_SESSION_KEYS = [
	"from",
	"externalId",
	"sessionName",
	"tags",
	"transitiveTagKeys",
	"policy",
	"policyArns",
	"durationSeconds",
	"sourceIdentity",
	"mfa",
	"stsRegion",
	"stsEndpoint",
	"region",
] as const satisfies (keyof RoleSessionOptions)[];

/** Checks all of them. */
export function checkRoleSession(where: string, options: RoleSessionOptions): void {
	const { from, externalId, sessionName, sourceIdentity, durationSeconds, region } = options;
	// A parent that was looked up and not found must not become the process itself.
	if ("from" in options && !isSession(from)) fail(`${where}({ from }) takes a session, not ${describe(from)}.`);
	// Not shown: it is as good as a password.
	if (externalId !== undefined && !(typeof externalId === "string" && /^[\w+=,.@:/-]{2,1224}$/.test(externalId))) {
		fail(`${where}({ externalId }) takes 2 to 1224 letters, digits and _+=,.@:/-, not what was given.`);
	}
	checkSessionName(`${where}({ sessionName })`, sessionName);
	checkSessionName(`${where}({ sourceIdentity })`, sourceIdentity);
	if (durationSeconds !== undefined) checkDuration(where, durationSeconds, from);
	checkStsPlace(where, options);
	if (region !== undefined) checkRegion(`${where}({ region })`, region);
	checkTags(`${where}({ tags })`, options.tags);
	checkTransitive(`${where}({ transitiveTagKeys })`, options);
	if (options.policy !== undefined) policyText(`${where}({ policy })`, options.policy);
	checkPolicyArns(`${where}({ policyArns })`, options.policyArns);
	checkMfa(where, options.mfa);
}

/** A copy that no later change of the caller's objects reaches. */
export const copyRoleSession = <Options extends RoleSessionOptions>(options: Options): Options => ({
	...options,
	...(options.tags && { tags: { ...options.tags } }),
	...(options.transitiveTagKeys && { transitiveTagKeys: [...options.transitiveTagKeys] }),
	...(options.policy && { policy: JSON.parse(JSON.stringify(options.policy)) as object }),
	...(options.policyArns && { policyArns: [...options.policyArns] }),
	...(options.mfa && { mfa: { ...options.mfa } }),
});

/** Checks a session name or a source identity. */
export function checkSessionName(where: string, value: unknown): void {
	if (value === undefined || matches(value, /^[\w+=,.@-]{2,64}$/)) return;
	fail(`${where} takes 2 to 64 letters, digits and _+=,.@-, not ${describe(value)}.`);
}

/** Checks where STS is called. */
export function checkStsPlace(where: string, place: { stsRegion?: unknown; stsEndpoint?: unknown }): void {
	const { stsRegion, stsEndpoint } = place;
	if (stsRegion !== undefined) checkRegion(`${where}({ stsRegion })`, stsRegion);
	if (stsEndpoint === undefined) return;
	// A password in it would serve nobody, since requests are signed, and could be seen wherever the URL is.
	if (matches(stsEndpoint, /^https?:\/\/[^@]*$/) && URL.canParse(stsEndpoint)) return;
	fail(`${where}({ stsEndpoint }) takes a URL such as "https://sts.eu-central-1.amazonaws.com", not what was given.`);
}

/** A session policy as STS takes it. */
export function policyText(where: string, policy: unknown): string {
	if (typeof policy !== "object" || policy === null || Array.isArray(policy)) {
		return fail(`${where} takes a policy as an object, not ${describe(policy)}.`);
	}
	let text: unknown;
	try {
		text = JSON.stringify(policy);
	} catch {
		// A cycle or a bigint.
	}
	if (typeof text !== "string") return fail(`${where} takes a policy that can be written as JSON.`);
	if (text.length > 2_048) fail(`${where} is ${text.length} characters long as JSON, but STS takes 2048 at most.`);
	return text;
}

const matches = (value: unknown, form: RegExp): value is string => typeof value === "string" && form.test(value);

function checkDuration(where: string, seconds: unknown, from: AwsSession | undefined): void {
	const valid = Number.isInteger(seconds) && (seconds as number) >= 900 && (seconds as number) <= 43_200;
	if (!valid) fail(`${where}({ durationSeconds }) takes whole seconds from 900 to 43200, not ${describe(seconds)}.`);
	if (from?.roleArn !== undefined && (seconds as number) > 3_600) {
		fail(
			`${where}({ durationSeconds: ${seconds} }) is too long for a chained role: a role assumed from ${from.roleArn} lasts at most 3600 s.`,
		);
	}
}

// https://docs.aws.amazon.com/STS/latest/APIReference/API_Tag.html
const TAG_TEXT = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

function checkTags(where: string, tags: unknown): void {
	if (tags === undefined) return;
	if (typeof tags !== "object" || tags === null || Symbol.iterator in tags) {
		fail(`${where} takes an object such as { tenant: "acme" }, not ${describe(tags)}.`);
	}
	const entries: [string, unknown][] = Object.entries(tags as object);
	if (entries.length > 50) fail(`${where} takes at most 50 tags, not ${entries.length}.`);
	const seen = new Set<string>();
	for (const [key, value] of entries) {
		if (key.length < 1 || key.length > 128 || !TAG_TEXT.test(key) || /^aws:/i.test(key)) {
			fail(
				`${where} has the key ${describe(key)}; a key is 1 to 128 letters, digits, spaces and _.:/=+-@, not aws:...`,
			);
		}
		if (typeof value !== "string" || value.length > 256 || !TAG_TEXT.test(value)) {
			fail(
				`${where} has ${describe(value)} for ${key}; a value is up to 256 letters, digits, spaces and _.:/=+-@ as text.`,
			);
		}
		if (seen.has(key.toLowerCase())) fail(`${where} has ${describe(key)} twice: STS does not tell capitals apart.`);
		seen.add(key.toLowerCase());
	}
}

function checkTransitive(where: string, { tags = {}, transitiveTagKeys }: RoleSessionOptions): void {
	if (transitiveTagKeys === undefined) return;
	if (!Array.isArray(transitiveTagKeys)) {
		fail(`${where} takes an array of keys of tags, not ${describe(transitiveTagKeys)}.`);
	}
	for (const key of transitiveTagKeys as readonly unknown[]) {
		if (typeof key !== "string" || !Object.hasOwn(tags, key)) {
			fail(`${where} names ${describe(key)}, which is not among tags.`);
		}
	}
}

function checkPolicyArns(where: string, arns: unknown): void {
	if (arns === undefined) return;
	if (!Array.isArray(arns) || arns.length > 10) fail(`${where} takes an array of at most 10 ARNs of managed policies.`);
	for (const arn of arns as readonly unknown[]) {
		if (!matches(arn, /^arn:aws[a-z-]*:iam::(aws|\d{12}):policy\/[\x21-\x7e]{1,512}$/)) {
			fail(`${where} takes ARNs such as "arn:aws:iam::aws:policy/ReadOnlyAccess", not ${describe(arn)}.`);
		}
	}
}

function checkMfa(where: string, mfa: unknown): void {
	if (mfa === undefined) return;
	checkOptions(`${where}({ mfa })`, mfa, ["serialNumber", "code"]);
	const { serialNumber, code } = mfa as { serialNumber?: unknown; code?: unknown };
	if (!matches(serialNumber, /^[\w+=/:,.@-]{9,256}$/)) {
		fail(`${where}({ mfa: { serialNumber } }) takes a device's serial number or ARN, not ${describe(serialNumber)}.`);
	}
	// Not shown: it may be the code itself.
	if (typeof code !== "function") {
		fail(`${where}({ mfa: { code } }) takes a function that gives the code, not a ${typeof code}.`);
	}
}
