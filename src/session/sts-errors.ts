/** Classifies AWS error codes. */

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

/** Whether retrying at once would fail again. */
export const isDenial = (error: unknown): boolean =>
	error instanceof AwsScopeError ? error instanceof AssumeRoleDeniedError : named(DENIALS, error);

/** Whether the call was throttled. */
export const isThrottle = (error: unknown): boolean => named(THROTTLES, error);

/** Classifies the error of an STS call. */
export function classify(error: unknown): FailureKind {
	if (isThrottle(error)) return "throttled";
	return isDenial(error) ? "denied" : "failed";
}

/** Whether AWS rejected the key. EC2 returns `RequestExpired` for wrong clocks, too, so call `isClockSkew` first. */
export const isRejectedKey = (error: unknown): boolean => named(REJECTED_KEYS, error);

/** A source's error, as part of the session's error. */
export const inWords = (error: unknown): string =>
	error instanceof Error ? `${error.name}: ${error.message}` : String(error);
