/** The one STS call: credentials of a role, obtained with another session's credentials. */

import type { AssumeRoleCommandInput } from "@aws-sdk/client-sts";
import type { AwsCredentialIdentity } from "@smithy/types";
import { AssumeRoleDeniedError, AssumeRoleError } from "../errors.js";
import type { RoleArn } from "./arns.js";
import type { AskingRegion, Attempt, CredentialSource, Fetched, StsPlace } from "./credential-source.js";
import { checkCode } from "./mfa.js";
import type { FailureKind } from "./refresh-rules.js";
import type { ReadRoleSession } from "./role-options.js";
import { callSts, loadSts, STS_ATTEMPTS } from "./sts.js";
import { readAnswer } from "./sts-answer.js";
import { classify, inWords, isRejectedKey } from "./sts-errors.js";
import { stsPatience, stsRegion } from "./sts-place.js";

/** The session whose credentials the call is signed with. */
export interface Parent {
	readonly label: string;
	/** AWS limits the session of a role that a role assumed to an hour. */
	readonly isRole: boolean;
	credentials(asking: AskingRegion): Promise<AwsCredentialIdentity>;
	forgetFailure(): void;
	rejected(accessKeyId: string): Promise<boolean>;
}

/** Everything one AssumeRole needs, checked. */
export interface AssumeRolePlan {
	readonly label: string;
	readonly parent: Parent;
	readonly place: StsPlace;
	readonly role: RoleArn;
	readonly roleArn: string;
	readonly input: AssumeRoleCommandInput;
	readonly mfa?: ReadRoleSession["mfa"];
}

/** The source of an assumed role's credentials. */
export function assumeRoleSource(plan: AssumeRolePlan): CredentialSource {
	// A person who types a code takes the time it takes, and is not asked again unless a caller asks again.
	const asksPerson = plan.mfa !== undefined;
	return {
		label: plan.label,
		terms: plan.input,
		get patience() {
			return asksPerson ? Number.POSITIVE_INFINITY : stsPatience();
		},
		attempts: asksPerson ? 1 : STS_ATTEMPTS,
		maxSeconds: plan.parent.isRole ? 3_600 : 43_200,
		fetch: (attempt) => assume(plan, attempt),
		forgetFailure: () => plan.parent.forgetFailure(),
		classify,
		explain: (error, kind, next) => explain(plan, error, kind, next),
	};
}

async function assume(plan: AssumeRolePlan, attempt: Attempt): Promise<Fetched> {
	const { mfa, parent } = plan;
	const region = await stsRegion(plan.place, attempt.asking);
	const place = { ...plan.place, region };
	const input =
		mfa === undefined
			? plan.input
			: {
					...plan.input,
					SerialNumber: mfa.serialNumber,
					TokenCode: checkCode(plan.label, await mfa.code.call(mfa.device)),
				};
	// The parent makes retries of its own, unless they would prompt or start a program once more.
	const signer = () =>
		parent.credentials(region).catch((error: unknown) => {
			attempt.final = true;
			throw error;
		});
	const credentials = await signer();
	try {
		return await ask({ ...plan, place }, attempt, credentials, input);
	} catch (error) {
		const again = isRejectedKey(error) && (await parent.rejected(credentials.accessKeyId));
		// A code from an MFA device serves once.
		if (!again || mfa !== undefined) throw error;
		return ask({ ...plan, place }, attempt, await signer(), input);
	}
}

async function ask(
	plan: AssumeRolePlan,
	attempt: Attempt,
	credentials: AwsCredentialIdentity,
	input: AssumeRoleCommandInput,
): Promise<Fetched> {
	const { AssumeRoleCommand } = await loadSts();
	return readAnswer(plan, await callSts(plan.place, attempt, credentials, new AssumeRoleCommand(input)));
}

function explain({ label, parent }: AssumeRolePlan, error: unknown, kind: FailureKind, next: string): Error {
	const said = inWords(error);
	if (kind === "denied") {
		return new AssumeRoleDeniedError(
			`${label} was refused to ${parent.label} (${said}); fix the role's trust policy or the caller's permissions, then call session.invalidate() or wait until ${next}.`,
			{ cause: error },
		);
	}
	return new AssumeRoleError(
		`${label} has no valid credentials, because the role could not be assumed (${said}); the next attempt is at ${next}.`,
		{ cause: error },
	);
}
