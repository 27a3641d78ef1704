/** Credentials at hand and how old they are. */

import type { AwsCredentialIdentity } from "@smithy/types";
import { clock } from "../home/clock.js";
import { elapsed, type Moment } from "../home/moment.js";
import { settings } from "../home/settings.js";
import type { Fetched } from "./credential-source.js";
import { drawWindows, type Held, type Windows } from "./refresh-rules.js";

/** What `inspect` may show of a session's credentials. */
export interface CredentialsState {
	readonly state: "empty" | "valid" | "expired";
	readonly accessKeyId?: string;
	readonly expiration?: Date;
}

/** One set of credentials, with all that the rules of refresh ask of it. */
export interface Current extends Windows {
	readonly value: AwsCredentialIdentity;
	/** Already resolved: the warm path hands out this very promise. */
	readonly promise: Promise<AwsCredentialIdentity>;
	/** Milliseconds from `since` on. */
	readonly lifetime: number;
	readonly since: Moment;
}

/** Takes an answer in hand; its windows are drawn once. */
export function hold({ credentials, lifetime, since }: Fetched): Current {
	const { advisory, mandatory } = drawWindows(lifetime, clock().random(), settings().refresh);
	// Not spread: each object would get a layout of its own from V8, larger than itself.
	return { advisory, mandatory, value: credentials, promise: Promise.resolve(credentials), lifetime, since };
}

/** Judges them now; two machines' clocks are never compared. */
export function judge({ lifetime, since, advisory, mandatory }: Current): Held {
	// A provider's answer that looks expired on arrival tells that two clocks differ, or that it is old: AWS has to judge.
	const steady = isSpent(lifetime) ? Number.POSITIVE_INFINITY : lifetime - (clock().monotonic() - since.monotonic);
	return { remaining: lifetime - elapsed(since), steady, advisory, mandatory };
}

/** When credentials expire, for comparing two answers of one source. */
export const expiryOf = ({ expiration }: AwsCredentialIdentity): number =>
	expiration?.getTime() ?? Number.MAX_SAFE_INTEGER;

/** With less life than this (milliseconds), credentials expire before a request is signed with them. */
const SPENT = 100;

/** Whether credentials of this lifetime were as good as expired when they came. */
export const isSpent = (lifetime: number): boolean => lifetime < SPENT;

/** Whether a provider's answer is what is held already; an expiry that was stamped anew is progress. */
export const isSame = (answer: AwsCredentialIdentity, held: AwsCredentialIdentity): boolean =>
	answer.accessKeyId === held.accessKeyId &&
	answer.secretAccessKey === held.secretAccessKey &&
	answer.sessionToken === held.sessionToken &&
	expiryOf(answer) <= expiryOf(held);

/** Why an answer of STS may not take the place of what is held, as words after "got"; `undefined` if it may. */
export function flawOf(
	{ credentials, lifetime }: Fetched,
	former: AwsCredentialIdentity | undefined,
	rejectedKey: string | undefined,
): string | undefined {
	if (isSpent(lifetime)) return "credentials that have expired; check the clock of what issues them";
	if (former === undefined) return undefined;
	const gained = expiryOf(credentials) - expiryOf(former);
	if (credentials.accessKeyId === former.accessKeyId) {
		// No progress (botocore#3019); keys that never expire are the same for ever.
		return gained <= 0 && credentials.expiration !== undefined ? "the same key again" : undefined;
	}
	return gained < 0 && former.accessKeyId !== rejectedKey ? "credentials that expire before those it has" : undefined;
}
