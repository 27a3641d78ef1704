/** Credentials at hand and how old they are. */

import type { AwsCredentialIdentity } from "@smithy/types";
import { clock } from "../home/clock.js";
import { settings } from "../home/settings.js";
import { drawWindows, type Held, type Windows } from "./decide.js";
import type { Fetched } from "./source.js";
import { elapsed, type Moment } from "./moment.js";

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
export const hold = ({ credentials, lifetime, since }: Fetched): Current => ({
	...drawWindows(lifetime, clock().random(), settings().refresh),
	value: credentials,
	promise: Promise.resolve(credentials),
	lifetime,
	since,
});

/** Judges them now; two machines' clocks are never compared. */
export function judge({ lifetime, since, advisory, mandatory }: Current): Held {
	const steady = lifetime - (clock().monotonic() - since.monotonic);
	return { remaining: lifetime - elapsed(since), steady, advisory, mandatory };
}
