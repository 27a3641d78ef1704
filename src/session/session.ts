/**
 * Sessions: one AWS identity, together with the way to get its credentials. Immutable. Higher layers add members: the
 * scope adds `run()`, and the accessors add `clients`.
 */

import type { AwsCredentialIdentity } from "@smithy/types";
import { fail } from "../home/check.js";
import { CredentialKeeper } from "./credential-keeper.js";
import type { CredentialOptions } from "./credential-options.js";
import type { AskingRegion, CredentialSource, StsPlace } from "./credential-source.js";
import { whoami } from "./sts.js";

const { inspect } = process.getBuiltinModule("node:util");

/** A session stores itself under this key, which distinguishes it from its proxies and from objects that inherit from it. */
const BRAND = Symbol.for("aws-scope/session");

/** The parts of a session. @internal */
export interface SessionParts {
	readonly key: string;
	readonly account?: string | undefined;
	readonly roleArn?: string | undefined;
	/** The session's settings for STS calls. Its clients use the same region and profile. */
	readonly place: StsPlace;
	readonly source: CredentialSource;
}

/** A session's credentials, as an SDK credential provider. */
export interface SessionCredentials {
	(options?: CredentialOptions): Promise<AwsCredentialIdentity>;
	/** Tells the SDK not to cache this provider's credentials. */
	readonly memoized: true;
}

/** What an SDK client passes to its provider. */
interface ByClient {
	readonly callerClientConfig?: { readonly region?: AskingRegion };
}

/** The result of {@link AwsSession.whoami}. */
export interface CallerIdentity {
	readonly account: string;
	readonly arn: string;
	readonly userId: string;
}

/** One AWS identity, from `defaultSession()`, `session()`, `assumeRole()` or `accountSessions()`. */
export class AwsSession {
	/** Equal exactly for equal sessions. Contains no secrets. */
	readonly key: string;
	/** The account that the session acts in, if it is known without a call. */
	readonly account: string | undefined;
	/** The role that the session assumes, if any. */
	readonly roleArn: string | undefined;
	/** The region of the session's clients if neither the call nor the scope names one. */
	readonly region: string | undefined;
	/**
	 * Returns the session's credentials, from memory if they are fresh enough. Pass it to any SDK client as `credentials`.
	 * @throws {AssumeRoleError} code `ASSUME_ROLE_FAILED`, {@link AssumeRoleDeniedError} code `ASSUME_ROLE_DENIED`,
	 * {@link CredentialsUnavailableError} code `CREDENTIALS_UNAVAILABLE`, {@link MinTtlError} code `MIN_TTL`
	 */
	readonly credentials: SessionCredentials;
	readonly #keeper: CredentialKeeper;
	readonly #place: StsPlace;

	/** @internal */
	constructor({ key, account, roleArn, place, source }: SessionParts) {
		const keeper = new CredentialKeeper(source, this);
		this.key = key;
		this.account = account;
		this.roleArn = roleArn;
		this.region = place.region;
		this.#keeper = keeper;
		this.#place = place;
		this.credentials = Object.assign(
			(options?: CredentialOptions & ByClient) => keeper.get(options, options?.callerClientConfig?.region),
			{ memoized: true } as const,
		);
		Object.defineProperty(this, BRAND, { value: this });
		Object.freeze(this);
	}

	/** The settings for STS calls. @internal */
	get place(): StsPlace {
		return this.#place;
	}

	/** Returns the credentials for a client in that region. @internal */
	credentialsFor(region: AskingRegion, options?: CredentialOptions): Promise<AwsCredentialIdentity> {
		return this.#keeper.get(options, region);
	}

	/** How many milliseconds this machine's clock is behind AWS's, by the last STS response. @internal */
	get clockOffset(): number | undefined {
		return this.#keeper.clockOffset;
	}

	/** Whether this session returned that key recently. @internal */
	issued(accessKeyId: string): boolean {
		return this.#keeper.issued(accessKeyId);
	}

	/** Names the AssumeRole parameters that differ from another session's, without values. @internal */
	differencesFrom(other: AwsSession): string {
		// A session from another copy of the package has a private field of its own.
		return this.#keeper.differencesFrom(#keeper in other ? other.#keeper : undefined);
	}

	/** Handles a key that AWS rejected, and returns whether the session has another one now. @internal */
	rejected(accessKeyId: string): Promise<boolean> {
		return this.#keeper.rejected(accessKeyId);
	}

	/** Starts over if there are no valid credentials. @internal */
	startOver(): void {
		this.#keeper.startOver();
	}

	/** Discards a remembered failure. A running attempt continues. @internal */
	forgetFailure(): void {
		this.#keeper.forgetFailure();
	}

	/** Discards the current credentials and any remembered failure. The next request gets new ones and bypasses the source's caches. */
	invalidate(): void {
		itself(this).#keeper.invalidate();
	}

	/**
	 * Calls STS `GetCallerIdentity`, which requires no permissions.
	 * @see https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
	 */
	whoami(): Promise<CallerIdentity> {
		return whoami(itself(this));
	}

	/** The session's account, role, access key id, expiry and state, and no secret. */
	toJSON(): Record<string, unknown> {
		const { key, account, roleArn, region } = this;
		return { key, account, roleArn, region, ...itself(this).#keeper.state };
	}

	[inspect.custom](): string {
		return `AwsSession ${inspect(this.toJSON(), { breakLength: Number.POSITIVE_INFINITY })}`;
	}
}

const SHOWN = ["key", "account", "roleArn", "region", "credentials"] as const satisfies (keyof AwsSession)[];

/**
 * Returns the session that a value is or stands for. It may come from another copy of the package. For a proxy of a session
 * or an object that inherits from one, returns the session itself, unless the object shows other values.
 * @internal
 */
export function sessionOf(value: unknown): AwsSession | undefined {
	if (typeof value !== "object" || value === null) return undefined;
	const session = (value as { [BRAND]?: AwsSession })[BRAND];
	if (session === undefined || session === value) return session;
	const isOne = (session as { [BRAND]?: unknown })[BRAND] === session;
	return isOne && SHOWN.every((name) => session[name] === (value as AwsSession)[name]) ? session : undefined;
}

/** The session whose method was called, possibly through a proxy. @internal */
export const itself = (session: AwsSession): AwsSession =>
	sessionOf(session) ??
	fail("A session's method was called on an object with other values; call it on the session itself.");
