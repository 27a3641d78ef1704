/** What a session gets its credentials from, as the refresh engine sees it. */

import type { AwsCredentialIdentity } from "@smithy/types";
import type { Moment } from "../home/moment.js";
import type { FailureKind } from "./refresh-rules.js";

/** The answer of one successful attempt. */
export interface Fetched {
	/** Frozen, with all its parts from one answer. */
	readonly credentials: AwsCredentialIdentity;
	/** How long they live, in milliseconds, by the clock that issued them; `Infinity` if they do not expire. */
	readonly lifetime: number;
	/** When that began: no later than they were issued, for a process may be frozen before it reads the answer. */
	readonly since: Moment;
	/** How far this machine's clock is behind AWS's, in milliseconds, where the answer told. */
	readonly clockOffset?: number | undefined;
}

/** One set of credentials that nobody changes; but the SDK notes in `$source` what it found them by, and must find one. */
export function frozen(credentials: AwsCredentialIdentity): AwsCredentialIdentity {
	if (!Object.hasOwn(credentials, "$source")) Object.defineProperty(credentials, "$source", { value: {} });
	return Object.freeze(credentials);
}

/** What a session says of where and how STS is asked. */
export interface StsPlace {
	/** The region that was named for STS alone. */
	readonly stsRegion?: string | undefined;
	/** The session's own region. */
	readonly region?: string | undefined;
	/** Another endpoint than the region's. */
	readonly endpoint?: string | undefined;
	/** The partition of the role. */
	readonly partition?: string | undefined;
	/** The profile whose settings hold for the session's clients. */
	readonly profile?: string | undefined;
}

/** The region of the client that asks, as it is or as the SDK's client gives it. */
export type AskingRegion = string | (() => Promise<string | undefined>) | undefined;

/** How one attempt is made. */
export interface Attempt {
	/** The source must not answer from a memory of its own. */
	readonly force: boolean;
	/** Callers wait for it: it goes before refreshes that nobody waits for. */
	readonly urgent: boolean;
	/** The region of the client that needs them. */
	readonly asking?: AskingRegion;
	/** It has become too old: another may have taken its place, so that it should not call any more. */
	readonly abandoned: boolean;
	/** Set by a source whose failure must not be followed by another attempt of this flight. */
	final?: true;
	/** Milliseconds until it is too old. */
	readonly timeLeft: number;
	/** It waits for its turn to call, so that a source which says nothing is not to blame. */
	waiting: boolean;
}

/** One way of obtaining credentials; one attempt a call, no retry and no memory of its own. */
export interface CredentialSource {
	/** The session's label, for errors; never a secret. */
	readonly label: string;
	/** An attempt older than this on the wall clock is abandoned (milliseconds). */
	readonly patience: number;
	/** What AssumeRole is asked for; holds secrets. */
	readonly terms?: object | undefined;
	/** How many attempts one flight may make while callers wait for it. */
	readonly attempts: number;
	/** An SDK credential provider or given keys: what it answers is sent, as the SDK does, even if it looks expired here. */
	readonly provider?: true;
	/** The longest `durationSeconds` that the session may be given, if it takes that option. */
	readonly maxSeconds?: number | undefined;
	fetch(attempt: Attempt): Promise<Fetched>;
	/** What it depends on forgets its failures too: a role's parent that was denied is asked again. */
	forgetFailure?(): void;
	/** How a failure is to be treated. */
	classify(error: unknown): FailureKind;
	/** The error that callers get; `next` says when the session will try again. */
	explain(error: unknown, kind: FailureKind, next: string): Error;
}
