/** Tells throttling from other failures. */

import { AwsScopeError } from "../src/index.js";

/** The SDK's own list, and EC2's, as code or name of an error. */
const CODES = new Set([
	"BandwidthLimitExceeded",
	"EC2ThrottledException",
	"LimitExceededException",
	"PriorRequestNotComplete",
	"ProvisionedThroughputExceededException",
	"RequestLimitExceeded",
	"RequestThrottled",
	"RequestThrottledException",
	"SlowDown",
	"ThrottledException",
	"Throttling",
	"ThrottlingException",
	"TooManyRequestsException",
	"TransactionInProgressException",
]);

interface ServiceError {
	readonly name?: string;
	readonly Code?: string;
	readonly $retryable?: { readonly throttling?: boolean };
	readonly $metadata?: { readonly httpStatusCode?: number };
}

/** Whether a service throttled the call, or STS the call for its role. */
export function isThrottling(error: unknown): boolean {
	if (error instanceof AwsScopeError) return error.cause !== undefined && isThrottling(error.cause);
	const { name = "", Code = "", $retryable, $metadata } = (error ?? {}) as ServiceError;
	return CODES.has(name) || CODES.has(Code) || $retryable?.throttling === true || $metadata?.httpStatusCode === 429;
}
