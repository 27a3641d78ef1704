/** The interface of a credential source. */

import type { AwsCredentialIdentity } from "@smithy/types";
import type { Moment } from "../home/moment.js";
import type { FailureKind } from "./refresh-rules.js";

/** The result of a successful attempt. */
export interface Fetched {
	/** Frozen, and all from one response. */
	readonly credentials: AwsCredentialIdentity;
	/** Their lifetime in milliseconds, by the issuer's clock; `Infinity` if they don't expire. */
	readonly lifetime: number;
	/** When the lifetime started. Not later than they were issued, because a process may freeze before it reads the response. */
	readonly since: Moment;
	/** How many milliseconds this machine's clock is behind AWS's, if known. */
	readonly clockOffset?: number | undefined;
}

/** Freezes credentials. The SDK writes to the object in `$source`, so it must exist. */
export function frozen(credentials: AwsCredentialIdentity): AwsCredentialIdentity {
	if (!Object.hasOwn(credentials, "$source")) Object.defineProperty(credentials, "$source", { value: {} });
	return Object.freeze(credentials);
}

/** A session's settings for STS calls. */
export interface StsPlace {
	/** The `stsRegion` option. */
	readonly stsRegion?: string | undefined;
	/** The session's own region. */
	readonly region?: string | undefined;
	/** A custom STS endpoint. */
	readonly endpoint?: string | undefined;
	/** The role's partition. */
	readonly partition?: string | undefined;
	/** The profile whose settings apply to the session's clients. */
	readonly profile?: string | undefined;
}

/** The region of the client that requests credentials, as a string or as the SDK's provider. */
export type AskingRegion = string | (() => Promise<string | undefined>) | undefined;

/** One attempt to get credentials. */
export interface Attempt {
	/** Whether the source must bypass its cache. */
	readonly force: boolean;
	/** Whether callers wait for it, so that it goes before background refreshes. */
	readonly urgent: boolean;
	/** The region of the client that needs the credentials. */
	readonly asking?: AskingRegion;
	/** Whether its time ran out. It should make no more calls, because another attempt may have started. */
	readonly abandoned: boolean;
	/** Set by a source to prevent retries. */
	final?: true;
	/** Milliseconds until its time runs out. */
	readonly timeLeft: number;
	/** Whether it waits for a slot, so that a timeout isn't the source's fault. */
	waiting: boolean;
}

/** A way to get credentials. Each `fetch()` is one attempt, without retries or a cache. */
export interface CredentialSource {
	/** The session's name in errors. Never contains a secret. */
	readonly label: string;
	/** How many milliseconds an attempt may take before it is abandoned. */
	readonly patience: number;
	/** The AssumeRole parameters. They contain secrets. */
	readonly terms?: object | undefined;
	/** The maximum number of attempts while callers wait. */
	readonly attempts: number;
	/** Set for SDK credential providers and static keys. Their credentials are sent even if they look expired, as in the SDK. */
	readonly provider?: true;
	/** The maximum `durationSeconds`, if the session has that option. */
	readonly maxSeconds?: number | undefined;
	fetch(attempt: Attempt): Promise<Fetched>;
	/** Discards the remembered failures of the sessions that it depends on. */
	forgetFailure?(): void;
	/** Classifies a failure. */
	classify(error: unknown): FailureKind;
	/** Creates the error for callers. `next` is the time of the next attempt. */
	explain(error: unknown, kind: FailureKind, next: string): Error;
}
