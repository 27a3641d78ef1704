/** Whether a session can give credentials that live as long as a caller asks. */

import { MinTtlError } from "../errors.js";
import type { CredentialSource } from "./credential-source.js";
import { type Current, isSpent, judge } from "./current-credentials.js";

/** What the session has done for that caller so far. */
interface Asked {
	/** These credentials came after the question. */
	readonly isNew: boolean;
	/** The source has been asked past its memory since the question. */
	readonly renewed: boolean;
}

/**
 * Throws when asking the source (again) cannot help: STS gives a role the same lifetime each time, while a provider may
 * first answer from its memory.
 */
export function checkMinTtl(
	source: CredentialSource,
	minTtl: number,
	current: Current,
	{ isNew, renewed }: Asked,
): void {
	const { label, provider, maxSeconds = 0 } = source;
	const { sessionToken, expiration } = current.value;
	const asked = `${label} was asked for credentials that live ${minTtl} s, but`;
	if (minTtl > 0 && sessionToken !== undefined && expiration === undefined) {
		throw new MinTtlError(`${asked} the lifetime of its session token is unknown; ask it without minTtl.`);
	}
	const lifetime = provider && !isNew ? judge(current).remaining : current.lifetime;
	if (lifetime >= minTtl * 1_000 || (provider && !renewed)) return;
	const got =
		provider && isSpent(lifetime)
			? "its source gives credentials that have expired by this machine's clock"
			: `gets them for ${Math.floor(lifetime / 1_000)} s`;
	const longer = minTtl <= maxSeconds ? ", or give the session a longer durationSeconds" : "";
	throw new MinTtlError(`${asked} ${got}; ask for less${longer}.`);
}
