/**
 * Sessions: one AWS identity and the way its credentials are obtained. Immutable, equal by content. What a session offers
 * of a layer above is added there: `run()` by the scope, `clients` by the accessors.
 */

import type { AwsCredentialIdentity } from "@smithy/types";
import { fail } from "../home/check.js";
import { CredentialKeeper } from "./credential-keeper.js";
import type { CredentialOptions } from "./credential-options.js";
import type { AskingRegion, CredentialSource, StsPlace } from "./credential-source.js";
import { whoami } from "./sts.js";

const { inspect } = process.getBuiltinModule("node:util");

/** A session holds itself under it, which tells it from a proxy of it and from what inherits from it. */
const BRAND = Symbol.for("aws-scope/session");

/** What a session is made of; for the session layer alone. @internal */
export interface SessionParts {
	readonly key: string;
	readonly account?: string | undefined;
	readonly roleArn?: string | undefined;
	/** Where and how STS is asked; its region and its profile are those of the session's clients too. */
	readonly place: StsPlace;
	readonly source: CredentialSource;
}

/** A session's credentials, as the SDK takes them: a provider that is not wrapped in another memory. */
export interface SessionCredentials {
	(options?: CredentialOptions): Promise<AwsCredentialIdentity>;
	/** Tells the SDK to call this provider as it is. */
	readonly memoized: true;
}

/** What an SDK client adds when it asks. */
interface ByClient {
	readonly callerClientConfig?: { readonly region?: AskingRegion };
}

/** The answer of {@link AwsSession.whoami}. */
export interface CallerIdentity {
	readonly account: string;
	readonly arn: string;
	readonly userId: string;
}

/** One AWS identity. Made by `defaultSession()`, `session()`, `assumeRole()` and `accountSessions()`. */
export class AwsSession {
	/** Equal exactly for equal sessions; holds no secret. */
	readonly key: string;
	/** The account it acts in, where that is known without asking. */
	readonly account: string | undefined;
	/** The role it assumes, if it assumes one. */
	readonly roleArn: string | undefined;
	/** The region of its clients where neither the call nor the scope names one. */
	readonly region: string | undefined;
	/**
	 * Its credentials; any SDK client takes this as `credentials`. From memory whenever they are fresh enough.
	 * @throws {AssumeRoleError} code `ASSUME_ROLE_FAILED`, {@link AssumeRoleDeniedError} code `ASSUME_ROLE_DENIED`,
	 * {@link CredentialsUnavailableError} code `CREDENTIALS_UNAVAILABLE`, {@link MinTtlError} code `MIN_TTL`
	 */
	readonly credentials: SessionCredentials;
	readonly #keeper: CredentialKeeper;
	readonly #place: StsPlace;

	/** For the makers of sessions alone. @internal */
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

	/** Where and how STS is asked. @internal */
	get place(): StsPlace {
		return this.#place;
	}

	/** The credentials, for a client of that region. @internal */
	credentialsFor(region: AskingRegion, options?: CredentialOptions): Promise<AwsCredentialIdentity> {
		return this.#keeper.get(options, region);
	}

	/** How far this machine's clock is behind AWS's (milliseconds), as STS last told. @internal */
	get clockOffset(): number | undefined {
		return this.#keeper.clockOffset;
	}

	/** Whether this session issued that key lately. @internal */
	issued(accessKeyId: string): boolean {
		return this.#keeper.issued(accessKeyId);
	}

	/** What AssumeRole is asked differently for than by another session of the role, in words without values. @internal */
	differencesFrom(other: AwsSession): string {
		// One that another copy of the package made keeps it from this one.
		return this.#keeper.differencesFrom(#keeper in other ? other.#keeper : undefined);
	}

	/** AWS rejected a key; gives true when another one is in its place. @internal */
	rejected(accessKeyId: string): Promise<boolean> {
		return this.#keeper.rejected(accessKeyId);
	}

	/** Forgets a remembered failure, unless valid credentials are at hand. @internal */
	forgetFailure(): void {
		this.#keeper.forgetFailure();
	}

	/** Forgets the credentials at hand, or why there are none; the next request gets new ones, past every memory of the source's. */
	invalidate(): void {
		itself(this).#keeper.invalidate();
	}

	/**
	 * Asks STS who this session is (one call of GetCallerIdentity, which needs no permission).
	 * @see https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
	 */
	whoami(): Promise<CallerIdentity> {
		return whoami(itself(this));
	}

	/** What may be seen of it: no secret. */
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
 * The session that a value is, also one that another copy of the package made, or that it stands for: behind a proxy of
 * a session, and in an object made from one, nothing works but the session itself. One that shows other values is none.
 * @internal
 */
export function sessionOf(value: unknown): AwsSession | undefined {
	if (typeof value !== "object" || value === null) return undefined;
	const session = (value as { [BRAND]?: AwsSession })[BRAND];
	if (session === undefined || session === value) return session;
	const isOne = (session as { [BRAND]?: unknown })[BRAND] === session;
	return isOne && SHOWN.every((name) => session[name] === (value as AwsSession)[name]) ? session : undefined;
}

/** The session whose method was called, maybe through what stands for it. @internal */
export const itself = (session: AwsSession): AwsSession =>
	sessionOf(session) ?? fail("A session's method was called on an object that shows other values; call the session's.");
