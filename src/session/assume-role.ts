/** Assumes a role with another session's credentials. */

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

/** The session that signs the AssumeRole call. */
export interface Parent {
	readonly label: string;
	/** AWS limits the sessions of chained roles to one hour. */
	readonly isRole: boolean;
	credentials(asking: AskingRegion): Promise<AwsCredentialIdentity>;
	forgetFailure(): void;
	rejected(accessKeyId: string): Promise<boolean>;
}

/** The checked parameters of an AssumeRole call. */
export interface AssumeRolePlan {
	readonly label: string;
	readonly parent: Parent;
	readonly place: StsPlace;
	readonly role: RoleArn;
	readonly roleArn: string;
	readonly input: AssumeRoleCommandInput;
	readonly mfa?: ReadRoleSession["mfa"];
}

/** The credential source of an assumed role. */
export function assumeRoleSource(plan: AssumeRolePlan): CredentialSource {
	// A person may take long to enter an MFA code, and must not be prompted again without a new request.
	const promptsUser = plan.mfa !== undefined;
	return {
		label: plan.label,
		terms: plan.input,
		get patience() {
			return promptsUser ? Number.POSITIVE_INFINITY : stsPatience();
		},
		attempts: promptsUser ? 1 : STS_ATTEMPTS,
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
	// The parent session makes its own retries, unless they would prompt the user or start a program again.
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
		// An MFA code can be used only once.
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
	const reason = inWords(error);
	if (kind === "denied") {
		return new AssumeRoleDeniedError(
			`${label} was denied to ${parent.label} (${reason}); fix the role's trust policy, the caller's permissions or the session's options, then call session.invalidate() or wait until ${next}.`,
			{ cause: error },
		);
	}
	return new AssumeRoleError(
		`${label} has no valid credentials, because the role could not be assumed (${reason}); the next attempt is at ${next}.`,
		{ cause: error },
	);
}
