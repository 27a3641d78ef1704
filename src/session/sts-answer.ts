/** Reads what STS answered: all of it or nothing, and only the identity that was asked for. */

import type { AssumedRoleUser, Credentials } from "@aws-sdk/client-sts";
import { AssumeRoleError } from "../errors.js";
import { clock } from "../home/clock.js";
import type { RoleArn } from "./names.js";
import type { Fetched } from "./source.js";

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

/** Takes an answer in; `date` is the Date header of the same response, so that no two machines' clocks are compared. */
export function readAnswer({ label, roleArn, role }: Asked, answer: StsAnswer, date: string | undefined): Fetched {
	const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = answer.Credentials ?? {};
	if (!AccessKeyId || !SecretAccessKey || !SessionToken || !(Expiration instanceof Date)) {
		throw new AssumeRoleError(`STS answered for ${label} without a whole set of credentials; try again.`);
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
	const server = Number.isNaN(told) ? wall : told;
	const lifetime = Expiration.getTime() - server;
	if (!(lifetime > 0)) {
		throw new AssumeRoleError(
			`STS answered for ${label} with credentials that have expired; check the STS endpoint's clock.`,
		);
	}
	return {
		credentials: Object.freeze({
			accessKeyId: AccessKeyId,
			secretAccessKey: SecretAccessKey,
			sessionToken: SessionToken,
			expiration: Expiration,
			accountId: role.account,
		}),
		lifetime,
		clockOffset: server - wall,
	};
}
