/** The identity that a resource keeps: its client, session and region. */

import {
	type AwsSession,
	clients,
	currentAwsScope,
	defaultSession,
	runInAwsScope,
	session,
	tryCurrentAwsScope,
} from "../src/index.js";

/** The arguments of an accessor. */
export type Args = string | Readonly<Record<string, unknown>> | undefined;

/** An aggregated client of the SDK, by its method names. */
export type AnyClient = Readonly<Record<string, (...args: unknown[]) => Promise<Record<string, unknown>>>>;

type Accessors = Readonly<Record<string, (args: Args) => AnyClient>>;

/** The identity of a resource, and of every resource that is created from it. */
export interface Identity {
	readonly client: AnyClient;
	/** Returns the client of another accessor, with the same session and scope. */
	readonly companion: (() => AnyClient) | undefined;
	readonly session: () => AwsSession;
	/** The region of the call, its scope or its session. */
	readonly region: () => string | undefined;
}

/** A client has one session and region, so calls with a warm client need no other lookup. */
const identities = new WeakMap<AnyClient, Identity>();

/** Returns the identity of a call. The accessor in `clients` throws if the scope is lost or unbound. */
export function identityOf(service: string, args: Args, companion?: string): Identity {
	const client = (clients as unknown as Accessors)[service]?.(args) as AnyClient;
	const known = identities.get(client);
	if (known !== undefined) return known;
	const { identity, isComplete } = newIdentity(client, args, companion);
	// What is missing may be installed or registered before the next call.
	if (isComplete) identities.set(client, identity);
	return identity;
}

function newIdentity(
	client: AnyClient,
	args: Args,
	companion: string | undefined,
): { readonly identity: Identity; readonly isComplete: boolean } {
	const scope = tryCurrentAwsScope();
	const options: Readonly<Record<string, unknown>> = typeof args === "object" ? args : {};
	const acting = namedSession(options) ?? (() => scope?.session ?? defaultSession());
	const region = typeof args === "string" ? args : (options["region"] as string | undefined);
	const other = companion === undefined ? undefined : eager(companion, args);
	const identity: Identity = {
		client,
		companion: other?.get,
		session: acting,
		region: () => region ?? scope?.region ?? acting().region,
	};
	return { identity, isComplete: other?.isMissing !== true };
}

/** Returns the session that a call names. An account is resolved now, because only the current scope knows its session. */
function namedSession(options: Readonly<Record<string, unknown>>): (() => AwsSession) | undefined {
	const { session: named, account, credentials, profile } = options;
	if (named !== undefined) return () => named as AwsSession;
	if (credentials !== undefined) return () => session({ credentials } as Parameters<typeof session>[0]);
	if (profile !== undefined) return () => session({ profile: profile as string });
	if (account === undefined) return undefined;
	const region = options["region"] === undefined ? {} : { region: options["region"] as string };
	const found = runInAwsScope({ account: account as string, ...region }, () => currentAwsScope().session);
	return () => found;
}

/** Gets a client now, in the current scope. If that throws, because a package is missing, throws on use instead. */
function eager(accessor: string, args: Args): { readonly get: () => AnyClient; readonly isMissing: boolean } {
	try {
		const client = (clients as unknown as Accessors)[accessor]?.(args) as AnyClient;
		return { get: () => client, isMissing: false };
	} catch (error) {
		return {
			get: () => {
				throw error;
			},
			isMissing: true,
		};
	}
}

/** Whether both have the same session and region. */
export const isSame = (one: Identity, other: Identity): boolean =>
	one.client === other.client || (one.session() === other.session() && one.region() === other.region());
