/** How a role is assumed: every parameter of AssumeRole, checked before the network by AWS's own rules. */

import { describe, fail, matches } from "../home/check.js";
import { readOptions } from "../home/options.js";
import { checkRegion } from "../home/settings.js";
import { isForeign } from "./arns.js";
import { type MfaOptions, type ReadMfaCode, readMfa } from "./mfa.js";
import { type AwsSession, sessionOf } from "./session.js";
import { readSessionLimits, type SessionLimits } from "./session-limits.js";
import { readTags, readTransitive } from "./session-tags.js";

/** How a role is assumed, whichever role it is. */
export interface RoleSessionOptions extends SessionLimits {
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
