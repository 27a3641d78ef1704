/** The refusals that every AWS service has, each in the code, status and words of its protocol. */

import { type Protocol, Refusal } from "./protocols.js";

/** Why a request was refused before any service saw it. */
export type AuthFault =
	| "missing"
	| "incomplete"
	| "unknownKey"
	| "badToken"
	| "expired"
	| "mismatch"
	| "skewed"
	| "payload"
	| "throttled"
	| "tooLarge"
	| "internal";

type Wording = readonly [status: number, code: string, message: string];
type Family = "query" | "ec2" | "s3" | "json" | "rest";

const MISMATCH =
	"The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.";
const INVALID = "The security token included in the request is invalid.";
const EXPIRED = "The security token included in the request is expired";
const EC2_INVALID = "AWS was not able to validate the provided access credentials";

const WORDINGS: Record<AuthFault, Record<Family, Wording>> = {
	missing: {
		query: [403, "MissingAuthenticationToken", "Request is missing Authentication Token"],
		ec2: [401, "AuthFailure", EC2_INVALID],
		s3: [403, "AccessDenied", "Access Denied"],
		json: [400, "MissingAuthenticationTokenException", "Request is missing Authentication Token"],
		rest: [403, "MissingAuthenticationTokenException", "Missing Authentication Token"],
	},
	incomplete: {
		query: [400, "IncompleteSignature", "The request signature is incomplete."],
		ec2: [400, "IncompleteSignature", "The request signature is incomplete."],
		s3: [400, "AuthorizationHeaderMalformed", "The authorization header that you provided is not valid."],
		json: [400, "IncompleteSignatureException", "The request signature is incomplete."],
		rest: [403, "IncompleteSignatureException", "The request signature is incomplete."],
	},
	unknownKey: {
		query: [403, "InvalidClientTokenId", INVALID],
		ec2: [401, "AuthFailure", EC2_INVALID],
		s3: [403, "InvalidAccessKeyId", "The AWS Access Key Id you provided does not exist in our records."],
		json: [400, "UnrecognizedClientException", INVALID],
		rest: [403, "UnrecognizedClientException", INVALID],
	},
	badToken: {
		query: [403, "InvalidClientTokenId", INVALID],
		ec2: [401, "AuthFailure", EC2_INVALID],
		s3: [400, "InvalidToken", "The provided token is malformed or otherwise invalid."],
		json: [400, "UnrecognizedClientException", INVALID],
		rest: [403, "UnrecognizedClientException", INVALID],
	},
	expired: {
		query: [403, "ExpiredToken", EXPIRED],
		ec2: [400, "RequestExpired", "Request has expired."],
		s3: [400, "ExpiredToken", "The provided token has expired."],
		json: [400, "ExpiredTokenException", EXPIRED],
		rest: [403, "ExpiredTokenException", EXPIRED],
	},
	mismatch: {
		query: [403, "SignatureDoesNotMatch", MISMATCH],
		ec2: [401, "AuthFailure", EC2_INVALID],
		s3: [
			403,
			"SignatureDoesNotMatch",
			"The request signature we calculated does not match the signature you provided. Check your key and signing method.",
		],
		json: [400, "InvalidSignatureException", MISMATCH],
		rest: [403, "InvalidSignatureException", MISMATCH],
	},
	skewed: {
		query: [403, "SignatureDoesNotMatch", "Signature expired"],
		ec2: [400, "RequestExpired", "Request has expired."],
		s3: [403, "RequestTimeTooSkewed", "The difference between the request time and the current time is too large."],
		json: [400, "InvalidSignatureException", "Signature expired"],
		rest: [403, "InvalidSignatureException", "Signature expired"],
	},
	payload: {
		query: [403, "SignatureDoesNotMatch", MISMATCH],
		ec2: [401, "AuthFailure", EC2_INVALID],
		s3: [
			400,
			"XAmzContentSHA256Mismatch",
			"The provided 'x-amz-content-sha256' header does not match what was computed.",
		],
		json: [400, "InvalidSignatureException", MISMATCH],
		rest: [403, "InvalidSignatureException", MISMATCH],
	},
	throttled: {
		query: [400, "Throttling", "Rate exceeded"],
		ec2: [503, "RequestLimitExceeded", "Request limit exceeded."],
		s3: [503, "SlowDown", "Please reduce your request rate."],
		json: [400, "ThrottlingException", "Rate exceeded"],
		rest: [429, "TooManyRequestsException", "Too Many Requests"],
	},
	tooLarge: {
		query: [413, "RequestEntityTooLarge", "Request body exceeds the limit of the local AWS, 16 MiB."],
		ec2: [413, "RequestEntityTooLarge", "Request body exceeds the limit of the local AWS, 16 MiB."],
		s3: [400, "EntityTooLarge", "Your proposed upload exceeds the limit of the local AWS, 16 MiB."],
		json: [413, "RequestEntityTooLargeException", "Request body exceeds the limit of the local AWS, 16 MiB."],
		rest: [413, "RequestEntityTooLargeException", "Request body exceeds the limit of the local AWS, 16 MiB."],
	},
	internal: {
		query: [500, "InternalFailure", "The local AWS failed on this request."],
		ec2: [500, "InternalError", "The local AWS failed on this request."],
		s3: [500, "InternalError", "The local AWS failed on this request."],
		json: [500, "InternalServerError", "The local AWS failed on this request."],
		rest: [500, "InternalFailure", "The local AWS failed on this request."],
	},
};

/** The refusal of a fault in a protocol; `message` replaces the standard words where AWS gives details. */
export function refusalOf(fault: AuthFault, protocol: Protocol, message?: string): Refusal {
	const [status, code, standard] = WORDINGS[fault][protocol === "cbor" ? "json" : protocol];
	return new Refusal(status, code, message ?? standard, fault === "mismatch" || fault === "payload");
}
