/** The code of an MFA device: how it is asked for, and what one looks like. */

import { describe, fail, matches } from "../home/check.js";
import { readOptions } from "../home/options.js";

/** Gives the code that an MFA device shows. */
export type MfaCode = (serialNumber: string) => string | Promise<string>;

/** The device of a role, and how its code is asked for. */
export interface MfaOptions {
	readonly serialNumber: string;
	readonly code: () => string | Promise<string>;
}

/** Whose method the code is asked of. @internal */
export interface ReadMfaCode {
	readonly device: object;
}

/** Reads the device and how its code is asked for. @internal */
export function readMfa(where: string, given: MfaOptions | undefined): (MfaOptions & ReadMfaCode) | undefined {
	if (given === undefined) return undefined;
	const { serialNumber, code, device } = readMfaCode(where, given, "serialNumber");
	if (!matches(serialNumber, /^[\w+=/:,.@-]{9,256}$/)) {
		fail(`${where}({ mfa: { serialNumber } }) takes a device's serial number or ARN, not ${describe(serialNumber)}.`);
	}
	return { serialNumber, code, device };
}

/** Reads how a code is asked for, and the `others` beside it. @internal */
export function readMfaCode<Given extends object & { readonly code: unknown }>(
	where: string,
	given: Given,
	...others: string[]
): Given & ReadMfaCode {
	const mfa = readOptions(`${where}({ mfa })`, given, [...others, "code"]);
	// Not shown: it may be the code itself.
	if (typeof mfa.code !== "function") {
		fail(`${where}({ mfa: { code } }) takes a function that gives the code, not a ${typeof mfa.code}.`);
	}
	return { ...mfa, device: given };
}

/** STS repeats a malformed value in its refusal, and what was typed in place of a code may be a password. */
export function checkCode(label: string, code: unknown): string {
	if (matches(code, /^\d{6}$/)) return code;
	return fail(
		`${label} was given something else than an MFA code; give the six digits that the device shows, as text.`,
	);
}
