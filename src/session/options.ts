/** What sessions are made from, checked before any network call. */

import type { AwsCredentialIdentity, AwsCredentialIdentityProvider } from "@smithy/types";
import { checkOptions, describe, fail } from "../home/check.js";
import { checkRegion } from "../home/settings.js";
import { checkAccount, parseRoleArn } from "./names.js";
import type { AwsSession } from "./session.js";

/** How a role is assumed, whichever role it is. */
export interface RoleSessionOptions {
	/** The session that assumes the role; default: the process's own, `defaultSession()`. */
	readonly from?: AwsSession | undefined;
	/** What the role's trust policy asks for; kept out of every key, label and error. */
	readonly externalId?: string | undefined;
	/** 2 to 64 letters, digits and `_+=,.@-`; default: made from the Lambda function or the process. */
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

/** One role in one account, by account and name or by ARN. */
export type AssumeRoleOptions = RoleSessionOptions &
	(
		| { readonly account: string; readonly role: string; readonly roleArn?: undefined }
		| { readonly roleArn: string; readonly account?: string | undefined; readonly role?: undefined }
	);

/** The same role in every account. */
export type AccountSessionsOptions = RoleSessionOptions & { readonly role: string };

/** Where a session that no other session assumes comes from: a profile, given credentials or a token file. */
export type SessionOptions =
	| ProfileOptions
	| (Omit<ProfileOptions, "profile"> & CredentialsOptions)
	| (Omit<ProfileOptions, "profile"> & WebIdentityOptions);

interface ProfileOptions {
	/** A profile of the shared files, whatever it holds: keys, SSO, a process, a role. */
	readonly profile: string;
	/** The region of this session's clients where neither the call nor the scope names one. */
	readonly region?: string | undefined;
}

interface CredentialsOptions {
	/** Credentials as they are, or an SDK credential provider. */
	readonly credentials: AwsCredentialIdentity | AwsCredentialIdentityProvider;
}

/** A role assumed with a token of another identity provider, as EKS gives one to each pod. */
export interface WebIdentityOptions {
	/** The file that holds the token; read anew for each call. */
	readonly webIdentityTokenFile: string;
	readonly roleArn: string;
	readonly sessionName?: string | undefined;
	readonly stsRegion?: string | undefined;
	readonly stsEndpoint?: string | undefined;
}

const ROLE_SESSION_KEYS = [
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
] as const;

/** Checks what `assumeRole()` was given, all but the session in `from`. */
export function checkAssumeRole(options: AssumeRoleOptions): void {
	checkOptions("assumeRole()", options, ["account", "role", "roleArn", ...ROLE_SESSION_KEYS]);
	const { account, role, roleArn } = options;
	if (account !== undefined) checkAccount("assumeRole({ account })", account);
	if (roleArn === undefined) {
		if (account === undefined || role === undefined) fail("assumeRole() takes account and role, or roleArn.");
	} else {
		if (role !== undefined) fail("assumeRole() takes role or roleArn, not both.");
		const named = parseRoleArn("assumeRole({ roleArn })", roleArn).account;
		if (account !== undefined && named !== account) {
			fail(`assumeRole() was given account ${account} but a roleArn of account ${named}; leave one of them out.`);
		}
	}
	checkRoleSession("assumeRole", options);
}

/** Checks what `accountSessions()` was given; the accounts come later. */
export function checkAccountSessions(options: AccountSessionsOptions): void {
	checkOptions("accountSessions()", options, ["role", ...ROLE_SESSION_KEYS]);
	if (typeof options.role !== "string")
		fail(`accountSessions({ role }) takes a role's name, not ${describe(options.role)}.`);
	checkRoleSession("accountSessions", options);
}

/** Checks what `session()` was given. */
export function checkSession(options: SessionOptions): void {
	const tokenKeys = ["webIdentityTokenFile", "roleArn", "sessionName", "stsRegion", "stsEndpoint"];
	checkOptions("session()", options, ["profile", "credentials", "region", ...tokenKeys]);
	const sources = ["profile", "credentials", "webIdentityTokenFile"].filter((key) => key in options);
	if (sources.length !== 1) fail("session() takes one of profile, credentials and webIdentityTokenFile.");
	if ("profile" in options) checkName("session({ profile })", "a profile's name", options.profile);
	if ("credentials" in options) checkCredentials(options.credentials);
	if ("webIdentityTokenFile" in options) {
		checkName("session({ webIdentityTokenFile })", "a file's path", options.webIdentityTokenFile);
		parseRoleArn("session({ roleArn })", options.roleArn);
		checkStsPlace("session()", options);
		checkSessionName("session({ sessionName })", options.sessionName);
	} else {
		const stray = tokenKeys.find((key) => key in options);
		if (stray !== undefined)
			fail(`session({ ${stray} }) goes with webIdentityTokenFile alone; use assumeRole() for a role.`);
	}
	if (options.region !== undefined) checkRegion("session({ region })", options.region);
}

function checkName(where: string, what: string, value: unknown): void {
	if (typeof value !== "string" || value === "") fail(`${where} takes ${what}, not ${describe(value)}.`);
}

function checkCredentials(credentials: unknown): void {
	if (typeof credentials === "function") return;
	const { accessKeyId, secretAccessKey } = (credentials ?? {}) as Partial<AwsCredentialIdentity>;
	if (typeof accessKeyId === "string" && typeof secretAccessKey === "string") return;
	fail("session({ credentials }) takes accessKeyId and secretAccessKey as text, or an SDK credential provider.");
}

function checkRoleSession(where: string, options: RoleSessionOptions): void {
	const { externalId, sessionName, sourceIdentity, durationSeconds, region } = options;
	checkText(
		`${where}({ externalId })`,
		externalId,
		/^[\w+=,.@:/-]{2,1224}$/,
		"2 to 1224 letters, digits and _+=,.@:/-",
		true,
	);
	checkSessionName(`${where}({ sessionName })`, sessionName);
	checkSessionName(`${where}({ sourceIdentity })`, sourceIdentity);
	if (durationSeconds !== undefined) checkDuration(where, durationSeconds, options.from);
	checkStsPlace(where, options);
	if (region !== undefined) checkRegion(`${where}({ region })`, region);
	checkTags(where, options);
	checkPolicies(where, options);
	checkMfa(where, options.mfa);
}

const checkSessionName = (where: string, value: unknown): void =>
	checkText(where, value, /^[\w+=,.@-]{2,64}$/, "2 to 64 letters, digits and _+=,.@-");

function checkStsPlace(
	where: string,
	{ stsRegion, stsEndpoint }: { stsRegion?: unknown; stsEndpoint?: unknown },
): void {
	if (stsRegion !== undefined) checkRegion(`${where}({ stsRegion })`, stsRegion);
	checkText(
		`${where}({ stsEndpoint })`,
		stsEndpoint,
		/^https?:\/\/[^\s/]+/,
		'a URL such as "https://sts.eu-central-1.amazonaws.com"',
	);
}

function checkDuration(where: string, seconds: unknown, from: AwsSession | undefined): void {
	const valid = Number.isInteger(seconds) && (seconds as number) >= 900 && (seconds as number) <= 43_200;
	if (!valid) fail(`${where}({ durationSeconds }) takes whole seconds from 900 to 43200, not ${describe(seconds)}.`);
	if (from?.roleArn !== undefined && (seconds as number) > 3_600) {
		fail(
			`${where}({ durationSeconds: ${seconds} }) is too long for a chained role: a role assumed from ${from.roleArn} lasts at most 3600 s.`,
		);
	}
}

function checkText(where: string, value: unknown, form: RegExp, rule: string, secret = false): void {
	if (value === undefined || (typeof value === "string" && form.test(value))) return;
	fail(`${where} takes ${rule}, not ${secret && typeof value === "string" ? "what was given" : describe(value)}.`);
}

// https://docs.aws.amazon.com/STS/latest/APIReference/API_Tag.html
const TAG_TEXT = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

function checkTags(where: string, { tags, transitiveTagKeys }: RoleSessionOptions): void {
	if (tags !== undefined) {
		if (typeof tags !== "object" || tags === null || Array.isArray(tags)) {
			fail(`${where}({ tags }) takes an object such as { tenant: "acme" }, not ${describe(tags)}.`);
		}
		if (Object.keys(tags).length > 50) fail(`${where}({ tags }) takes at most 50 tags.`);
		for (const [key, value] of Object.entries(tags)) {
			const keyFits = key.length >= 1 && key.length <= 128 && TAG_TEXT.test(key);
			if (!keyFits)
				fail(
					`${where}({ tags }) has the key ${describe(key)}; a key is 1 to 128 letters, digits, spaces and _.:/=+-@.`,
				);
			if (typeof value !== "string" || value.length > 256 || !TAG_TEXT.test(value)) {
				fail(
					`${where}({ tags }) has ${describe(value)} for ${key}; a value is up to 256 letters, digits, spaces and _.:/=+-@.`,
				);
			}
		}
	}
	if (transitiveTagKeys === undefined) return;
	if (!Array.isArray(transitiveTagKeys)) fail(`${where}({ transitiveTagKeys }) takes an array of keys of tags.`);
	for (const key of transitiveTagKeys as readonly string[]) {
		if (tags?.[key] === undefined)
			fail(`${where}({ transitiveTagKeys }) names ${describe(key)}, which is not among tags.`);
	}
}

function checkPolicies(where: string, { policy, policyArns }: RoleSessionOptions): void {
	if (policy !== undefined) {
		if (typeof policy !== "object" || policy === null || Array.isArray(policy)) {
			fail(`${where}({ policy }) takes a policy as an object, not ${describe(policy)}.`);
		}
		const { length } = JSON.stringify(policy);
		if (length > 2_048) fail(`${where}({ policy }) is ${length} characters long as JSON, but STS takes 2048 at most.`);
	}
	if (policyArns === undefined) return;
	if (!Array.isArray(policyArns) || policyArns.length > 10)
		fail(`${where}({ policyArns }) takes at most 10 ARNs of managed policies.`);
	for (const arn of policyArns as readonly string[]) {
		checkText(
			`${where}({ policyArns })`,
			arn,
			/^arn:aws[a-z-]*:iam::(aws|\d{12}):policy\/\S{1,512}$/,
			"ARNs of managed policies",
		);
	}
}

function checkMfa(where: string, mfa: RoleSessionOptions["mfa"]): void {
	if (mfa === undefined) return;
	checkOptions(`${where}({ mfa })`, mfa, ["serialNumber", "code"]);
	checkText(
		`${where}({ mfa: { serialNumber } })`,
		mfa.serialNumber,
		/^[\w+=/:,.@-]{9,256}$/,
		"an MFA device's serial number or ARN",
	);
	if (mfa.serialNumber === undefined) fail(`${where}({ mfa }) takes the device's serialNumber.`);
	if (typeof mfa.code !== "function") fail(`${where}({ mfa: { code } }) takes a function that gives the code.`);
}
