/** The options for assuming a role, checked by AWS's rules before any network call. */

import { describe, fail, matches } from "../home/check.js";
import { readOptions } from "../home/options.js";
import { checkRegion } from "../home/settings.js";
import { isForeign } from "./arns.js";
import { type MfaOptions, type ReadMfaCode, readMfa } from "./mfa.js";
import { type AwsSession, sessionOf } from "./session.js";
import { readSessionLimits, type SessionLimits } from "./session-limits.js";
import { readTags, readTransitive } from "./session-tags.js";

/** The options for assuming a role, except the role itself. */
export interface RoleSessionOptions extends SessionLimits {
	/** The session that assumes the role. Default: the process's own, `defaultSession()`. */
	readonly from?: AwsSession;
	/** The external id that the role's trust policy requires. Not shown in keys, labels or errors. */
	readonly externalId?: string | undefined;
	/** 2 to 64 letters, digits and `_+=,.@-`. Default: `sourceIdentity`, or a name from the Lambda function or the process. */
	readonly sessionName?: string | undefined;
	/** Session tags, at most 50. */
	readonly tags?: Readonly<Record<string, string>> | undefined;
	/** Keys of `tags` that are passed on to roles assumed from this one. */
	readonly transitiveTagKeys?: readonly string[] | undefined;
	/** Who or what makes the call. CloudTrail logs it, including for chained roles. */
	readonly sourceIdentity?: string | undefined;
	/** An MFA device, and a function that returns its code. Called once per AssumeRole call. */
	readonly mfa?: MfaOptions | undefined;
	/**
	 * The region of the STS endpoint. Default: the first of the session's, the settings', the environment's and the client's
	 * region that is in the role's partition.
	 */
	readonly stsRegion?: string | undefined;
	/** A custom STS endpoint, such as the URL of a VPC endpoint. */
	readonly stsEndpoint?: string | undefined;
	/** The region of this session's clients if neither the call nor the scope names one. Default: that of `from`. */
	readonly region?: string | undefined;
}

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

/** A checked copy. Later changes to the caller's objects have no effect. @internal */
export interface ReadRoleSession extends RoleSessionOptions {
	readonly mfa?: (MfaOptions & ReadMfaCode) | undefined;
}

/** Reads and checks the options, and reads `more`. @internal */
export function readRoleSession<Options extends RoleSessionOptions>(
	where: string,
	given: Options,
	...more: string[]
): Options & ReadRoleSession {
	const options = readOptions(`${where}()`, given, [...more, ...NAMES]);
	const { externalId, sessionName, sourceIdentity, region } = options;
	// `from: undefined` is a failed lookup, which must not become the process's own identity.
	const from = "from" in options ? readParent(`${where}({ from })`, options.from) : undefined;
	// The value is not shown, because it is like a password.
	if (externalId !== undefined && !(typeof externalId === "string" && /^[\w+=,.@:/-]{2,1224}$/.test(externalId))) {
		fail(`${where}({ externalId }) takes 2 to 1224 letters, digits and _+=,.@:/-; the given value doesn't match.`);
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

const readParent = (where: string, given: unknown): AwsSession =>
	sessionOf(given) ?? fail(`${where} takes a session, not ${describe(given)}.`);

/** Checks a session name or a source identity. @internal */
export function checkSessionName(where: string, value: unknown): void {
	if (value === undefined || matches(value, /^[\w+=,.@-]{2,64}$/)) return;
	fail(`${where} takes 2 to 64 letters, digits and _+=,.@-, not ${describe(value)}.`);
}

/** Checks `stsRegion` and `stsEndpoint`. @internal */
export function checkStsPlace(
	where: string,
	{ stsRegion, stsEndpoint }: { stsRegion?: unknown; stsEndpoint?: unknown },
	partition?: string,
): void {
	if (stsRegion !== undefined) checkRegion(`${where}({ stsRegion })`, stsRegion);
	if (stsEndpoint === undefined) {
		if (stsRegion === undefined || partition === undefined || !isForeign(stsRegion, partition)) return;
		fail(
			`${where}({ stsRegion: "${stsRegion}" }) is not in the role's partition, ${partition}; use a region of that partition, or omit stsRegion.`,
		);
	}
	// A password in the URL would be useless, because requests are signed, and visible wherever the URL is shown.
	if (matches(stsEndpoint, /^https?:\/\/[^@]*$/) && URL.canParse(stsEndpoint)) return;
	fail(
		`${where}({ stsEndpoint }) takes a URL such as "https://sts.eu-central-1.amazonaws.com"; the given value doesn't match.`,
	);
}
