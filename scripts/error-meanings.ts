/** When each error is thrown, for the page about errors and its tests: users' processes need not load these sentences. */

import type { AwsScopeErrorCode } from "../src/errors.js";

/** One sentence for each code. */
export const ERROR_MEANINGS: Readonly<Record<AwsScopeErrorCode, string>> = {
	INVALID_OPTION: "An argument is malformed, unknown or contradicts another one.",
	NO_SCOPE: "`currentAwsScope()` was called outside every scope.",
	LOST_SCOPE: "An accessor was called outside every scope in a process that acts for tenants.",
	UNBOUND_SCOPE: "An accessor was called in a `bindLater` scope before `bindAwsScope()`.",
	ALREADY_BOUND: "`bindAwsScope()` was called for a scope that has its identity.",
	SCOPE_NOT_OPEN: "`bindAwsScope()` or a binding middleware ran where no scope was opened for it.",
	STRAYED_CLIENT: "A client obtained in one scope was used in a scope of another session.",
	FOREIGN_IDENTITY: "A client was about to sign with credentials other than its session's.",
	NO_ACCOUNT_SESSIONS: "`account` was named where nothing says which role to assume in it.",
	TENANT_NOT_FOUND: "An event named no tenant, more than one, or one whose id is malformed.",
	UNKNOWN_SERVICE: "`clients.<name>` names no AWS service.",
	MISSING_PACKAGE: "An optional package that the call needs is not installed.",
	PACKAGE_LOAD_FAILED: "An optional package is installed, but failed to load.",
	NOT_A_CLIENT: "Something that is not an AWS SDK client class was given as one.",
	KEY_EXISTS: "`ClientCache.set()` was called for a key that the cache holds.",
	KEY_MISSING: "`ClientCache.pop()` was called for a key that the cache does not hold.",
	NOT_A_KEY: "Something that `clientKey()` did not make was given as a key.",
	BAD_POLICY: "A cache was asked for a policy that it does not know.",
	BAD_SIZE: "A cache was asked for a size that is not a whole number from 1 on.",
	ASSUME_ROLE_FAILED: "STS could not be reached, throttled the call or gave a bad answer.",
	ASSUME_ROLE_DENIED: "STS refused to let the role be assumed.",
	CREDENTIALS_UNAVAILABLE: "A session's source gave no usable credentials.",
	MIN_TTL: "Credentials that live as long as `minTtl` asks cannot be had from this session.",
	NOT_LOCAL: "The local AWS was asked for something that it does not have or do.",
};
