/** How each AWS protocol words an answer: Query XML (STS), EC2 XML, S3 XML, JSON 1.0/1.1, REST JSON and RPC CBOR. */

import { randomUUID } from "node:crypto";
import { crc32 } from "node:zlib";
import { cbor } from "@smithy/core/cbor";

/** The wire protocol that a request speaks, and so the one of its answer. @internal */
export type Protocol = "query" | "ec2" | "s3" | "json" | "rest" | "cbor";

/** A finished HTTP answer. @internal */
export interface Answer {
	readonly status: number;
	readonly headers: Readonly<Record<string, string | string[]>>;
	readonly body: string | Uint8Array;
	/** The AWS error code, when the answer is a refusal. */
	readonly errorCode?: string;
}

/** A refusal as AWS words it, not yet put into a protocol. @internal */
export class Refusal extends Error {
	readonly status: number;
	readonly code: string;
	/** Set when what was sent is not what was signed. */
	readonly wrongSignature: boolean;

	constructor(status: number, code: string, message: string, wrongSignature = false) {
		super(message);
		this.status = status;
		this.code = code;
		this.wrongSignature = wrongSignature;
	}
}

/** Chooses the protocol from the service's signing name, else from what the request says of itself. @internal */
export function protocolOf(service: string, headers: Readonly<Record<string, string | undefined>>): Protocol {
	if (service === "sts") return "query";
	if (service === "dynamodb") return "json";
	if (service === "ec2") return "ec2";
	if (service.startsWith("s3")) return "s3";
	if (headers["smithy-protocol"] === "rpc-v2-cbor") return "cbor";
	const type = headers["content-type"] ?? "";
	if (type.startsWith("application/x-amz-json")) return "json";
	if (type.startsWith("application/x-www-form-urlencoded")) return "query";
	return "rest";
}

/** Puts a refusal into the words of a protocol. @internal */
export function refuse(refusal: Refusal, protocol: Protocol, service: string, contentType?: string): Answer {
	const { status, code } = refusal;
	const requestId = randomUUID();
	const message = printable(refusal.message);
	const type = status >= 500 ? "Receiver" : "Sender";
	switch (protocol) {
		case "query":
			return xml(
				status,
				code,
				requestId,
				`<ErrorResponse${service === "sts" ? ` xmlns="${STS_NAMESPACE}"` : ""}>\n  <Error>\n    <Type>${type}</Type>\n    <Code>${escapeXml(code)}</Code>\n    <Message>${escapeXml(message)}</Message>\n  </Error>\n  <RequestId>${requestId}</RequestId>\n</ErrorResponse>\n`,
			);
		case "ec2":
			return xml(
				status,
				code,
				requestId,
				`<?xml version="1.0" encoding="UTF-8"?>\n<Response><Errors><Error><Code>${escapeXml(code)}</Code><Message>${escapeXml(message)}</Message></Error></Errors><RequestID>${requestId}</RequestID></Response>`,
			);
		case "s3":
			return {
				status,
				errorCode: code,
				headers: { "content-type": "application/xml", "x-amz-request-id": requestId },
				body: `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${escapeXml(code)}</Code><Message>${escapeXml(message)}</Message><RequestId>${requestId}</RequestId></Error>`,
			};
		case "cbor":
			return {
				status,
				errorCode: code,
				headers: {
					"content-type": "application/cbor",
					"smithy-protocol": "rpc-v2-cbor",
					"x-amzn-requestid": requestId,
				},
				body: cbor.serialize({ __type: code, message }),
			};
		case "json":
			return json(status, code, requestId, contentType, {
				__type: service === "dynamodb" ? dynamoType(code) : code,
				message,
			});
		case "rest":
			return {
				...json(status, code, requestId, "application/json", { message }),
				headers: { "content-type": "application/json", "x-amzn-errortype": code, "x-amzn-requestid": requestId },
			};
	}
}

/** The XML namespace of STS's answers. @internal */
export const STS_NAMESPACE = "https://sts.amazonaws.com/doc/2011-06-15/";

/** Escapes text for XML; characters that XML cannot hold become U+FFFD. @internal */
export const escapeXml = (text: string): string =>
	printable(text).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

const json = (status: number, code: string, requestId: string, type: string | undefined, value: object): Answer => {
	const body = JSON.stringify(value);
	return {
		status,
		errorCode: code,
		headers: {
			"content-type": type?.startsWith("application/x-amz-json") ? type : "application/x-amz-json-1.0",
			"x-amzn-requestid": requestId,
			"x-amz-crc32": String(crc32(body)),
		},
		body,
	};
};

const xml = (status: number, code: string, requestId: string, body: string): Answer => ({
	status,
	errorCode: code,
	headers: { "content-type": "text/xml", "x-amzn-requestid": requestId },
	body,
});

const CORAL = new Set([
	"ExpiredTokenException",
	"IncompleteSignatureException",
	"InvalidSignatureException",
	"MissingAuthenticationTokenException",
	"UnknownOperationException",
	"UnrecognizedClientException",
	"SerializationException",
]);

const dynamoType = (code: string): string => {
	if (code.includes("#")) return code;
	if (CORAL.has(code)) return `com.amazon.coral.service#${code}`;
	if (code === "ThrottlingException") return `com.amazon.coral.availability#${code}`;
	return `com.amazonaws.dynamodb.v20120810#${code}`;
};

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what XML 1.0 forbids
const UNPRINTABLE = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/gu;

const printable = (text: string): string => text.replace(UNPRINTABLE, "\ufffd");
