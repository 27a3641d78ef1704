/** The identity of a client call: two calls share a client exactly when these keys are equal. */

import { type ClientKey, KEY_START } from "../cache/client-cache.js";
import { canonical } from "../home/canonical.js";
import { digest, objectNumber } from "../home/digest.js";

/** Everything that tells one client from another. */
export interface ClientIdentity {
	readonly class: object & { readonly name: string };
	readonly region: string | undefined;
	readonly sessionKey: string;
	/** Whether the call named the session, so that the client may be used anywhere. */
	readonly named: boolean;
	readonly config: Readonly<Record<string, unknown>>;
}

/**
 * Readable parts and a digest of the options: nothing that was given as an option can be read from it. The session's key
 * stands last, because it alone may hold any character.
 */
export function clientIdentityKey({ class: type, region = "?", sessionKey, named, config }: ClientIdentity): ClientKey {
	const name = `${type.name.replace(/\W/g, "_")}.${objectNumber(type)}`;
	const content = canonical(config);
	const options = content === "{}" ? "-" : digest(content);
	return `${KEY_START}${name}|${region}|${named ? "named" : "scoped"}|${options}|${sessionKey}` as ClientKey;
}
