/** Reads who signed a request, when and for what: from the Authorization header or from a presigned URL. */

import { type Protocol, protocolOf } from "./protocols.js";
import { refusalOf } from "./refusals.js";

type Headers = Readonly<Record<string, string | undefined>>;
type Query = Readonly<Record<string, string | readonly string[]>>;

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
	/** Set when the authorization came in the URL. */
	readonly presigned?: { readonly expiresSeconds: number; readonly contentSha256: string | undefined };
}

/** What can be told of a request's credential scope without trusting it: for answers and logs. */
export interface Hint {
	readonly accessKeyId?: string;
	readonly region: string;
	readonly service: string;
}

/** Where the request says it is going; guesses the service from the target when it is not signed. */
export function hintOf(headers: Headers, query: Query, form: boolean): Hint {
	const scope = (
		/Credential=([^,\s]*)/.exec(headers["authorization"] ?? "")?.[1] ??
		one(query["X-Amz-Credential"]) ??
		""
	).split("/");
	const [accessKeyId, , region = "", service = ""] = scope.length === 5 ? scope : [];
	if (accessKeyId !== undefined && service !== "") return { accessKeyId, region, service };
	if (headers["x-amz-target"]?.startsWith("DynamoDB_")) return { region: "", service: "dynamodb" };
	return { region: "", service: form || query["Action"] !== undefined ? "sts" : "" };
}

/** `undefined` when the request is not signed at all. @throws {Refusal} when what it brought is malformed */
export function readAuthorization(headers: Headers, query: Query, hint: Hint): Authorization | undefined {
	const protocol = protocolOf(hint.service, headers);
	const header = headers["authorization"];
	const inQuery = query["X-Amz-Algorithm"] !== undefined;
	if (header === undefined && !inQuery) return undefined;
	if (header !== undefined && inQuery) {
		throw refusalOf(
			"incomplete",
			protocol,
			"Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header.",
		);
	}
	return header === undefined ? fromQuery(query, protocol) : fromHeader(header, headers, protocol);
}

const fromHeader = (header: string, headers: Headers, protocol: Protocol): Authorization => {
	const [algorithm = "", ...rest] = header.trim().split(/\s+/);
	if (!algorithm.startsWith("AWS4-")) throw refusalOf("missing", protocol);
	const fields = new Map<string, string>();
	for (const part of rest.join(" ").split(/[,\s]+/)) {
		if (part === "") continue;
		const equals = part.indexOf("=");
		if (equals < 1) {
			throw refusalOf(
				"incomplete",
				protocol,
				`'${part}' not a valid key=value pair (missing equal-sign) in Authorization header.`,
			);
		}
		fields.set(part.slice(0, equals), part.slice(equals + 1));
	}
	const time = headers["x-amz-date"] ?? basicFormat(headers["date"]);
	const lacking = ["Credential", "Signature", "SignedHeaders"]
		.filter((name) => !fields.get(name))
		.map((name) => `Authorization header requires '${name}' parameter. `);
	if (time === undefined) {
		lacking.push("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. ");
	}
	if (lacking.length > 0) throw refusalOf("incomplete", protocol, lacking.join(""));
	return assemble(
		algorithm,
		fields.get("Credential"),
		fields.get("SignedHeaders"),
		fields.get("Signature"),
		time,
		protocol,
		{
			sessionToken: headers["x-amz-security-token"],
		},
	);
};

const fromQuery = (query: Query, protocol: Protocol): Authorization => {
	const value = (name: string) => one(query[name]);
	const lacking = ["X-Amz-Credential", "X-Amz-Signature", "X-Amz-SignedHeaders", "X-Amz-Date"].filter(
		(name) => !value(name),
	);
	if (lacking.length > 0) {
		const words = lacking.map((name) => `AWS query-string parameters must include '${name}'. `).join("");
		throw refusalOf("incomplete", protocol, `${words}Re-examine the query-string parameters.`);
	}
	const expires = value("X-Amz-Expires") ?? "900";
	if (!/^\d{1,6}$/.test(expires) || Number(expires) < 1 || Number(expires) > 604_800) {
		throw refusalOf("incomplete", protocol, "X-Amz-Expires must be a number of seconds from 1 to 604800");
	}
	return assemble(
		value("X-Amz-Algorithm") ?? "",
		value("X-Amz-Credential"),
		value("X-Amz-SignedHeaders"),
		value("X-Amz-Signature"),
		value("X-Amz-Date"),
		protocol,
		{
			sessionToken: value("X-Amz-Security-Token"),
			presigned: { expiresSeconds: Number(expires), contentSha256: value("X-Amz-Content-Sha256") },
		},
	);
};

const assemble = (
	algorithm: string,
	credential = "",
	headerList = "",
	signature = "",
	time = "",
	protocol: Protocol,
	rest: Pick<Authorization, "sessionToken" | "presigned">,
): Authorization => {
	if (algorithm !== "AWS4-HMAC-SHA256") {
		throw refusalOf(
			"incomplete",
			protocol,
			`Unsupported AWS 'algorithm': '${algorithm}' (only AWS4-HMAC-SHA256 for now). `,
		);
	}
	const [accessKeyId = "", date = "", region = "", service = "", end, ...more] = credential.split("/");
	if (end === undefined || more.length > 0) {
		throw refusalOf(
			"incomplete",
			protocol,
			`Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '${credential}'`,
		);
	}
	const signedAt = parseTime(time);
	if (signedAt === undefined) {
		throw refusalOf(
			"incomplete",
			protocol,
			`Date must be in ISO-8601 'basic format'. Got '${time}'. See http://en.wikipedia.org/wiki/ISO_8601`,
		);
	}
	if (end !== "aws4_request") {
		throw refusalOf(
			"mismatch",
			protocol,
			`Credential should be scoped with a valid terminator: 'aws4_request', not '${end}'.`,
		);
	}
	if (date !== time.slice(0, 8)) {
		throw refusalOf(
			"mismatch",
			protocol,
			`Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '${date}' != '${time.slice(0, 8)}', from '${time}'.`,
		);
	}
	const signedHeaders = headerList.toLowerCase().split(";");
	if (!signedHeaders.includes("host")) {
		throw refusalOf("mismatch", protocol, "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.");
	}
	return { accessKeyId, date, region, service, signedHeaders, signature, time, signedAt, ...rest };
};

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

const one = (value: string | readonly string[] | undefined): string | undefined =>
	typeof value === "string" ? value : value?.[0];
