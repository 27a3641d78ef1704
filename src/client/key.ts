/** The cache keys of clients. Two calls share a client exactly when their keys are equal. */

import { type ClientKey, KEY_START } from "../cache/client-cache.js";
import { canonical } from "../home/canonical.js";
import { digest, objectNumber } from "../home/digest.js";

/** Everything that distinguishes one client from another. */
export interface ClientIdentity {
	readonly class: object & { readonly name: string };
	readonly region: string | undefined;
	readonly sessionKey: string;
	/** Whether the call named the session, so that the client can be used anywhere. */
	readonly named: boolean;
	readonly config: Readonly<Record<string, unknown>>;
}

/**
 * A key has readable parts and a digest of the options, so that no option can be read from it. The session's key comes last,
 * because only it can contain any character.
 */
export function clientIdentityKey({ class: type, region = "?", sessionKey, named, config }: ClientIdentity): ClientKey {
	const name = `${type.name.replace(/\W/g, "_")}.${objectNumber(type)}`;
	const content = canonical(config);
	const options = content === "{}" ? "-" : digest(content);
	return `${KEY_START}${name}|${region}|${named ? "named" : "scoped"}|${options}|${sessionKey}` as ClientKey;
}
