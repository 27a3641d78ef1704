/** Checks whether a session can provide credentials for as long as `minTtl` requires. */

import { MinTtlError } from "../errors.js";
import type { CredentialSource } from "./credential-source.js";
import { type Current, isSpent, judge } from "./current-credentials.js";

/** What the session has done for the caller so far. */
interface Asked {
	/** The credentials arrived after the call started. */
	readonly isNew: boolean;
	/** The source was called since then, and bypassed its cache. */
	readonly renewed: boolean;
}

/**
 * Throws if calling the source again can't help. STS gives a role the same lifetime each time, but a provider may first
 * return cached credentials.
 */
export function checkMinTtl(
	source: CredentialSource,
	minTtl: number,
	current: Current,
	{ isNew, renewed }: Asked,
): void {
	const { label, provider, maxSeconds = 0 } = source;
	const { sessionToken, expiration } = current.value;
	const problem = `${label} cannot provide credentials for ${minTtl} s, because`;
	if (minTtl > 0 && sessionToken !== undefined && expiration === undefined) {
		throw new MinTtlError(`${problem} the expiry of its session token is unknown; call it without minTtl.`);
	}
	const lifetime = provider && !isNew ? judge(current).remaining : current.lifetime;
	if (lifetime >= minTtl * 1_000 || (provider && !renewed)) return;
	const reason =
		provider && isSpent(lifetime)
			? "its source returns credentials that have expired by this machine's clock"
			: `its credentials last ${Math.floor(lifetime / 1_000)} s`;
	const longer = minTtl <= maxSeconds ? ", or a longer durationSeconds for the session" : "";
	throw new MinTtlError(`${problem} ${reason}; use a smaller minTtl${longer}.`);
}
