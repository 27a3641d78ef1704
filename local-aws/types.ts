/** The public types of the local AWS. */

import type { LocalFault } from "./faults.js";
import type { LocalAwsStats } from "./stats.js";

/** A role of a {@link LocalAccount}, and who may assume it. */
export interface LocalRole {
	/** The role's name, with its path if it has one: `"reader"`, `"team/reader"`. */
	readonly name: string;
	/** Accounts whose users and roles may all assume the role. Default: every account, unless `trustedPrincipals` is set. */
	readonly trustedAccounts?: readonly string[];
	/** ARNs of the users, roles or role sessions that may assume it; `arn:aws:iam::<account>:root` stands for the whole account. */
	readonly trustedPrincipals?: readonly string[];
	/** The ExternalId that AssumeRole requires. */
	readonly externalId?: string;
	/** The longest session in seconds. Default 3600, as in IAM. */
	readonly maxSessionDuration?: number;
	/** AssumeRole requires the serial number of this MFA device and, if `code` is set, that code. */
	readonly mfa?: { readonly serialNumber: string; readonly code?: string };
}

/** An account of the local AWS. */
export interface LocalAccount {
	/** A string of twelve digits. */
	readonly id: string;
	/** The account's roles. Default: every role name exists, and any user or role of any account may assume it for up to 12 hours. */
	readonly roles?: readonly LocalRole[];
	/** Its organizational unit, by names from the root: `"Workloads/Prod"`. Default: the root itself. */
	readonly ou?: string;
	/** What Organizations calls it. Default: `"account-"` and the id. */
	readonly name?: string;
	/** What Organizations says about it. Default `"ACTIVE"`. */
	readonly status?: "PENDING_ACTIVATION" | "ACTIVE" | "SUSPENDED" | "PENDING_CLOSURE" | "CLOSED";
	/** Its tags in Organizations. */
	readonly tags?: Readonly<Record<string, string>>;
}

/** The caller of a request, once its signature has been verified. */
export interface LocalIdentity {
	readonly accountId: string;
	/** `arn:aws:iam::…:user/…`, or `arn:aws:sts::…:assumed-role/<role>/<session>`. */
	readonly arn: string;
	readonly accessKeyId: string;
	/** The ARN of the role, for a role session. */
	readonly roleArn?: string;
	readonly sessionName?: string;
	readonly sourceIdentity?: string;
	/** The session tags, including inherited transitive ones. */
	readonly tags: Readonly<Record<string, string>>;
}

/** A verified request, as a {@link LocalHandler} gets it. */
export interface LocalRequest {
	/** The signing name, for example `"s3"` or `"sqs"`. */
	readonly service: string;
	readonly region: string;
	/** The operation, such as `"SendMessage"`. Requests of REST services do not name it: for those, the HTTP method. */
	readonly action: string;
	readonly identity: LocalIdentity;
	readonly method: string;
	/** Still percent-encoded. */
	readonly path: string;
	readonly query: Readonly<Record<string, string | readonly string[]>>;
	/** Header names in lowercase. */
	readonly headers: Readonly<Record<string, string | undefined>>;
	/** The whole body, with the `aws-chunked` encoding of S3 uploads removed. */
	readonly body: Uint8Array;
}

/** The response of a {@link LocalHandler}. */
export interface LocalResponse {
	/** Default 200. */
	readonly status?: number;
	readonly headers?: Readonly<Record<string, string>>;
	/** An object is written as the output of the operation in the protocol of the request: JSON, XML or CBOR. */
	readonly body?: string | Uint8Array | Readonly<Record<string, unknown>>;
}

/** Answers the requests of one service; `undefined` leaves a request to the built-in emulation. */
export type LocalHandler = (request: LocalRequest) => LocalResponse | undefined | Promise<LocalResponse | undefined>;

/** The options of `startLocalAws()`. */
export interface LocalAwsOptions {
	/** Account ids, or accounts with their roles. The keys in `env` belong to the first account. */
	readonly accounts: readonly (string | LocalAccount)[];
	/** The region in `env`; every other region works too. Default `"us-east-1"`. */
	readonly region?: string;
	/** The port on 127.0.0.1. Default 0: any free port. */
	readonly port?: number;
	/** The server's clock in milliseconds. It decides when credentials and signatures expire. Default `Date.now`. */
	readonly clock?: () => number;
	/** The limits of `DurationSeconds` (default 900 and 43200, as in AWS). With `overrideSeconds`, all credentials live that long. */
	readonly credentialLifetime?: {
		readonly minSeconds?: number;
		readonly maxSeconds?: number;
		readonly overrideSeconds?: number;
	};
	/** Handlers by the signing name of their service, such as `"sqs"`. They get verified requests only. */
	readonly handlers?: Readonly<Record<string, LocalHandler>>;
	/** How long idle connections stay open, in milliseconds. Default 60000. */
	readonly keepAliveMs?: number;
}

/** A user and its long-term access key. */
export interface LocalUser {
	readonly accountId: string;
	readonly arn: string;
	readonly accessKeyId: string;
	readonly secretAccessKey: string;
}

/** One request, reported just before its response is sent. */
export interface LocalEvent {
	/** The signing name; `""` if the request names none. */
	readonly service: string;
	readonly action: string;
	readonly region: string;
	readonly method: string;
	readonly path: string;
	/** Numbers the TCP connections, from 1. */
	readonly connectionId: number;
	/** The access key that the request names, verified or not. */
	readonly accessKeyId?: string;
	/** The caller; missing if the request could not be verified. */
	readonly identity?: LocalIdentity;
	/** The role that AssumeRole was called for. */
	readonly roleArn?: string;
	/** 0 if the connection was closed without a response. */
	readonly status: number;
	readonly errorCode?: string;
	/** By the server's clock, in milliseconds. */
	readonly time: number;
}

/** A running local AWS. */
export interface LocalAws extends AsyncDisposable {
	/** `http://127.0.0.1:<port>`, for every service and region. */
	readonly endpoint: string;
	readonly port: number;
	readonly region: string;
	readonly accounts: readonly string[];
	/** Environment variables for a child process: the endpoint, the region and the access key of the first account's user. */
	readonly env: Readonly<Record<string, string>>;
	/** Sets `env` in `process.env` and removes what would override it (profiles, tokens, endpoints of single services). Disposing restores all of it. */
	useEnv(): Disposable;
	/** An IAM user of an account; each name is a user with an access key of its own. @throws {NotLocalError} code `NOT_LOCAL` for an account that this local AWS does not have */
	user(accountId: string, name?: string): LocalUser;
	/** What was counted since the start or the last {@link resetCounts}. */
	stats(): LocalAwsStats;
	/** Sets the counts to zero, except for what is open or in flight now. */
	resetCounts(): void;
	/** Calls `listener` with every request just before its response is sent. */
	onRequest(listener: (event: LocalEvent) => void): Disposable;
	/** Makes matching requests fail. If several faults match, the first one added applies. */
	fail(fault: LocalFault): Disposable;
	/** Rejects access keys from now on, as expired (default) or as unknown; returns how many were not revoked before. */
	revoke(which: string | ((identity: LocalIdentity) => boolean), as?: "expired" | "invalid"): number;
	/** Stops the server and closes every connection. */
	close(): Promise<void>;
}
