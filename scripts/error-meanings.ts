/** When each error is thrown, for docs/errors.md and its tests. It is kept out of `src/`, so that users don't load these sentences. */

import { RESOURCE_ERROR_NAMES } from "../resources/errors.js";
import { type AwsScopeErrorCode, ERROR_NAMES } from "../src/errors.js";

/** The class names of all errors: the core's, and those of `aws-scope/resources`. */
export const ALL_ERROR_NAMES: Readonly<Record<AwsScopeErrorCode, string>> = { ...ERROR_NAMES, ...RESOURCE_ERROR_NAMES };

/** One sentence per code. */
export const ERROR_MEANINGS: Readonly<Record<AwsScopeErrorCode, string>> = {
	INVALID_OPTION: "An argument is invalid, unknown or contradicts another one.",
	NO_SCOPE: "`currentAwsScope()` was called outside every scope.",
	LOST_SCOPE: "An accessor was called outside every scope in a process that acts for tenants.",
	UNBOUND_SCOPE: "An accessor was called in a `bindLater` scope before `bindAwsScope()`.",
	ALREADY_BOUND: "`bindAwsScope()` was called for a scope that already has an identity.",
	SCOPE_NOT_OPEN: "`bindAwsScope()` or a middleware that sets the identity ran without a scope opened for it.",
	STRAYED_CLIENT:
		"A client obtained in one scope was used in a scope with another session, or one session's pages were continued in another's.",
	FOREIGN_IDENTITY: "A client was about to sign with credentials other than its session's.",
	NO_ACCOUNT_SESSIONS: "`account` was given, but nothing says which role to assume in it.",
	TENANT_NOT_FOUND:
		"A lookup returned no account or session, or an event contains no tenant id, more than one, or a malformed one. Its `statusCode` is 403.",
	UNKNOWN_SERVICE: "`clients.<name>` doesn't name an AWS service.",
	MISSING_PACKAGE: "The call needs an optional package that is not installed, or a newer version of it.",
	PACKAGE_LOAD_FAILED: "An optional package is installed but failed to load.",
	NOT_A_CLIENT:
		"An AWS SDK client class was expected, but something else was passed, or `onClient` returned another client.",
	KEY_EXISTS: "`ClientCache.set()` was called with a key that is already in the cache.",
	KEY_MISSING: "`ClientCache.pop()` was called with a key that is not in the cache.",
	NOT_A_KEY: "A cache key was expected, but the value didn't come from `clientKey()`.",
	BAD_POLICY: "The cache policy is unknown.",
	BAD_SIZE: "The cache size is not a positive integer.",
	ASSUME_ROLE_FAILED: "STS could not be reached, throttled the call or returned an invalid response.",
	ASSUME_ROLE_DENIED:
		"STS rejected the request to assume the role: access denied, an invalid option or a disabled region.",
	CREDENTIALS_UNAVAILABLE: "A session's credential source returned no usable credentials.",
	MIN_TTL: "The session cannot provide credentials that are valid for as long as `minTtl` requires.",
	RESOURCE_NOT_LOADED: "An attribute of a resource was read before it was loaded.",
	RESOURCE_NOT_FOUND:
		"AWS's response doesn't contain the resource that was loaded, or doesn't name the one that an action returns.",
	BATCH_FAILED:
		"AWS processed only a part of a batch. Its `failures` list the rest, and its `answers` are AWS's responses.",
	NOT_LOCAL: "The local AWS does not have or support what was requested.",
};
