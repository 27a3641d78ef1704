/** The options that limit a session: duration and session policies. */

import { InvalidOptionError } from "../errors.js";
import { describe, fail, matches } from "../home/check.js";
import { readRecord } from "../home/options.js";
import type { AwsSession } from "./session.js";

/** The options that limit a session's duration and permissions. */
export interface SessionLimits {
	/** A session policy, as an object. It limits the role's permissions. */
	readonly policy?: object | undefined;
	/** The ARNs of at most 10 managed policies. They limit the role's permissions. */
	readonly policyArns?: readonly string[] | undefined;
	/** 900 to 43200 seconds, and at most the role's maximum. At most 3600 for a chained role. Default: 3600. */
	readonly durationSeconds?: number | undefined;
}

/** Reads and checks these options. @internal */
export function readSessionLimits(
	where: string,
	{ durationSeconds, policy, policyArns }: SessionLimits,
	from: AwsSession | undefined,
): SessionLimits {
	if (durationSeconds !== undefined) checkDuration(where, durationSeconds, from);
	return {
		durationSeconds,
		policy: readPolicy(`${where}({ policy })`, policy),
		policyArns: readPolicyArns(`${where}({ policyArns })`, policyArns),
	};
}

function checkDuration(where: string, seconds: unknown, from: AwsSession | undefined): void {
	const valid = Number.isInteger(seconds) && (seconds as number) >= 900 && (seconds as number) <= 43_200;
	if (!valid) fail(`${where}({ durationSeconds }) takes whole seconds from 900 to 43200, not ${describe(seconds)}.`);
	if (from?.roleArn !== undefined && (seconds as number) > 3_600) {
		fail(
			`${where}({ durationSeconds: ${seconds} }) is too long for a chained role: a role assumed from ${from.roleArn} lasts at most 3600 s.`,
		);
	}
}

/** Copies a session policy through JSON, including inherited members and getters. */
function readPolicy(where: string, given: unknown): object | undefined {
	if (given === undefined) return undefined;
	if (typeof given !== "object" || given === null || Array.isArray(given)) {
		return fail(`${where} takes a policy as an object, not ${describe(given)}.`);
	}
	let text: unknown;
	try {
		text = JSON.stringify(given, (_name, value: unknown) =>
			typeof value === "object" && value !== null && !Array.isArray(value) ? readRecord(where, value) : value,
		);
	} catch (error) {
		if (error instanceof InvalidOptionError) throw error;
		// Contains a cycle or a bigint.
	}
	if (typeof text !== "string") return fail(`${where} takes a policy that can be serialized as JSON.`);
	if (text.length > 2_048) fail(`${where} is ${text.length} characters long as JSON, but STS takes 2048 at most.`);
	return JSON.parse(text) as object;
}

function readPolicyArns(where: string, given: unknown): readonly string[] | undefined {
	if (given === undefined) return undefined;
	const arns: readonly unknown[] = Array.isArray(given) ? [...(given as unknown[])] : [];
	if (!Array.isArray(given) || arns.length > 10) {
		fail(`${where} takes an array of at most 10 ARNs of managed policies.`);
	}
	for (const arn of arns) {
		if (!matches(arn, /^arn:aws[a-z-]*:iam::(aws|\d{12}):policy\/[\x21-\x7e]{1,512}$/)) {
			fail(`${where} takes ARNs such as "arn:aws:iam::aws:policy/ReadOnlyAccess", not ${describe(arn)}.`);
		}
	}
	return arns as string[];
}
