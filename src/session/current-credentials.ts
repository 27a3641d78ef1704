/** A session's current credentials and their age. */

import type { AwsCredentialIdentity } from "@smithy/types";
import { clock } from "../home/clock.js";
import { elapsed, type Moment } from "../home/moment.js";
import { settings } from "../home/settings.js";
import type { Fetched } from "./credential-source.js";
import { drawWindows, type Held, type Windows } from "./refresh-rules.js";

/** The part of a session's credentials that is shown. */
export interface CredentialsState {
	readonly state: "empty" | "valid" | "expired";
	readonly accessKeyId?: string;
	readonly expiration?: Date;
}

/** A set of credentials, with what the refresh rules need. */
export interface Current extends Windows {
	readonly value: AwsCredentialIdentity;
	/** Resolved. The warm path returns this promise, without creating one. */
	readonly promise: Promise<AwsCredentialIdentity>;
	/** In milliseconds, from `since`. */
	readonly lifetime: number;
	readonly since: Moment;
}

/** Creates a record of new credentials. Its refresh windows are drawn once. */
export function hold({ credentials, lifetime, since }: Fetched): Current {
	const { advisory, mandatory } = drawWindows(lifetime, clock().random(), settings().refresh);
	// Not a spread, for which V8 would create a larger object with its own hidden class.
	return { advisory, mandatory, value: credentials, promise: Promise.resolve(credentials), lifetime, since };
}

/** Computes the time left. The clocks of two machines are never compared. */
export function judge({ lifetime, since, advisory, mandatory }: Current): Held {
	// If a provider's credentials look expired on arrival, they are old or two clocks differ, so AWS has to decide.
	const steady = isSpent(lifetime) ? Number.POSITIVE_INFINITY : lifetime - (clock().monotonic() - since.monotonic);
	return { remaining: lifetime - elapsed(since), steady, advisory, mandatory };
}

/** When credentials expire, for comparing two results of one source. */
export const expiryOf = ({ expiration }: AwsCredentialIdentity): number =>
	expiration?.getTime() ?? Number.MAX_SAFE_INTEGER;

/** Credentials with less time left than this (milliseconds) expire before a request is signed. */
const SPENT = 100;

/** Whether credentials with this lifetime had already expired when they arrived. */
export const isSpent = (lifetime: number): boolean => lifetime < SPENT;

/** Whether a provider returned the current credentials again. With a later expiry, they count as new. */
export const isSame = (answer: AwsCredentialIdentity, held: AwsCredentialIdentity): boolean =>
	answer.accessKeyId === held.accessKeyId &&
	answer.secretAccessKey === held.secretAccessKey &&
	answer.sessionToken === held.sessionToken &&
	expiryOf(answer) <= expiryOf(held);

/** Why credentials from STS can't replace the current ones, as the words after "received"; `undefined` if they can. */
export function flawOf(
	{ credentials, lifetime }: Fetched,
	former: AwsCredentialIdentity | undefined,
	rejectedKey: string | undefined,
): string | undefined {
	if (isSpent(lifetime)) return "credentials that have already expired; check the issuer's clock";
	if (former === undefined) return undefined;
	const gained = expiryOf(credentials) - expiryOf(former);
	if (credentials.accessKeyId === former.accessKeyId) {
		// The same key with no later expiry is a failure (botocore#3019). Keys without an expiry never change.
		return gained <= 0 && credentials.expiration !== undefined ? "the same key again" : undefined;
	}
	return gained < 0 && former.accessKeyId !== rejectedKey
		? "credentials that expire before the current ones"
		: undefined;
}
