/** Authenticates a request, with the errors and in the order of AWS: time, key, token, signature, expiration. */

import { timingSafeEqual } from "node:crypto";
import { type Authorization, basicFormat } from "./authorization.js";
import type { Identities, Key } from "./identities.js";
import { type AwsRequest, CommonError } from "./protocols/protocol.js";
import { type SigningRules, verifySignature } from "./signature.js";

const MINUTE = 60_000;

/** Returns the key that signed the request. @throws {CommonError} */
export async function authenticate(
	request: AwsRequest,
	authorization: Authorization,
	identities: Identities,
	rules: SigningRules,
	now: number,
): Promise<Key> {
	checkTime(authorization, rules, now);
	const key = identities.find(authorization.accessKeyId);
	if (key === undefined || key.revoked === "invalid") throw new CommonError("unknownKey");
	if (!isSameToken(authorization.sessionToken, key.sessionToken)) throw new CommonError("invalidToken");
	await verifySignature(request, authorization, key, rules);
	if (key.revoked === "expired" || (key.expiresAt !== undefined && key.expiresAt <= now)) {
		throw new CommonError("expiredToken");
	}
	return key;
}

const checkTime = ({ signedAt, time, presigned }: Authorization, rules: SigningRules, now: number): void => {
	const skew = rules.maxSkewMinutes * MINUTE;
	const lifetime = presigned ? presigned.expiresSeconds * 1000 : skew;
	if (now > signedAt + lifetime) {
		if (presigned && rules.urlExpired) throw rules.urlExpired();
		throw new CommonError(
			"clockSkew",
			`Signature expired: ${time} is now earlier than ${basicFormat(now - lifetime)} (${basicFormat(now)} - ${lifetime / MINUTE} min.)`,
		);
	}
	if (signedAt > now + skew) {
		throw new CommonError(
			"clockSkew",
			`Signature not yet current: ${time} is still later than ${basicFormat(now + skew)} (${basicFormat(now)} + ${rules.maxSkewMinutes} min.)`,
		);
	}
};

const isSameToken = (given: string | undefined, expected: string | undefined): boolean => {
	if (given === undefined || expected === undefined) return given === expected;
	const [a, b] = [Buffer.from(given), Buffer.from(expected)];
	return a.length === b.length && timingSafeEqual(a, b);
};
