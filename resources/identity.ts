/** Whose a resource is: the client that it was obtained with, which it keeps. */

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

/** The SDK's aggregated client, as far as the interpreter uses it. */
export type AnyClient = Readonly<Record<string, (...args: unknown[]) => Promise<Record<string, unknown>>>>;

type Accessors = Readonly<Record<string, (args: Args) => AnyClient>>;

/** What a resource, and all that is reached from it, acts as. */
export interface Identity {
	readonly client: AnyClient;
	/** The client of another accessor, of the same session and scope. */
	readonly companion: (() => AnyClient) | undefined;
	readonly session: () => AwsSession;
	/** As far as the call, its scope or its session names one. */
	readonly region: () => string | undefined;
}

/** By their client, which is of one session and region: a warm call looks nothing else up. */
const known = new WeakMap<AnyClient, Identity>();

/** Asks the accessor, which refuses a lost or unbound call, for the identity that this call means. */
export function identityOf(service: string, args: Args, companion?: string): Identity {
	const client = (clients as unknown as Accessors)[service]?.(args) as AnyClient;
	let identity = known.get(client);
	if (identity === undefined) {
		identity = newIdentity(client, args, companion);
		known.set(client, identity);
	}
	return identity;
}

function newIdentity(client: AnyClient, args: Args, companion: string | undefined): Identity {
	const scope = tryCurrentAwsScope();
	const given: Readonly<Record<string, unknown>> = typeof args === "object" ? args : {};
	const acting = namedSession(given) ?? (() => scope?.session ?? defaultSession());
	const region = typeof args === "string" ? args : (given["region"] as string | undefined);
	const accessors = clients as unknown as Accessors;
	return {
		client,
		companion: companion === undefined ? undefined : hold(() => accessors[companion]?.(args) as AnyClient),
		session: acting,
		region: () => region ?? scope?.region ?? acting().region,
	};
}

/** The session that a call names. Which one an account means only the scope knows; the others are found when asked for. */
function namedSession(given: Readonly<Record<string, unknown>>): (() => AwsSession) | undefined {
	const { session: named, account, credentials, profile } = given;
	if (named !== undefined) return () => named as AwsSession;
	if (credentials !== undefined) return () => session({ credentials } as Parameters<typeof session>[0]);
	if (profile !== undefined) return () => session({ profile: profile as string });
	if (account === undefined) return undefined;
	const found = runInAwsScope({ account: account as string }, () => currentAwsScope().session);
	return () => found;
}

/** Gets it now, while the scope is the right one; that its package is missing is told to whoever uses it. */
function hold<Value>(get: () => Value): () => Value {
	try {
		const value = get();
		return () => value;
	} catch (error) {
		return () => {
			throw error;
		};
	}
}

/** Whether both act as the same session in the same region. */
export const isSame = (one: Identity, other: Identity): boolean =>
	one.client === other.client || (one.session() === other.session() && one.region() === other.region());
