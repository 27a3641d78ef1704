/** MFA devices and their codes. */

import { describe, fail, matches } from "../home/check.js";
import { readOptions } from "../home/options.js";

/** Returns the code that an MFA device shows. */
export type MfaCode = (serialNumber: string) => string | Promise<string>;

/** An MFA device, and a function that returns its code. */
export interface MfaOptions {
	readonly serialNumber: string;
	readonly code: () => string | Promise<string>;
}

/** The object on which `code` is called. @internal */
export interface ReadMfaCode {
	readonly device: object;
}

/** Reads and checks the `mfa` option. @internal */
export function readMfa(where: string, given: MfaOptions | undefined): (MfaOptions & ReadMfaCode) | undefined {
	if (given === undefined) return undefined;
	const { serialNumber, code, device } = readMfaCode(where, given, "serialNumber");
	if (!matches(serialNumber, /^[\w+=/:,.@-]{9,256}$/)) {
		fail(`${where}({ mfa: { serialNumber } }) takes a device's serial number or ARN, not ${describe(serialNumber)}.`);
	}
	return { serialNumber, code, device };
}

/** Reads and checks `code`, and reads the `others`. @internal */
export function readMfaCode<Given extends object & { readonly code: unknown }>(
	where: string,
	given: Given,
	...others: string[]
): Given & ReadMfaCode {
	const mfa = readOptions(`${where}({ mfa })`, given, [...others, "code"]);
	// The value is not shown, because it may be the code itself.
	if (typeof mfa.code !== "function") {
		fail(`${where}({ mfa: { code } }) takes a function that returns the code, not a ${typeof mfa.code}.`);
	}
	return { ...mfa, device: given };
}

/** Checked here, because STS repeats a malformed value in its error, and it may be a password typed by mistake. */
export function checkCode(label: string, code: unknown): string {
	if (matches(code, /^\d{6}$/)) return code;
	return fail(`${label} received an invalid MFA code; return the six digits that the device shows, as a string.`);
}
