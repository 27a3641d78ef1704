/** As whom a source of targets acts: the scope in which it was called, or the session that the call names. */

import { type AwsSession, clients, defaultSession, tryCurrentAwsScope } from "../src/index.js";

/** The identity of a call that may name its session, as accessors do. */
export interface ActingOptions {
	/** Default: the session of the scope in which it is called. */
	readonly session?: AwsSession | undefined;
	/** Default: the region that a client has there. */
	readonly region?: string | undefined;
}

type Service = "organizations" | "ec2" | "sqs";

/**
 * The client of that identity. It is one of a named session, so that it may go on in whatever scope the listing is read.
 * Throws what the accessor throws where there is no identity.
 */
export function actingClient<Name extends Service>(
	service: Name,
	{ session, region }: ActingOptions,
	config: object = {},
): ReturnType<(typeof clients)[Name]> {
	const accessor = clients[service] as (args: object) => ReturnType<(typeof clients)[Name]>;
	const place = region === undefined ? {} : { region };
	// Without a session, the accessor decides whether this call has an identity.
	if (session === undefined) accessor(place);
	const scope = tryCurrentAwsScope();
	const named = session ?? scope?.session ?? defaultSession();
	// A scope's own region comes before its session's, as for a client that names no session.
	const inherited = session === undefined && scope?.region !== undefined ? { region: scope.region } : {};
	return accessor({ ...config, ...inherited, ...place, session: named });
}
