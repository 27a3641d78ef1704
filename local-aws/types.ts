/** The public types of the local AWS. */

import type { LocalFault } from "./faults.js";
import type { LocalAwsStats } from "./stats.js";

/** A role of a {@link LocalAccount}, and who may assume it. */
export interface LocalRole {
	/** The role's name, with its path where it has one: `"reader"`, `"team/reader"`. */
	readonly name: string;
	/** Accounts whose every identity may assume the role. Default: all accounts of this local AWS, unless `trustedPrincipals` is given. */
	readonly trustedAccounts?: readonly string[];
	/** ARNs of the users, roles or role sessions that may assume it; `arn:aws:iam::<account>:root` means the whole account. */
	readonly trustedPrincipals?: readonly string[];
	/** The ExternalId that every AssumeRole call must bring. */
	readonly externalId?: string;
	/** Longest session in seconds, 3600–43200. Default 3600, as in IAM. */
	readonly maxSessionDuration?: number;
	/** Every AssumeRole call must bring this MFA device's serial number and, when `code` is given, that code. */
	readonly mfa?: { readonly serialNumber: string; readonly code?: string };
}

/** An account of the local AWS. */
export interface LocalAccount {
	/** Twelve digits, as a string. */
	readonly id: string;
	/** The account's roles. Left out: every role name exists and every identity of the listed accounts may assume it for up to 12 hours. */
	readonly roles?: readonly LocalRole[];
}

/** Whose request it is, once its signature has been verified. */
export interface LocalIdentity {
	readonly accountId: string;
	/** `arn:aws:iam::…:user/…`, or `arn:aws:sts::…:assumed-role/<role>/<session>`. */
	readonly arn: string;
	readonly accessKeyId: string;
	/** The ARN of the role behind an assumed-role session. */
	readonly roleArn?: string;
	readonly sessionName?: string;
	readonly sourceIdentity?: string;
	/** The session tags in force, inherited transitive ones included. */
	readonly tags: Readonly<Record<string, string>>;
}

/** A verified request for a service that the user answers. */
export interface LocalRequest {
	/** The signing name, for example `"s3"` or `"sqs"`. */
	readonly service: string;
	readonly region: string;
	/** From `X-Amz-Target`, the `Action` parameter or the CBOR path; for REST services the HTTP method. */
	readonly action: string;
	readonly identity: LocalIdentity;
	readonly method: string;
	/** The path as it was sent, still percent-encoded. */
	readonly path: string;
	readonly query: Readonly<Record<string, string | readonly string[]>>;
	/** Header names in lower case. */
	readonly headers: Readonly<Record<string, string | undefined>>;
	/** The whole body; S3's `aws-chunked` framing has been taken off. */
	readonly body: Uint8Array;
}

/** What a handler answers. `status` is 200 unless given; an object as body is sent as JSON. */
export interface LocalResponse {
	readonly status?: number;
	readonly headers?: Readonly<Record<string, string>>;
	readonly body?: string | Uint8Array | Readonly<Record<string, unknown>>;
}

/** Answers requests of one service; `undefined` leaves the request to the built-in emulation. */
export type LocalHandler = (request: LocalRequest) => LocalResponse | undefined | Promise<LocalResponse | undefined>;

/** How {@link startLocalAws} is told what to be. */
export interface LocalAwsOptions {
	/** Account ids, or accounts with their roles. The keys in `env` belong to the first one. */
	readonly accounts: readonly (string | LocalAccount)[];
	/** The region put into `env`; requests of every region are answered. Default `"us-east-1"`. */
	readonly region?: string;
	/** The TCP port on 127.0.0.1. Default 0: any free one. */
	readonly port?: number;
	/** The server's clock in milliseconds, for issue times, expiry, skew and the `Date` header. Default `Date.now`. */
	readonly clock?: () => number;
	/** Bounds of `DurationSeconds` in seconds (default AWS's 900 and 43200); `overrideSeconds` is issued whatever was asked. */
	readonly credentialLifetime?: {
		readonly minSeconds?: number;
		readonly maxSeconds?: number;
		readonly overrideSeconds?: number;
	};
	/** Handlers of other services by signing name; they see verified requests only. */
	readonly handlers?: Readonly<Record<string, LocalHandler>>;
	/** How long an idle connection is kept, in milliseconds. Default 60000. */
	readonly keepAliveMs?: number;
}

/** A long-lived key of an account's user. */
export interface LocalUser {
	readonly accountId: string;
	readonly arn: string;
	readonly accessKeyId: string;
	readonly secretAccessKey: string;
}

/** One request as the server saw it; told just before its answer leaves. */
export interface LocalEvent {
	/** `""` when the request did not say. */
	readonly service: string;
	readonly action: string;
	readonly region: string;
	readonly method: string;
	readonly path: string;
	/** A number per TCP connection, from 1. */
	readonly connectionId: number;
	/** The key named by the request, verified or not. */
	readonly accessKeyId?: string;
	/** Who made the request; left out when it could not be verified. */
	readonly identity?: LocalIdentity;
	/** The role that AssumeRole asked for. */
	readonly roleArn?: string;
	/** 0 when the connection was dropped instead of answered. */
	readonly status: number;
	readonly errorCode?: string;
	/** The server's clock, in milliseconds. */
	readonly time: number;
}

/** A running local AWS. */
export interface LocalAws extends AsyncDisposable {
	/** `http://127.0.0.1:<port>`, for every service and region. */
	readonly endpoint: string;
	readonly port: number;
	readonly region: string;
	readonly accounts: readonly string[];
	/** Variables for a child process: endpoint, region and the first account's user key. */
	readonly env: Readonly<Record<string, string>>;
	/** Puts `env` into `process.env` and takes out what would lead elsewhere (profiles, tokens, other endpoints); disposing restores it all. */
	useEnv(): Disposable;
	/** The user of an account. @throws {NotLocalError} code `NOT_LOCAL` for an account that this local AWS does not have */
	user(accountId: string): LocalUser;
	/** A snapshot of everything counted since the start or the last {@link resetCounts}. */
	stats(): LocalAwsStats;
	/** Sets the counts to zero; what is open or in flight stays counted as such. */
	resetCounts(): void;
	/** Calls `listener` for every request just before its answer leaves. */
	onRequest(listener: (event: LocalEvent) => void): Disposable;
	/** Makes matching requests fail; the first matching rule in force decides. */
	fail(fault: LocalFault): Disposable;
	/** Refuses keys from now on, as expired (default) or as unknown; tells how many were newly revoked. */
	revoke(which: string | ((identity: LocalIdentity) => boolean), as?: "expired" | "invalid"): number;
	/** Ends every connection, pending delay and hang, then the server. */
	close(): Promise<void>;
}
