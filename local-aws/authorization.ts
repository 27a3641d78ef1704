/** Reads the SigV4 authorization of a request, from the Authorization header or from a presigned URL. */

import { type AwsRequest, CommonError } from "./protocols/protocol.js";

/** The parts of a SigV4 authorization. */
export interface Authorization {
	readonly accessKeyId: string;
	/** `YYYYMMDD`, from the credential scope. */
	readonly date: string;
	readonly region: string;
	readonly service: string;
	readonly signedHeaders: readonly string[];
	/** Hexadecimal. */
	readonly signature: string;
	/** `YYYYMMDDTHHMMSSZ`, as it was signed. */
	readonly time: string;
	/** The same in milliseconds. */
	readonly signedAt: number;
	readonly sessionToken: string | undefined;
	/** Set for presigned URLs. */
	readonly presigned?: { readonly expiresSeconds: number; readonly contentSha256: string | undefined };
}

/** What a request claims about itself, before its signature is verified. */
export interface CredentialScope {
	readonly accessKeyId?: string;
	readonly region: string;
	/** `""` when the request names no service. */
	readonly service: string;
}

/** Reads the credential scope, for error responses and events. */
export function readCredentialScope({ headers, query }: AwsRequest): CredentialScope {
	const inHeader = /Credential=([^,\s]*)/.exec(headers["authorization"] ?? "")?.[1];
	const parts = (inHeader ?? first(query["X-Amz-Credential"]) ?? "").split("/");
	const [accessKeyId, , region = "", service = ""] = parts.length === 5 ? parts : [];
	return accessKeyId === undefined || service === "" ? { region: "", service: "" } : { accessKeyId, region, service };
}

/** Returns `undefined` for a request without a signature. @throws {CommonError} when the authorization is malformed */
export function readAuthorization({ headers, query }: AwsRequest): Authorization | undefined {
	const header = headers["authorization"];
	const inQuery = query["X-Amz-Algorithm"] !== undefined;
	if (header !== undefined && inQuery) {
		throw incomplete("Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header.");
	}
	if (inQuery) return fromQuery(query);
	return header === undefined ? undefined : fromHeader(header, headers);
}

const fromHeader = (header: string, headers: AwsRequest["headers"]): Authorization => {
	const [algorithm = "", ...rest] = header.trim().split(/\s+/);
	if (!algorithm.startsWith("AWS4-")) throw new CommonError("missingToken");
	const fields = new Map<string, string>();
	for (const part of rest.join(" ").split(/[,\s]+/)) {
		if (part === "") continue;
		const equals = part.indexOf("=");
		if (equals < 1) {
			throw incomplete(`'${part}' not a valid key=value pair (missing equal-sign) in Authorization header.`);
		}
		fields.set(part.slice(0, equals), part.slice(equals + 1));
	}
	const time = headers["x-amz-date"] ?? basicFormat(headers["date"]);
	const missing = ["Credential", "Signature", "SignedHeaders"]
		.filter((name) => !fields.get(name))
		.map((name) => `Authorization header requires '${name}' parameter. `);
	if (time === undefined) {
		missing.push("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. ");
	}
	if (missing.length > 0) throw incomplete(missing.join(""));
	return {
		...parse(algorithm, fields.get("Credential"), fields.get("SignedHeaders"), time),
		signature: fields.get("Signature") ?? "",
		sessionToken: headers["x-amz-security-token"],
	};
};

const fromQuery = (query: AwsRequest["query"]): Authorization => {
	const value = (name: string) => first(query[name]);
	const missing = ["X-Amz-Credential", "X-Amz-Signature", "X-Amz-SignedHeaders", "X-Amz-Date"]
		.filter((name) => !value(name))
		.map((name) => `AWS query-string parameters must include '${name}'. `);
	if (missing.length > 0) throw incomplete(`${missing.join("")}Re-examine the query-string parameters.`);
	const expires = value("X-Amz-Expires") ?? "900";
	if (!/^\d{1,6}$/.test(expires) || Number(expires) < 1 || Number(expires) > 604_800) {
		throw incomplete("X-Amz-Expires must be a number of seconds from 1 to 604800");
	}
	return {
		...parse(value("X-Amz-Algorithm"), value("X-Amz-Credential"), value("X-Amz-SignedHeaders"), value("X-Amz-Date")),
		signature: value("X-Amz-Signature") ?? "",
		sessionToken: value("X-Amz-Security-Token"),
		presigned: { expiresSeconds: Number(expires), contentSha256: value("X-Amz-Content-Sha256") },
	};
};

const parse = (algorithm = "", credential = "", headerNames = "", time = "") => {
	if (algorithm !== "AWS4-HMAC-SHA256") {
		throw incomplete(`Unsupported AWS 'algorithm': '${algorithm}' (only AWS4-HMAC-SHA256 for now). `);
	}
	const [accessKeyId = "", date = "", region = "", service = "", terminator, ...more] = credential.split("/");
	if (terminator === undefined || more.length > 0) {
		throw incomplete(
			`Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '${credential}'`,
		);
	}
	const signedAt = parseTime(time);
	if (signedAt === undefined) {
		throw incomplete(
			`Date must be in ISO-8601 'basic format'. Got '${time}'. See http://en.wikipedia.org/wiki/ISO_8601`,
		);
	}
	if (terminator !== "aws4_request") {
		throw mismatch(`Credential should be scoped with a valid terminator: 'aws4_request', not '${terminator}'.`);
	}
	if (date !== time.slice(0, 8)) {
		throw mismatch(
			`Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '${date}' != '${time.slice(0, 8)}', from '${time}'.`,
		);
	}
	const signedHeaders = headerNames.toLowerCase().split(";");
	if (!signedHeaders.includes("host")) {
		throw mismatch("'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.");
	}
	return { accessKeyId, date, region, service, signedHeaders, time, signedAt };
};

const incomplete = (detail: string) => new CommonError("incompleteSignature", detail);
const mismatch = (detail: string) => new CommonError("signatureMismatch", detail);

const parseTime = (time: string): number | undefined => {
	const parts = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(time);
	if (!parts) return undefined;
	const [, year, month, day, hour, minute, second] = parts;
	const at = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
	return Number.isNaN(at) ? undefined : at;
};

/** `YYYYMMDDTHHMMSSZ` of a time in milliseconds or of an HTTP date. */
export const basicFormat = (value: number | string | undefined): string | undefined => {
	const date = value === undefined ? undefined : new Date(value);
	if (date === undefined || Number.isNaN(date.getTime())) return undefined;
	return `${date.toISOString().slice(0, 19).replace(/[-:]/g, "")}Z`;
};

const first = (value: string | readonly string[] | undefined): string | undefined =>
	typeof value === "string" ? value : value?.[0];
