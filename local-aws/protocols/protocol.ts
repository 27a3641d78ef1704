/** What every AWS protocol has in common: how a request names its operation, and how outputs and errors are written. */

import { randomUUID } from "node:crypto";

/** A request as it arrived. */
export interface AwsRequest {
	readonly method: string;
	/** Still percent-encoded. */
	readonly path: string;
	readonly query: Readonly<Record<string, string | string[]>>;
	/** Header names in lowercase. */
	readonly headers: Readonly<Record<string, string | undefined>>;
	readonly body: Uint8Array;
}

/** A complete HTTP response. */
export interface AwsResponse {
	readonly status: number;
	readonly headers: Readonly<Record<string, string | string[]>>;
	readonly body: string | Uint8Array;
	/** The AWS error code of an error response. */
	readonly errorCode?: string;
}

/** The members of an operation's output; those that are `undefined` are left out. */
export type Output = Readonly<Record<string, unknown>>;

/** One of the wire protocols of AWS. */
export interface Protocol {
	/** The operation that the request asks for; the HTTP method where the protocol does not name it. */
	operation(request: AwsRequest): string;
	/** The codes and statuses of the errors that all services of the protocol share. */
	readonly commonErrors: CommonErrors;
	success(request: AwsRequest, output: Output): AwsResponse;
	error(request: AwsRequest, error: ServiceError): AwsResponse;
}

/** An error of one service. */
export class ServiceError extends Error {
	readonly status: number;
	readonly code: string;
	/** The request is not the one that was signed. */
	readonly wrongSignature: boolean;

	constructor(status: number, code: string, message: string, wrongSignature = false) {
		super(message);
		this.status = status;
		this.code = code;
		this.wrongSignature = wrongSignature;
	}
}

const SIGNATURE_MISMATCH =
	"The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.";
const INVALID_TOKEN = "The security token included in the request is invalid.";

/** The errors that every service has, with the message that most protocols use. */
const MESSAGES = {
	missingToken: "Request is missing Authentication Token",
	incompleteSignature: "The request signature is incomplete.",
	unknownKey: INVALID_TOKEN,
	invalidToken: INVALID_TOKEN,
	expiredToken: "The security token included in the request is expired",
	signatureMismatch: SIGNATURE_MISMATCH,
	clockSkew: "Signature expired",
	throttled: "Rate exceeded",
	tooLarge: "The request body exceeds the local AWS's limit of 16 MiB.",
	internal: "The local AWS failed to process the request.",
};

/** Why a request fails before its service sees it. */
export type CommonErrorName = keyof typeof MESSAGES;

/** Per error its status, its code and, where the protocol always uses the same one, its message. */
export type CommonErrors = Readonly<Record<CommonErrorName, readonly [status: number, code: string, message?: string]>>;

/** An error that each protocol words in its own way. */
export class CommonError extends Error {
	readonly kind: CommonErrorName;
	readonly detail: string | undefined;

	/** @param detail replaces the usual message in protocols that give details */
	constructor(kind: CommonErrorName, detail?: string) {
		super(detail);
		this.kind = kind;
		this.detail = detail;
	}

	forProtocol({ commonErrors }: Protocol): ServiceError {
		const [status, code, message] = commonErrors[this.kind];
		const text = message ?? this.detail ?? MESSAGES[this.kind];
		return new ServiceError(status, code, text, this.kind === "signatureMismatch");
	}
}

/** The id of a response, as most services send it. */
export const requestIdHeader = (): { "x-amzn-requestid": string } => ({ "x-amzn-requestid": randomUUID() });

/** The content type without its parameters; `""` when there is none. */
export const contentType = ({ headers }: AwsRequest): string => headers["content-type"]?.split(";", 1)[0]?.trim() ?? "";

// biome-ignore lint/suspicious/noControlCharactersInRegex: XML 1.0 forbids these characters
const UNPRINTABLE = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/gu;

/** Replaces characters that XML cannot hold by U+FFFD. */
export const printable = (text: string): string => text.replace(UNPRINTABLE, "\ufffd");
