/** Assumes a role with a web identity token file (EKS, other OIDC providers). */

import type { AssumeRoleWithWebIdentityCommandInput } from "@aws-sdk/client-sts";
import { AssumeRoleDeniedError, AssumeRoleError } from "../errors.js";
import type { RoleArn } from "./arns.js";
import type { CredentialSource, StsPlace } from "./credential-source.js";
import { callSts, loadSts, STS_ATTEMPTS } from "./sts.js";
import { readAnswer } from "./sts-answer.js";
import { classify, inWords } from "./sts-errors.js";
import { stsPatience, stsRegion } from "./sts-place.js";

/** The checked parameters of an AssumeRoleWithWebIdentity call. */
export interface WebIdentityPlan {
	readonly label: string;
	readonly place: StsPlace;
	readonly roleArn: string;
	readonly role: RoleArn;
	/** The call's parameters, without the token. */
	readonly input: Omit<AssumeRoleWithWebIdentityCommandInput, "WebIdentityToken">;
	/** Read for each call, because the token is rotated. */
	readonly tokenFile: string;
}

/**
 * The credential source of such a role. The call is not signed.
 * @see https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html
 */
export function webIdentitySource(plan: WebIdentityPlan): CredentialSource {
	const { label, place, input, tokenFile } = plan;
	return {
		label,
		get patience() {
			return stsPatience();
		},
		attempts: STS_ATTEMPTS,
		async fetch(attempt) {
			const { readFile } = await import("node:fs/promises");
			const token = await readFile(tokenFile, "utf8");
			const { AssumeRoleWithWebIdentityCommand } = await loadSts();
			const command = new AssumeRoleWithWebIdentityCommand({ ...input, WebIdentityToken: token.trim() });
			const region = await stsRegion(place, attempt.asking);
			return readAnswer(plan, await callSts({ ...place, region }, attempt, undefined, command));
		},
		classify,
		explain(error, kind, next) {
			const message = `${label} has no valid credentials, because the role could not be assumed with the token in ${tokenFile} (${inWords(error)}); the next attempt is at ${next}.`;
			return kind === "denied"
				? new AssumeRoleDeniedError(message, { cause: error })
				: new AssumeRoleError(message, { cause: error });
		},
	};
}
