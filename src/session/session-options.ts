/** The options of sessions, checked before any network call. */

import type { AwsCredentialIdentity, AwsCredentialIdentityProvider } from "@smithy/types";
import { describe, fail } from "../home/check.js";
import { read, readOptions } from "../home/options.js";
import { checkRegion } from "../home/settings.js";
import { buildRoleArn, checkAccount, parseRoleArn } from "./arns.js";
import { type MfaCode, readMfaCode } from "./mfa.js";
import {
	checkSessionName,
	checkStsPlace,
	type ReadRoleSession,
	type RoleSessionOptions,
	readRoleSession,
} from "./role-options.js";
import { readSessionLimits, type SessionLimits } from "./session-limits.js";

/** The options of `assumeRole()`: a role by account and name, or by ARN. */
export type AssumeRoleOptions = RoleSessionOptions &
	(
		| { readonly account: string; readonly role: string; readonly roleArn?: undefined }
		| { readonly roleArn: string; readonly account?: string | undefined; readonly role?: undefined }
	);

/** The options of `accountSessions()`: the same role in every account. */
export type AccountSessionsOptions = RoleSessionOptions & { readonly role: string };

/** The options of `session()`: a profile, credentials, or a web identity token file. */
export type SessionOptions = AnySessionOptions & (ProfileOptions | CredentialsOptions | WebIdentityOptions);

interface AnySessionOptions {
	/** The region of this session's clients if neither the call nor the scope names one. */
	readonly region?: string | undefined;
}

interface ProfileOptions {
	/**
	 * A profile of the shared AWS files, of any kind: keys, SSO, a process, a role. The session's clients also use its other
	 * settings, such as `use_fips_endpoint`.
	 */
	readonly profile: string;
	/** Returns the MFA code for a profile with `mfa_serial`. Called once per AssumeRole call. */
	readonly mfa?: { readonly code: MfaCode } | undefined;
}

interface CredentialsOptions {
	/** Static credentials, or an SDK credential provider. */
	readonly credentials: AwsCredentialIdentity | AwsCredentialIdentityProvider;
}

/** A role assumed with a web identity token, as on EKS. */
export interface WebIdentityOptions extends SessionLimits {
	/** The token's file. Read for each call. */
	readonly webIdentityTokenFile: string;
	readonly roleArn: string;
	/** Default: `AWS_ROLE_SESSION_NAME`, or a name from the Lambda function or the process. */
	readonly sessionName?: string | undefined;
	readonly stsRegion?: string | undefined;
	readonly stsEndpoint?: string | undefined;
}

/** Reads and checks the options of `assumeRole()`. @internal */
export function readAssumeRole(given: AssumeRoleOptions): AssumeRoleOptions & ReadRoleSession {
	const options = readRoleSession("assumeRole", given, "account", "role", "roleArn");
	const { account, role, roleArn } = options;
	if (account !== undefined || (roleArn === undefined && "account" in options)) {
		checkAccount("assumeRole({ account })", account);
	}
	if (roleArn === undefined) {
		if (account === undefined || role === undefined) fail("assumeRole() takes account and role, or roleArn.");
	} else {
		if (role !== undefined) fail("assumeRole() takes role or roleArn, not both.");
		const named = parseRoleArn("assumeRole({ roleArn })", roleArn).account;
		if (account !== undefined && named !== account) {
			fail(`assumeRole() was given account ${account} and a roleArn of account ${named}; pass only one of them.`);
		}
	}
	return options;
}

/** Reads and checks the options of `accountSessions()`. @internal */
export function readAccountSessions(given: AccountSessionsOptions): AccountSessionsOptions & ReadRoleSession {
	const options = readRoleSession("accountSessions", given, "role");
	buildRoleArn("accountSessions({ role })", "aws", "000000000000", options.role);
	return options;
}

/** Reads and checks the options of `session()`. @internal */
export function readSession(given: SessionOptions): SessionOptions {
	const limits = ["durationSeconds", "policy", "policyArns"];
	const tokenKeys = ["webIdentityTokenFile", "roleArn", "sessionName", ...limits, "stsRegion", "stsEndpoint"];
	const options = readOptions("session()", given, ["profile", "mfa", "credentials", "region", ...tokenKeys]);
	const sources = ["profile", "credentials", "webIdentityTokenFile"].filter((key) => key in options);
	if (sources.length !== 1) fail("session() takes exactly one of profile, credentials and webIdentityTokenFile.");
	if (!("profile" in options) && "mfa" in options) {
		fail("session({ mfa }) requires profile; for a role, use assumeRole({ mfa }).");
	}
	if ("webIdentityTokenFile" in options) {
		checkName("session({ webIdentityTokenFile })", "a file path", options.webIdentityTokenFile);
		checkStsPlace("session", options, parseRoleArn("session({ roleArn })", options.roleArn).partition);
		checkSessionName("session({ sessionName })", options.sessionName);
	} else {
		const stray = tokenKeys.find((key) => key in options);
		if (stray !== undefined)
			fail(`session({ ${stray} }) requires webIdentityTokenFile; for another role, use assumeRole().`);
	}
	if (options.region !== undefined) checkRegion("session({ region })", options.region);
	if ("profile" in options) {
		checkName("session({ profile })", "a profile name", options.profile);
		return { ...options, mfa: options.mfa === undefined ? undefined : readMfaCode("session", options.mfa) };
	}
	if ("credentials" in options) return { ...options, credentials: readCredentials(options.credentials) };
	return { ...options, ...readSessionLimits("session", options, undefined) };
}

function checkName(where: string, what: string, value: unknown): void {
	if (typeof value !== "string" || value === "") fail(`${where} takes ${what}, not ${describe(value)}.`);
}

const CREDENTIALS = ["accessKeyId", "secretAccessKey", "sessionToken", "expiration", "credentialScope", "accountId"];

function readCredentials(given: CredentialsOptions["credentials"]): CredentialsOptions["credentials"] {
	if (typeof given === "function") return given;
	// Other members, such as the SDK's `$source`, don't affect the identity.
	const credentials = read(Object(given), CREDENTIALS) as unknown as AwsCredentialIdentity;
	const { accessKeyId, secretAccessKey } = credentials;
	if (typeof accessKeyId === "string" && typeof secretAccessKey === "string") return credentials;
	return fail(
		"session({ credentials }) takes accessKeyId and secretAccessKey as strings, or an SDK credential provider.",
	);
}
