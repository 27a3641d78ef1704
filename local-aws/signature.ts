/** Verifies Signature Version 4 by calculating the signature of each request again. */

import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { getCanonicalHeaders, getSigningKey, SignatureV4Base } from "@smithy/signature-v4";
import type { Checksum, SourceData } from "@smithy/types";
import type { Authorization } from "./authorization.js";
import type { Key } from "./identities.js";
import { type AwsRequest, CommonError } from "./protocols/protocol.js";

/** What differs between services in how requests are signed. */
export interface SigningRules {
	/** Whether the path is percent-encoded a second time. */
	readonly uriEscapePath: boolean;
	readonly maxSkewMinutes: number;
	/** The last line of the canonical request. @throws {ServiceError} when the body is not the one that was hashed */
	payloadHash(request: AwsRequest, authorization: Authorization): string;
	/** The error for an expired presigned URL. Default: that of an expired signature. */
	urlExpired?(): Error;
}

/** Signature Version 4 as every service but S3 uses it. */
export const DEFAULT_RULES: SigningRules = {
	uriEscapePath: true,
	maxSkewMinutes: 5,
	payloadHash: ({ body }) => sha256Hex(body),
};

/** @throws {CommonError} unless the request, with its body, was signed with `key` */
export async function verifySignature(
	request: AwsRequest,
	authorization: Authorization,
	key: Key,
	rules: SigningRules,
): Promise<void> {
	const { date, time, region, service } = authorization;
	const headers: Record<string, string> = {};
	for (const name of authorization.signedHeaders) headers[name] = request.headers[name] ?? "";
	const canonical = (rules.uriEscapePath ? ESCAPING_PATH : KEEPING_PATH).canonicalRequest(
		{ ...request, headers },
		new Set(authorization.signedHeaders),
		rules.payloadHash(request, authorization),
	);
	const scope = `${date}/${region}/${service}/aws4_request`;
	const hashed = createHash("sha256").update(canonical).digest("hex");
	const expected = createHmac("sha256", await signingKey(authorization, key))
		.update(`AWS4-HMAC-SHA256\n${time}\n${scope}\n${hashed}`)
		.digest();
	const given = Buffer.from(authorization.signature, "hex");
	if (given.length !== expected.length || !timingSafeEqual(given, expected)) throw new CommonError("signatureMismatch");
}

const EMPTY_SHA256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/** The SHA-256 of a body, in hexadecimal. */
export const sha256Hex = (body: Uint8Array): string =>
	body.byteLength === 0 ? EMPTY_SHA256 : createHash("sha256").update(body).digest("hex");

/** Node's SHA-256 and HMAC as the SDK's signer takes them. */
class Sha256 implements Checksum {
	readonly #hash;

	constructor(secret?: SourceData) {
		const key =
			secret instanceof ArrayBuffer ? new Uint8Array(secret) : (secret as string | NodeJS.ArrayBufferView | undefined);
		this.#hash = key === undefined ? createHash("sha256") : createHmac("sha256", key);
	}

	update(data: Uint8Array): void {
		this.#hash.update(data);
	}

	digest(): Promise<Uint8Array> {
		return Promise.resolve(this.#hash.digest());
	}

	reset(): void {
		throw new Error("not supported");
	}
}

/** The SDK's own signer, used only to build the canonical request exactly as the SDK does. */
class Canonicalizer extends SignatureV4Base {
	constructor(uriEscapePath: boolean) {
		const none = { accessKeyId: "", secretAccessKey: "" };
		super({ service: "", region: "", credentials: none, sha256: Sha256, uriEscapePath });
	}

	canonicalRequest(
		request: AwsRequest & { headers: Record<string, string> },
		signed: Set<string>,
		payload: string,
	): string {
		const http = { ...request, protocol: "http:", hostname: "127.0.0.1" };
		return this.createCanonicalRequest(http, getCanonicalHeaders(http, undefined, signed), payload);
	}
}

const KEEPING_PATH = new Canonicalizer(false);
const ESCAPING_PATH = new Canonicalizer(true);

/** Signing keys hold for a day, a region and a service. The SDK's own cache holds only fifty. */
const MAX_SIGNING_KEYS = 4096;
const signingKeys = new Map<string, Promise<Uint8Array>>();

const signingKey = ({ accessKeyId, date, region, service }: Authorization, key: Key): Promise<Uint8Array> => {
	const id = `${accessKeyId}/${date}/${region}/${service}`;
	const known = signingKeys.get(id);
	if (known !== undefined) return known;
	if (signingKeys.size === MAX_SIGNING_KEYS) signingKeys.clear();
	const { secretAccessKey } = key;
	const created = getSigningKey(Sha256, { accessKeyId, secretAccessKey }, date, region, service);
	signingKeys.set(id, created);
	return created;
};
