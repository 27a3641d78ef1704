/** Decides whose request it is, or refuses it in the order in which AWS does. */

import { timingSafeEqual } from "node:crypto";
import { type Authorization, basicFormat } from "./authorization.js";
import type { Identities, Key } from "./identities.js";
import { type Protocol, Refusal } from "./protocols.js";
import { refusalOf } from "./refusals.js";
import { type SignedRequest, verifySignature } from "./signature.js";

const MINUTE = 60_000;

/** @throws {Refusal} when the time, the key, the token or the signature is not right */
export async function authenticate(
	request: SignedRequest,
	authorization: Authorization,
	identities: Identities,
	protocol: Protocol,
	now: number,
): Promise<Key> {
	checkTime(authorization, protocol, now);
	const key = identities.find(authorization.accessKeyId);
	if (key === undefined || key.revoked === "invalid") throw refusalOf("unknownKey", protocol);
	if (!sameToken(authorization.sessionToken, key.sessionToken)) throw refusalOf("badToken", protocol);
	await verifySignature(request, authorization, key, protocol);
	if (key.revoked === "expired" || (key.expiresAt !== undefined && key.expiresAt <= now)) {
		throw refusalOf("expired", protocol);
	}
	return key;
}

const checkTime = ({ signedAt, time, presigned }: Authorization, protocol: Protocol, now: number): void => {
	const minutes = protocol === "s3" ? 15 : 5;
	const stamp = basicFormat(now);
	const late = presigned ? signedAt + presigned.expiresSeconds * 1000 : signedAt + minutes * MINUTE;
	if (now > late) {
		if (presigned && protocol === "s3") throw new Refusal(403, "AccessDenied", "Request has expired");
		throw skewed(
			protocol,
			`Signature expired: ${time} is now earlier than ${basicFormat(now - (late - signedAt))} (${stamp} - ${(late - signedAt) / MINUTE} min.)`,
		);
	}
	if (signedAt > now + minutes * MINUTE) {
		throw skewed(
			protocol,
			`Signature not yet current: ${time} is still later than ${basicFormat(now + minutes * MINUTE)} (${stamp} + ${minutes} min.)`,
		);
	}
};

const skewed = (protocol: Protocol, message: string): Refusal =>
	refusalOf("skewed", protocol, protocol === "s3" || protocol === "ec2" ? undefined : message);

const sameToken = (given: string | undefined, wanted: string | undefined): boolean => {
	if (given === undefined || wanted === undefined) return given === wanted;
	const [a, b] = [Buffer.from(given), Buffer.from(wanted)];
	return a.length === b.length && timingSafeEqual(a, b);
};
