/** The identity of a client call: two calls share a client exactly when these keys are equal. */

import { canonical } from "../home/canonical.js";
import { digest, identityOf } from "../home/identity.js";

/** Everything that tells one client from another. */
export interface ClientIdentity {
	readonly class: object & { readonly name: string };
	readonly region: string | undefined;
	readonly sessionKey: string;
	/** Whether the call named the session, so that the client may be used anywhere. */
	readonly named: boolean;
	readonly config: Readonly<Record<string, unknown>>;
}

/** A readable head and a digest of the rest: nothing that was given as an option can be read from it. */
export function clientIdentityKey({ class: type, region, sessionKey, named, config }: ClientIdentity): string {
	const head = `${type.name}.${identityOf(type)}|${region ?? "?"}|${named ? "named" : "scoped"}|${sessionKey}`;
	const rest = canonical(config);
	return rest === "{}" ? head : `${head}|${digest(rest)}`;
}
