/** How a role is assumed: every parameter of AssumeRole, checked before the network by AWS's own rules. */

import { InvalidOptionError } from "../errors.js";
import { describe, fail } from "../home/check.js";
import { readOptions, readRecord } from "../home/options.js";
import { checkRegion } from "../home/settings.js";
import { isForeign } from "./arns.js";
import { type AwsSession, sessionOf } from "./session.js";

interface MfaOptions {
	readonly serialNumber: string;
	readonly code: () => string | Promise<string>;
}

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
	readonly mfa?: MfaOptions | undefined;
	/**
	 * The region whose STS is called. Default: the first region in the role's partition of the session's, the settings',
	 * the environment's and the asking client's.
	 */
	readonly stsRegion?: string | undefined;
	/** Another STS endpoint, such as a VPC endpoint's URL. */
	readonly stsEndpoint?: string | undefined;
	/** The region of this session's clients where neither the call nor the scope names one. Default: that of `from`. */
	readonly region?: string | undefined;
}

/** Their names. */
const NAMES = [
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

/** Whose method the code is asked of. @internal */
export interface ReadMfaCode {
	readonly device: object;
}

/** The same, read with all that it holds: what is written into the caller's objects later does not count. @internal */
export interface ReadRoleSession extends RoleSessionOptions {
	readonly mfa?: (MfaOptions & ReadMfaCode) | undefined;
}

/** Reads all of them and the caller's `more`, and checks them. @internal */
export function readRoleSession<Options extends RoleSessionOptions>(
	where: string,
	given: Options,
	...more: string[]
): Options & ReadRoleSession {
	const options = readOptions(`${where}()`, given, [...more, ...NAMES]);
	const { externalId, sessionName, sourceIdentity, region } = options;
	// A parent that was looked up and not found must not become the process itself.
	const from = "from" in options ? readParent(`${where}({ from })`, options.from) : undefined;
	// Not shown: it is as good as a password.
	if (externalId !== undefined && !(typeof externalId === "string" && /^[\w+=,.@:/-]{2,1224}$/.test(externalId))) {
		fail(`${where}({ externalId }) takes 2 to 1224 letters, digits and _+=,.@:/-, not what was given.`);
	}
	checkSessionName(`${where}({ sessionName })`, sessionName);
	checkSessionName(`${where}({ sourceIdentity })`, sourceIdentity);
	checkStsPlace(where, options);
	if (region !== undefined) checkRegion(`${where}({ region })`, region);
	const tags = readTags(`${where}({ tags })`, options.tags);
	const transitiveTagKeys = readTransitive(`${where}({ transitiveTagKeys })`, options.transitiveTagKeys, tags);
	const limits = readSessionLimits(where, options, from);
	const mfa = readMfa(where, options.mfa);
	return { ...options, from, tags, transitiveTagKeys, ...limits, mfa } as Options & ReadRoleSession;
}

/** What bounds a session in time and in permissions. */
type SessionLimits = Pick<RoleSessionOptions, "durationSeconds" | "policy" | "policyArns">;

/** Reads and checks what bounds a session. @internal */
export function readSessionLimits(
	where: string,
	{ durationSeconds, policy, policyArns }: SessionLimits,
	from: AwsSession | undefined,
): SessionLimits {
	if (durationSeconds !== undefined) checkDuration(where, durationSeconds, from);
	return {
		durationSeconds,
		policy: readPolicy(`${where}({ policy })`, policy),
		policyArns: readPolicyArns(`${where}({ policyArns })`, policyArns),
	};
}

const readParent = (where: string, given: unknown): AwsSession =>
	sessionOf(given) ?? fail(`${where} takes a session, not ${describe(given)}.`);

/** Checks a session name or a source identity. @internal */
export function checkSessionName(where: string, value: unknown): void {
	if (value === undefined || matches(value, /^[\w+=,.@-]{2,64}$/)) return;
	fail(`${where} takes 2 to 64 letters, digits and _+=,.@-, not ${describe(value)}.`);
}

/** Checks where STS is called, for a role of that partition where it is known. @internal */
export function checkStsPlace(
	where: string,
	{ stsRegion, stsEndpoint }: { stsRegion?: unknown; stsEndpoint?: unknown },
	partition?: string,
): void {
	if (stsRegion !== undefined) checkRegion(`${where}({ stsRegion })`, stsRegion);
	if (stsEndpoint === undefined) {
		if (stsRegion === undefined || partition === undefined || !isForeign(stsRegion, partition)) return;
		fail(
			`${where}({ stsRegion: "${stsRegion}" }) names an STS that knows no role of partition ${partition}; name a region of that partition, or leave stsRegion out.`,
		);
	}
	// A password in it would serve nobody, since requests are signed, and could be seen wherever the URL is.
	if (matches(stsEndpoint, /^https?:\/\/[^@]*$/) && URL.canParse(stsEndpoint)) return;
	fail(`${where}({ stsEndpoint }) takes a URL such as "https://sts.eu-central-1.amazonaws.com", not what was given.`);
}

/** A session policy as STS takes it: what JSON makes of it, with what its objects inherit and their getters. */
function readPolicy(where: string, given: unknown): object | undefined {
	if (given === undefined) return undefined;
	if (typeof given !== "object" || given === null || Array.isArray(given)) {
		return fail(`${where} takes a policy as an object, not ${describe(given)}.`);
	}
	let text: unknown;
	try {
		text = JSON.stringify(given, (_name, value: unknown) =>
			typeof value === "object" && value !== null && !Array.isArray(value) ? readRecord(where, value) : value,
		);
	} catch (error) {
		if (error instanceof InvalidOptionError) throw error;
		// A cycle or a bigint.
	}
	if (typeof text !== "string") return fail(`${where} takes a policy that can be written as JSON.`);
	if (text.length > 2_048) fail(`${where} is ${text.length} characters long as JSON, but STS takes 2048 at most.`);
	return JSON.parse(text) as object;
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

function readTags(where: string, given: unknown): Readonly<Record<string, string>> | undefined {
	if (given === undefined) return undefined;
	const tags = readRecord(where, given, 'an object such as { tenant: "acme" }');
	const entries = Object.entries(tags);
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
	return tags as Readonly<Record<string, string>>;
}

function readTransitive(where: string, given: unknown, tags: object = {}): readonly string[] | undefined {
	if (given === undefined) return undefined;
	if (!Array.isArray(given)) fail(`${where} takes an array of keys of tags, not ${describe(given)}.`);
	const keys: unknown[] = [...(given as unknown[])];
	const stray = keys.findIndex((key) => typeof key !== "string" || !Object.hasOwn(tags, key));
	if (stray !== -1) fail(`${where} names ${describe(keys[stray])}, which is not among tags.`);
	return keys as string[];
}

function readPolicyArns(where: string, given: unknown): readonly string[] | undefined {
	if (given === undefined) return undefined;
	const arns: readonly unknown[] = Array.isArray(given) ? [...(given as unknown[])] : [];
	if (!Array.isArray(given) || arns.length > 10) {
		fail(`${where} takes an array of at most 10 ARNs of managed policies.`);
	}
	for (const arn of arns) {
		if (!matches(arn, /^arn:aws[a-z-]*:iam::(aws|\d{12}):policy\/[\x21-\x7e]{1,512}$/)) {
			fail(`${where} takes ARNs such as "arn:aws:iam::aws:policy/ReadOnlyAccess", not ${describe(arn)}.`);
		}
	}
	return arns as string[];
}

function readMfa(where: string, given: MfaOptions | undefined): ReadRoleSession["mfa"] {
	if (given === undefined) return undefined;
	const { serialNumber, code, device } = readMfaCode(where, given, "serialNumber");
	if (!matches(serialNumber, /^[\w+=/:,.@-]{9,256}$/)) {
		fail(`${where}({ mfa: { serialNumber } }) takes a device's serial number or ARN, not ${describe(serialNumber)}.`);
	}
	return { serialNumber, code, device };
}

/** Reads how a code is asked for, and the `others` beside it. @internal */
export function readMfaCode<Given extends object & { readonly code: unknown }>(
	where: string,
	given: Given,
	...others: string[]
): Given & ReadMfaCode {
	const mfa = readOptions(`${where}({ mfa })`, given, [...others, "code"]);
	// Not shown: it may be the code itself.
	if (typeof mfa.code !== "function") {
		fail(`${where}({ mfa: { code } }) takes a function that gives the code, not a ${typeof mfa.code}.`);
	}
	return { ...mfa, device: given };
}
