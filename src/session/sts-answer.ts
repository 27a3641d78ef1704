/** Reads what STS answered: all of it or nothing, and only the identity that was asked for. */

import type { AssumedRoleUser, Credentials } from "@aws-sdk/client-sts";
import { AssumeRoleError } from "../errors.js";
import { clock } from "../home/clock.js";
import { elapsed, type Moment } from "../home/moment.js";
import type { RoleArn } from "./arns.js";
import { type Fetched, frozen } from "./credential-source.js";

/** What was asked for. */
export interface Asked {
	readonly label: string;
	readonly roleArn: string;
	readonly role: RoleArn;
}

/** The part of an answer that the AssumeRole calls share. */
export interface StsAnswer {
	readonly Credentials?: Credentials | undefined;
	readonly AssumedRoleUser?: AssumedRoleUser | undefined;
}

/** An answer and the times around it. */
export interface StsReply {
	readonly answer: StsAnswer;
	/** The Date header of the same response, so that no two machines' clocks are compared. */
	readonly date: string | undefined;
	/** When the call was made. */
	readonly asked: Moment;
}

/** The Date header counts whole seconds: so much of the lifetime may be gone already. */
const ROUNDING = 1_000;
/** An answer that was read later than this tells nothing about the clocks: the process was frozen. */
const PROMPT = 5_000;

/** Takes an answer in. */
export function readAnswer({ label, roleArn, role }: Asked, { answer, date, asked }: StsReply): Fetched {
	const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = answer.Credentials ?? {};
	if (!AccessKeyId || !SecretAccessKey || !SessionToken || !isDate(Expiration)) {
		throw new AssumeRoleError(`${label} got no whole set of credentials from STS; check the STS endpoint.`);
	}
	const arn = answer.AssumedRoleUser?.Arn ?? "";
	const [, , , , account, resource = ""] = arn.split(":");
	if (account !== role.account || !resource.startsWith(`assumed-role/${role.name}/`)) {
		throw new AssumeRoleError(
			`STS was asked for ${roleArn} but answered for ${arn || "nobody"}; check the STS endpoint.`,
		);
	}
	const wall = clock().wall();
	const told = Date.parse(date ?? "");
	const span = Expiration.getTime() - (Number.isNaN(told) ? wall : told);
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
		clockOffset: Number.isNaN(told) || elapsed(asked) > PROMPT ? undefined : told - wall,
	};
}

const isDate = (value: Date | undefined): value is Date => value instanceof Date && !Number.isNaN(value.getTime());
