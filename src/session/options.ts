/** What sessions are made from, checked before any network call. */

import type { AwsCredentialIdentity, AwsCredentialIdentityProvider } from "@smithy/types";
import { checkOptions, describe, fail } from "../home/check.js";
import { checkRegion } from "../home/settings.js";
import { buildRoleArn, checkAccount, parseRoleArn } from "./names.js";
import {
	checkRoleSession,
	checkSessionName,
	checkStsPlace,
	ROLE_SESSION_KEYS,
	type RoleSessionOptions,
} from "./role-options.js";

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

export interface CredentialsOptions {
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

/** Checks what `assumeRole()` was given. */
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
	buildRoleArn("accountSessions({ role })", "aws", "000000000000", options.role);
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
