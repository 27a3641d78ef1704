/** Reads an STS response. It must be complete and for the requested role. */

import type { AssumedRoleUser, Credentials } from "@aws-sdk/client-sts";
import { AssumeRoleError } from "../errors.js";
import { clock } from "../home/clock.js";
import { elapsed, type Moment } from "../home/moment.js";
import type { RoleArn } from "./arns.js";
import { type Fetched, frozen } from "./credential-source.js";

/** The requested role. */
export interface Asked {
	readonly label: string;
	readonly roleArn: string;
	readonly role: RoleArn;
}

/** The part of a response that both AssumeRole calls have in common. */
export interface StsAnswer {
	readonly Credentials?: Credentials | undefined;
	readonly AssumedRoleUser?: AssumedRoleUser | undefined;
}

/** A response and its times. */
export interface StsReply {
	readonly answer: StsAnswer;
	/** The Date header of the same response, so that the clocks of two machines are not compared. */
	readonly date: string | undefined;
	/** When the call was made. */
	readonly asked: Moment;
}

/** The Date header has no fractions, so up to this many milliseconds of the lifetime may be over already. */
const ROUNDING = 1_000;
/** A response that was read later than this says nothing about the clocks, because the process was frozen. */
const PROMPT = 5_000;

export function readAnswer({ label, roleArn, role }: Asked, { answer, date, asked }: StsReply): Fetched {
	const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = answer.Credentials ?? {};
	if (!AccessKeyId || !SecretAccessKey || !SessionToken || !isDate(Expiration)) {
		throw new AssumeRoleError(`${label} received incomplete credentials from STS; check the STS endpoint.`);
	}
	const arn = answer.AssumedRoleUser?.Arn ?? "";
	const [, , , , account, resource = ""] = arn.split(":");
	if (account !== role.account || !resource.startsWith(`assumed-role/${role.name}/`)) {
		throw new AssumeRoleError(
			`STS was called for ${roleArn}, but returned credentials for ${arn || "no role"}; check the STS endpoint.`,
		);
	}
	const wall = clock().wall();
	const serverTime = Date.parse(date ?? "");
	const span = Expiration.getTime() - (Number.isNaN(serverTime) ? wall : serverTime);
	return {
		credentials: frozen({
			accessKeyId: AccessKeyId,
			secretAccessKey: SecretAccessKey,
			sessionToken: SessionToken,
			expiration: Expiration,
			accountId: role.account,
		}),
		lifetime: span - Math.min(ROUNDING, span / 2),
		since: asked,
		clockOffset: Number.isNaN(serverTime) || elapsed(asked) > PROMPT ? undefined : serverTime - wall,
	};
}

const isDate = (value: Date | undefined): value is Date => value instanceof Date && !Number.isNaN(value.getTime());
