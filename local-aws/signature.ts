/** Verifies AWS Signature Version 4 by computing each request's signature again, from headers or from a presigned URL. */

import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { getCanonicalHeaders, getSigningKey, SignatureV4Base } from "@smithy/signature-v4";
import type { Checksum, SourceData } from "@smithy/types";
import type { Authorization } from "./authorization.js";
import type { Key } from "./identities.js";
import type { Protocol } from "./protocols.js";
import { refusalOf } from "./refusals.js";

/** What is signed of a request. */
export interface SignedRequest {
	readonly method: string;
	/** As sent, still percent-encoded. */
	readonly path: string;
	readonly query: Record<string, string | string[]>;
	readonly headers: Readonly<Record<string, string | undefined>>;
	readonly body: Uint8Array;
}

/** @throws {Refusal} unless the request carries the signature that `key` gives it, over the very body it brought */
export async function verifySignature(
	request: SignedRequest,
	authorization: Authorization,
	key: Key,
	protocol: Protocol,
): Promise<void> {
	const { date, time, region, service } = authorization;
	const headers: Record<string, string> = {};
	for (const name of authorization.signedHeaders) headers[name] = request.headers[name] ?? "";
	const canonical = (protocol === "s3" ? SINGLE : DOUBLE).canonical(
		{ ...request, headers },
		new Set(authorization.signedHeaders),
		payloadHash(request, authorization, protocol),
	);
	const scope = `${date}/${region}/${service}/aws4_request`;
	const hashed = createHash("sha256").update(canonical).digest("hex");
	const expected = createHmac("sha256", await signingKey(authorization, key))
		.update(`AWS4-HMAC-SHA256\n${time}\n${scope}\n${hashed}`)
		.digest();
	const given = Buffer.from(authorization.signature, "hex");
	if (given.length !== expected.length || !timingSafeEqual(given, expected)) throw refusalOf("mismatch", protocol);
}

const payloadHash = (request: SignedRequest, authorization: Authorization, protocol: Protocol): string => {
	const stated = request.headers["x-amz-content-sha256"] ?? authorization.presigned?.contentSha256;
	if (protocol === "s3") {
		if (stated === undefined && authorization.presigned) return "UNSIGNED-PAYLOAD";
		// S3 takes these as they are; the bodies of streaming uploads are signed chunk by chunk, or not at all.
		if (stated === "UNSIGNED-PAYLOAD" || stated?.startsWith("STREAMING-")) return stated;
		if (stated !== undefined && stated !== sha256(request.body)) throw refusalOf("payload", protocol);
	}
	return sha256(request.body);
};

const EMPTY_SHA256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

const sha256 = (body: Uint8Array): string =>
	body.byteLength === 0 ? EMPTY_SHA256 : createHash("sha256").update(body).digest("hex");

/** Node's SHA-256 and HMAC in the shape that the signer takes. */
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
		throw new Error("a digest is taken once");
	}
}

/** The SDK's own signer, used for the one step that must be exactly its: the canonical request. */
class Canonicalizer extends SignatureV4Base {
	constructor(uriEscapePath: boolean) {
		const none = { accessKeyId: "", secretAccessKey: "" };
		super({ service: "", region: "", credentials: none, sha256: Sha256, uriEscapePath });
	}

	canonical(
		request: SignedRequest & { headers: Record<string, string> },
		signed: Set<string>,
		payload: string,
	): string {
		const http = { ...request, protocol: "http:", hostname: "127.0.0.1" };
		return this.createCanonicalRequest(http, getCanonicalHeaders(http, undefined, signed), payload);
	}
}

/** S3 signs the path as it is sent; every other service escapes it once more. */
const SINGLE = new Canonicalizer(false);
const DOUBLE = new Canonicalizer(true);

/** A derived key is good for a day, a region and a service; the signer's own cache holds only fifty. */
const MAX_DERIVED = 4096;
const derived = new Map<string, Promise<Uint8Array>>();

const signingKey = ({ accessKeyId, date, region, service }: Authorization, key: Key): Promise<Uint8Array> => {
	const id = `${accessKeyId}/${date}/${region}/${service}`;
	const found = derived.get(id);
	if (found !== undefined) return found;
	if (derived.size === MAX_DERIVED) derived.clear();
	const signingKey = getSigningKey(
		Sha256,
		{ accessKeyId, secretAccessKey: key.secretAccessKey },
		date,
		region,
		service,
	);
	derived.set(id, signingKey);
	return signingKey;
};
