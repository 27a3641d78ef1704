/** The protocols that answer in XML: awsQuery, ec2Query and restXml as S3 speaks it. */

import { randomUUID } from "node:crypto";
import {
	type AwsRequest,
	type CommonErrors,
	contentType,
	type Output,
	type Protocol,
	printable,
	requestIdHeader,
} from "./protocol.js";

const QUERY_ERRORS: CommonErrors = {
	missingToken: [403, "MissingAuthenticationToken"],
	incompleteSignature: [400, "IncompleteSignature"],
	unknownKey: [403, "InvalidClientTokenId"],
	invalidToken: [403, "InvalidClientTokenId"],
	expiredToken: [403, "ExpiredToken"],
	signatureMismatch: [403, "SignatureDoesNotMatch"],
	clockSkew: [403, "SignatureDoesNotMatch"],
	throttled: [400, "Throttling"],
	tooLarge: [413, "RequestEntityTooLarge"],
	internal: [500, "InternalFailure"],
};

const EC2_AUTH_FAILURE = [401, "AuthFailure", "AWS was not able to validate the provided access credentials"] as const;
const EC2_EXPIRED = [400, "RequestExpired", "Request has expired."] as const;

const EC2_ERRORS: CommonErrors = {
	missingToken: EC2_AUTH_FAILURE,
	incompleteSignature: [400, "IncompleteSignature"],
	unknownKey: EC2_AUTH_FAILURE,
	invalidToken: EC2_AUTH_FAILURE,
	expiredToken: EC2_EXPIRED,
	signatureMismatch: EC2_AUTH_FAILURE,
	clockSkew: EC2_EXPIRED,
	throttled: [503, "RequestLimitExceeded", "Request limit exceeded."],
	tooLarge: [413, "RequestEntityTooLarge"],
	internal: [500, "InternalError"],
};

/** @see https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */
const S3_ERRORS: CommonErrors = {
	missingToken: [403, "AccessDenied", "Access Denied"],
	incompleteSignature: [400, "AuthorizationHeaderMalformed"],
	unknownKey: [403, "InvalidAccessKeyId", "The AWS Access Key Id you provided does not exist in our records."],
	invalidToken: [400, "InvalidToken", "The provided token is malformed or otherwise invalid."],
	expiredToken: [400, "ExpiredToken", "The provided token has expired."],
	signatureMismatch: [
		403,
		"SignatureDoesNotMatch",
		"The request signature we calculated does not match the signature you provided. Check your key and signing method.",
	],
	clockSkew: [
		403,
		"RequestTimeTooSkewed",
		"The difference between the request time and the current time is too large.",
	],
	throttled: [503, "SlowDown", "Please reduce your request rate."],
	tooLarge: [400, "EntityTooLarge", "Your proposed upload exceeds the local AWS's limit of 16 MiB."],
	internal: [500, "InternalError"],
};

/** Whether the parameters are in the body, as the SDKs send them. */
export const isForm = (request: AwsRequest): boolean => contentType(request) === "application/x-www-form-urlencoded";

/** The parameters of a Query request. Malformed percent-encodings stay as they are. */
export function queryParameters(request: AwsRequest): ReadonlyMap<string, string> {
	if (isForm(request)) return new Map(new URLSearchParams(Buffer.from(request.body).toString()));
	return new Map(Object.entries(request.query).map(([name, value]) => [name, [value].flat().at(-1) ?? ""]));
}

const queryOperation = (request: AwsRequest): string => {
	// Every SDK sends Action first, so the start of the body is enough.
	const start = isForm(request) ? Buffer.from(request.body.subarray(0, 65_536)).toString() : "";
	const inBody = /(?:^|&)Action=(\w{1,128})/.exec(start)?.[1];
	const inUrl = request.query["Action"];
	return inBody ?? (typeof inUrl === "string" ? inUrl : request.method);
};

/** https://smithy.io/2.0/aws/protocols/aws-query-protocol.html */
export const awsQuery = (namespace?: string): Protocol => {
	const xmlns = namespace === undefined ? "" : ` xmlns="${namespace}"`;
	return {
		operation: queryOperation,
		commonErrors: QUERY_ERRORS,
		success: (request, output) => {
			const operation = queryOperation(request);
			const headers = { "content-type": "text/xml", ...requestIdHeader() };
			const content = xml({
				[`${operation}Result`]: output,
				ResponseMetadata: { RequestId: headers["x-amzn-requestid"] },
			});
			return { status: 200, headers, body: `<${operation}Response${xmlns}>${content}</${operation}Response>` };
		},
		error: (_request, { status, code, message }) => {
			const headers = { "content-type": "text/xml", ...requestIdHeader() };
			const content = xml({
				Error: { Type: status >= 500 ? "Receiver" : "Sender", Code: code, Message: message },
				RequestId: headers["x-amzn-requestid"],
			});
			return { status, errorCode: code, headers, body: `<ErrorResponse${xmlns}>${content}</ErrorResponse>` };
		},
	};
};

/** https://smithy.io/2.0/aws/protocols/aws-ec2-query-protocol.html */
export const ec2Query: Protocol = {
	operation: queryOperation,
	commonErrors: EC2_ERRORS,
	success: (request, output) => {
		const headers = { "content-type": "text/xml", ...requestIdHeader() };
		const content = { requestId: headers["x-amzn-requestid"], ...output };
		return { status: 200, headers, body: `${DECLARATION}${xml({ [`${queryOperation(request)}Response`]: content })}` };
	},
	error: (_request, { status, code, message }) => {
		const headers = { "content-type": "text/xml", ...requestIdHeader() };
		const content = { Errors: { Error: { Code: code, Message: message } }, RequestID: headers["x-amzn-requestid"] };
		return { status, errorCode: code, headers, body: `${DECLARATION}${xml({ Response: content })}` };
	},
};

/** https://smithy.io/2.0/aws/protocols/aws-restxml-protocol.html */
export const restXml: Protocol = {
	operation: ({ method }) => method,
	commonErrors: S3_ERRORS,
	success: (_request, output) => ({
		status: 200,
		headers: { "content-type": "application/xml", "x-amz-request-id": randomUUID() },
		body: `${DECLARATION}${xml({ Result: output })}`,
	}),
	error: (_request, { status, code, message }) => {
		const headers = { "content-type": "application/xml", "x-amz-request-id": randomUUID() };
		const content = { Code: code, Message: message, RequestId: headers["x-amz-request-id"] };
		return { status, errorCode: code, headers, body: `${DECLARATION}${xml({ Error: content })}` };
	},
};

const DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n';

/** An element per member; a list repeats its element. */
const xml = (members: Output): string =>
	Object.entries(members)
		.flatMap(([name, value]) => [value].flat().map((one) => [name, one] as const))
		.map(([name, one]) => (one === undefined ? "" : `<${name}>${content(one)}</${name}>`))
		.join("");

const content = (value: unknown): string =>
	typeof value === "object" && value !== null
		? xml(value as Output)
		: printable(String(value)).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
