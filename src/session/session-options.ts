/** What sessions are made from, checked before any network call. */

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

/** One role in one account, by account and name or by ARN. */
export type AssumeRoleOptions = RoleSessionOptions &
	(
		| { readonly account: string; readonly role: string; readonly roleArn?: undefined }
		| { readonly roleArn: string; readonly account?: string | undefined; readonly role?: undefined }
	);

/** The same role in every account. */
export type AccountSessionsOptions = RoleSessionOptions & { readonly role: string };

/** Where a session that no other session assumes comes from: a profile, given credentials or a token file. */
export type SessionOptions = AnySessionOptions & (ProfileOptions | CredentialsOptions | WebIdentityOptions);

interface AnySessionOptions {
	/** The region of this session's clients where neither the call nor the scope names one. */
	readonly region?: string | undefined;
}

interface ProfileOptions {
	/**
	 * A profile of the shared files, whatever it holds: keys, SSO, a process, a role. Its other settings, such as
	 * `use_fips_endpoint`, hold for the session's clients.
	 */
	readonly profile: string;
	/** How to ask for the code, for a profile with `mfa_serial`; asked once per assumption. */
	readonly mfa?: { readonly code: MfaCode } | undefined;
}

interface CredentialsOptions {
	/** Credentials as they are, or an SDK credential provider. */
	readonly credentials: AwsCredentialIdentity | AwsCredentialIdentityProvider;
}

/** A role assumed with a token of another identity provider, as EKS gives one to each pod. */
export interface WebIdentityOptions extends SessionLimits {
	/** The file that holds the token; read anew for each call. */
	readonly webIdentityTokenFile: string;
	readonly roleArn: string;
	/** Default: `AWS_ROLE_SESSION_NAME`, else made from the Lambda function or the process. */
	readonly sessionName?: string | undefined;
	readonly stsRegion?: string | undefined;
	readonly stsEndpoint?: string | undefined;
}

/** Reads and checks what `assumeRole()` was given. @internal */
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
			fail(`assumeRole() was given account ${account} but a roleArn of account ${named}; leave one of them out.`);
		}
	}
	return options;
}

/** Reads and checks what `accountSessions()` was given; the accounts come later. @internal */
export function readAccountSessions(given: AccountSessionsOptions): AccountSessionsOptions & ReadRoleSession {
	const options = readRoleSession("accountSessions", given, "role");
	buildRoleArn("accountSessions({ role })", "aws", "000000000000", options.role);
	return options;
}

/** Reads and checks what `session()` was given. @internal */
export function readSession(given: SessionOptions): SessionOptions {
	const limits = ["durationSeconds", "policy", "policyArns"];
	const tokenKeys = ["webIdentityTokenFile", "roleArn", "sessionName", ...limits, "stsRegion", "stsEndpoint"];
	const options = readOptions("session()", given, ["profile", "mfa", "credentials", "region", ...tokenKeys]);
	const sources = ["profile", "credentials", "webIdentityTokenFile"].filter((key) => key in options);
	if (sources.length !== 1) fail("session() takes one of profile, credentials and webIdentityTokenFile.");
	if (!("profile" in options) && "mfa" in options) {
		fail("session({ mfa }) goes with profile alone; assumeRole() takes mfa for a role.");
	}
	if ("webIdentityTokenFile" in options) {
		checkName("session({ webIdentityTokenFile })", "a file's path", options.webIdentityTokenFile);
		checkStsPlace("session", options, parseRoleArn("session({ roleArn })", options.roleArn).partition);
		checkSessionName("session({ sessionName })", options.sessionName);
	} else {
		const stray = tokenKeys.find((key) => key in options);
		if (stray !== undefined)
			fail(`session({ ${stray} }) goes with webIdentityTokenFile alone; use assumeRole() for a role.`);
	}
	if (options.region !== undefined) checkRegion("session({ region })", options.region);
	if ("profile" in options) {
		checkName("session({ profile })", "a profile's name", options.profile);
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
	// Others, such as the SDK's `$source`, say nothing about the identity.
	const credentials = read(Object(given), CREDENTIALS) as unknown as AwsCredentialIdentity;
	const { accessKeyId, secretAccessKey } = credentials;
	if (typeof accessKeyId === "string" && typeof secretAccessKey === "string") return credentials;
	return fail("session({ credentials }) takes accessKeyId and secretAccessKey as text, or an SDK credential provider.");
}
