/** Which refusals are the fault of a wrong clock. */

import { expect, test } from "vitest";
import { isClockSkew, signedAt } from "../../src/session/clock-skew.js";

const AT = Date.parse("2026-08-01T12:00:00Z");
const refusal = (name: string, minutes: number, httpStatusCode = 400) => ({
	name,
	$metadata: { httpStatusCode },
	$response: { headers: { date: new Date(AT + minutes * 60_000).toUTCString() } },
});

test.each([
	["SignatureDoesNotMatch", 10, 403, true],
	["InvalidSignatureException", -10, 400, true],
	["RequestTimeTooSkewed", 20, 403, true],
	["RequestExpired", 10, 400, true],
	["RequestExpired", 0, 400, false],
	["SignatureDoesNotMatch", 1, 403, false],
	["ThrottlingException", 10, 400, false],
	["InternalServerError", 10, 500, false],
	// The answer to a HEAD.
	["UnknownError", 20, 403, true],
	["NotFound", 20, 404, false],
] as const)("%s, %d minutes off, status %d: %s", (name, minutes, status, skewed) => {
	expect(isClockSkew(refusal(name, minutes, status), AT)).toBe(skewed);
});

test("without a time on either side nothing is said about clocks", () => {
	expect(isClockSkew(refusal("SignatureDoesNotMatch", 10), undefined)).toBe(false);
	expect(isClockSkew({ name: "SignatureDoesNotMatch" }, AT)).toBe(false);
	expect(isClockSkew(undefined, AT)).toBe(false);
});

test("the time of a signature is read from its header", () => {
	expect(signedAt({ headers: { "x-amz-date": "20260801T120000Z" } })).toBe(AT);
	expect(signedAt({ headers: { "x-amz-date": "today" } })).toBeUndefined();
	expect(signedAt({ headers: {} })).toBeUndefined();
});
