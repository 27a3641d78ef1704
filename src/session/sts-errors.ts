/** What AWS's error codes mean for credentials. */

import { AssumeRoleDeniedError, AwsScopeError } from "../errors.js";
import type { FailureKind } from "./refresh-rules.js";

// https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html#API_AssumeRole_Errors
const DENIALS = new Set([
	"AccessDenied",
	"AccessDeniedException",
	"IDPRejectedClaim",
	"InvalidIdentityToken",
	"MalformedPolicyDocument",
	"MalformedPolicyDocumentException",
	"PackedPolicyTooLarge",
	"PackedPolicyTooLargeException",
	"RegionDisabled",
	"RegionDisabledException",
	"ValidationError",
]);

const THROTTLES = new Set([
	"RequestLimitExceeded",
	"SlowDown",
	"Throttling",
	"ThrottlingException",
	"TooManyRequestsException",
]);

const REJECTED_KEYS = new Set([
	"AuthFailure",
	"ExpiredToken",
	"ExpiredTokenException",
	"InvalidAccessKeyId",
	"InvalidClientTokenId",
	"InvalidToken",
	"RequestExpired",
	"UnrecognizedClientException",
]);

interface ServiceError {
	readonly name?: string;
	readonly Code?: string;
	readonly $metadata?: { readonly httpStatusCode?: number };
}

const named = (names: ReadonlySet<string>, error: unknown): boolean => {
	const { name = "", Code = "" } = (error ?? {}) as ServiceError;
	return names.has(name) || names.has(Code);
};

/** Asking again at once would be answered the same. */
export const isDenial = (error: unknown): boolean =>
	error instanceof AwsScopeError ? error instanceof AssumeRoleDeniedError : named(DENIALS, error);

/** Asking less often is what is asked for. */
export const isThrottle = (error: unknown): boolean => named(THROTTLES, error);

/** How a failed STS call is to be treated. */
export function classify(error: unknown): FailureKind {
	if (isThrottle(error)) return "throttled";
	return isDenial(error) ? "denied" : "failed";
}

/** AWS does not take the key that signed. EC2 says `RequestExpired` of expired keys, and of wrong clocks: ask `isClockSkew` first. */
export const isRejectedKey = (error: unknown): boolean => named(REJECTED_KEYS, error);

/** What a source said, as words in the error of the session. */
export const inWords = (error: unknown): string =>
	error instanceof Error ? `${error.name}: ${error.message}` : String(error);
