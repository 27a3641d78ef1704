/** The one STS call: credentials of a role, obtained with another session's credentials. */

import type { AssumeRoleCommandInput, AssumeRoleCommandOutput } from "@aws-sdk/client-sts";
import type { AwsCredentialIdentity } from "@smithy/types";
import { AssumeRoleDeniedError, AssumeRoleError } from "../errors.js";
import { clock } from "../home/clock.js";
import { counters } from "../home/counters.js";
import type { FailureKind } from "./decide.js";
import type { RoleArn } from "./names.js";
import type { Attempt, CredentialSource, Fetched } from "./source.js";
import { limiterFor, StsCaller, type StsPlace } from "./sts.js";
import { isClockSkew, isDenial, isRejectedKey, isThrottle } from "./sts-errors.js";

/** The session whose credentials the call is signed with. */
export interface Parent {
	readonly label: string;
	credentials(): Promise<AwsCredentialIdentity>;
	rejected(accessKeyId: string): Promise<boolean>;
}

/** Everything one AssumeRole needs, checked. */
export interface AssumeRolePlan {
	readonly label: string;
	readonly parent: Parent;
	readonly place: StsPlace;
	readonly role: RoleArn;
	readonly input: AssumeRoleCommandInput & { readonly RoleArn: string };
	readonly mfa?: { readonly serialNumber: string; readonly code: () => string | Promise<string> } | undefined;
}

/** One flight: at most three attempts of 5 s each, and never older than this. */
const PATIENCE = 10_000;

/** The source of an assumed role's credentials. */
export function assumeRoleSource(plan: AssumeRolePlan): CredentialSource {
	const caller = new StsCaller(plan.place);
	return {
		label: plan.label,
		// A person who types a code takes the time it takes.
		patience: plan.mfa === undefined ? PATIENCE : Number.POSITIVE_INFINITY,
		fetch: (attempt) => assume(plan, caller, attempt),
		classify,
		explain: (error, kind, next) => explain(plan, error, kind, next),
	};
}

async function assume(plan: AssumeRolePlan, caller: StsCaller, attempt: Attempt): Promise<Fetched> {
	const { mfa, parent } = plan;
	const input =
		mfa === undefined ? plan.input : { ...plan.input, SerialNumber: mfa.serialNumber, TokenCode: await mfa.code() };
	const credentials = await parent.credentials();
	try {
		return await call(plan, caller, attempt, credentials, input);
	} catch (error) {
		const again = isClockSkew(error) || (isRejectedKey(error) && (await parent.rejected(credentials.accessKeyId)));
		// A code from an MFA device serves once.
		if (!again || mfa !== undefined) throw error;
		return call(plan, caller, attempt, await parent.credentials(), input);
	}
}

function call(
	plan: AssumeRolePlan,
	caller: StsCaller,
	attempt: Attempt,
	credentials: AwsCredentialIdentity,
	input: AssumeRoleCommandInput,
): Promise<Fetched> {
	const limiter = limiterFor(plan.place);
	return limiter.run(attempt, async () => {
		const { AssumeRoleCommand } = await import("@aws-sdk/client-sts");
		const client = await caller.client(credentials);
		const command = new AssumeRoleCommand(input);
		let date: string | undefined;
		command.middlewareStack.add(
			(next) => async (args) => {
				const result = await next(args);
				date = (result.response as { headers?: Record<string, string> }).headers?.["date"];
				return result;
			},
			{ step: "deserialize", name: "awsScopeAnswerDate", priority: "high" },
		);
		counters().assumeRoleCalls += 1;
		try {
			return validate(plan, await client.send(command), date);
		} catch (error) {
			if (isThrottle(error)) limiter.throttled();
			throw error;
		}
	});
}

/** Takes an answer only when all of it is there and it is the identity that was asked for. */
function validate(plan: AssumeRolePlan, answer: AssumeRoleCommandOutput, date: string | undefined): Fetched {
	const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = answer.Credentials ?? {};
	if (!AccessKeyId || !SecretAccessKey || !SessionToken || !(Expiration instanceof Date)) {
		throw new AssumeRoleError(`STS answered for ${plan.label} without a whole set of credentials; try again.`);
	}
	const arn = answer.AssumedRoleUser?.Arn ?? "";
	const { account, name } = plan.role;
	const [, , , , answered, resource = ""] = arn.split(":");
	if (arn !== "" && (answered !== account || !resource.startsWith(`assumed-role/${name}/`))) {
		throw new AssumeRoleError(
			`STS was asked for ${plan.input.RoleArn} but answered for ${arn}; check the STS endpoint.`,
		);
	}
	const wall = clock().wall();
	const issued = date === undefined ? Number.NaN : Date.parse(date);
	const server = Number.isNaN(issued) ? wall : issued;
	const lifetime = Expiration.getTime() - server;
	if (!(lifetime > 0)) {
		throw new AssumeRoleError(`STS answered for ${plan.label} with credentials that have expired; check its clock.`);
	}
	return {
		credentials: Object.freeze({
			accessKeyId: AccessKeyId,
			secretAccessKey: SecretAccessKey,
			sessionToken: SessionToken,
			expiration: Expiration,
			accountId: account,
		}),
		lifetime,
		clockOffset: server - wall,
	};
}

function classify(error: unknown): FailureKind {
	if (isThrottle(error)) return "throttled";
	return isDenial(error) ? "denied" : "failed";
}

function explain({ label, input, parent }: AssumeRolePlan, error: unknown, kind: FailureKind, next: string): Error {
	const said = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
	if (kind === "denied") {
		return new AssumeRoleDeniedError(
			`${label} may not assume ${input.RoleArn} as ${parent.label} (${said}); mend the role's trust policy or the caller's permissions, the next attempt is at ${next}.`,
			{ cause: error },
		);
	}
	return new AssumeRoleError(
		`${label} has no valid credentials, because STS did not let ${input.RoleArn} be assumed (${said}); the next attempt is at ${next}.`,
		{ cause: error },
	);
}
