/** The protocols without XML: awsJson 1.0 and 1.1, restJson and Smithy RPC v2 CBOR. */

import { crc32 } from "node:zlib";
import { cbor } from "@smithy/core/cbor";
import {
	type AwsRequest,
	type CommonErrors,
	contentType,
	type Protocol,
	printable,
	requestIdHeader,
} from "./protocol.js";

const JSON_ERRORS: CommonErrors = {
	missingToken: [400, "MissingAuthenticationTokenException"],
	incompleteSignature: [400, "IncompleteSignatureException"],
	unknownKey: [400, "UnrecognizedClientException"],
	invalidToken: [400, "UnrecognizedClientException"],
	expiredToken: [400, "ExpiredTokenException"],
	signatureMismatch: [400, "InvalidSignatureException"],
	clockSkew: [400, "InvalidSignatureException"],
	throttled: [400, "ThrottlingException"],
	tooLarge: [413, "RequestEntityTooLargeException"],
	internal: [500, "InternalServerError"],
};

const REST_ERRORS: CommonErrors = {
	missingToken: [403, "MissingAuthenticationTokenException", "Missing Authentication Token"],
	incompleteSignature: [403, "IncompleteSignatureException"],
	unknownKey: [403, "UnrecognizedClientException"],
	invalidToken: [403, "UnrecognizedClientException"],
	expiredToken: [403, "ExpiredTokenException"],
	signatureMismatch: [403, "InvalidSignatureException"],
	clockSkew: [403, "InvalidSignatureException"],
	throttled: [429, "TooManyRequestsException", "Too Many Requests"],
	tooLarge: [413, "RequestEntityTooLargeException"],
	internal: [500, "InternalFailure"],
};

/**
 * https://smithy.io/2.0/aws/protocols/aws-json-1_0-protocol.html
 * @param errorType the `__type` of an error code, where a service adds a namespace
 */
export const awsJson = (errorType = (code: string) => code): Protocol => ({
	operation: ({ method, headers }) => headers["x-amz-target"]?.split(".").at(-1) ?? method,
	commonErrors: JSON_ERRORS,
	success: (request, output) => ({ status: 200, headers: jsonHeaders(request), body: JSON.stringify(output) }),
	error: (request, { status, code, message }) => {
		const body = JSON.stringify({ __type: errorType(code), message: printable(message) });
		return { status, errorCode: code, headers: { ...jsonHeaders(request), "x-amz-crc32": String(crc32(body)) }, body };
	},
});

const jsonHeaders = (request: AwsRequest) => {
	const type = contentType(request);
	return {
		"content-type": type.startsWith("application/x-amz-json") ? type : "application/x-amz-json-1.0",
		...requestIdHeader(),
	};
};

/** https://smithy.io/2.0/aws/protocols/aws-restjson1-protocol.html */
export const restJson: Protocol = {
	operation: ({ method }) => method,
	commonErrors: REST_ERRORS,
	success: (_request, output) => ({
		status: 200,
		headers: { "content-type": "application/json", ...requestIdHeader() },
		body: JSON.stringify(output),
	}),
	error: (_request, { status, code, message }) => ({
		status,
		errorCode: code,
		headers: { "content-type": "application/json", "x-amzn-errortype": code, ...requestIdHeader() },
		body: JSON.stringify({ message: printable(message) }),
	}),
};

/** https://smithy.io/2.0/additional-specs/protocols/smithy-rpc-v2.html */
export const rpcV2Cbor: Protocol = {
	operation: ({ method, path }) => /^\/service\/\w+\/operation\/(\w+)$/.exec(path)?.[1] ?? method,
	commonErrors: JSON_ERRORS,
	success: (_request, output) => ({ status: 200, headers: cborHeaders(), body: cbor.serialize(output) }),
	error: (_request, { status, code, message }) => ({
		status,
		errorCode: code,
		headers: cborHeaders(),
		body: cbor.serialize({ __type: code, message: printable(message) }),
	}),
};

const cborHeaders = () => ({
	"content-type": "application/cbor",
	"smithy-protocol": "rpc-v2-cbor",
	...requestIdHeader(),
});
