/** The key of a client call, for a cache of one's own. */

import type { ClientKey } from "../cache/client-cache.js";
import type { ClientArgs, ClientClass } from "../client/args.js";
import { checkClientClass } from "../client/build.js";
import { clientIdentityKey } from "../client/key.js";
import { currentCell } from "../scope/scope.js";
import type { AccessorArgs } from "./call.js";
import { wantedBy } from "./resolve.js";

/**
 * The canonical identity of a client call, made where the call would be made: two calls have the same key exactly when
 * every argument that matters is equal. The order of options, `undefined` members and the positional or keyword form do
 * not matter; functions and class instances count by identity; no secret can be read from it.
 * @example
 * clientKey(DynamoDB, "eu-central-1") === clientKey(DynamoDB, { region: "eu-central-1" });
 * @throws {NotAClientError} code `NOT_A_CLIENT`, {@link InvalidOptionError} code `INVALID_OPTION`,
 * {@link LostScopeError} code `LOST_SCOPE`, {@link UnboundScopeError} code `UNBOUND_SCOPE`
 */
export function clientKey<Class extends ClientClass>(type: Class, args?: string | ClientArgs<Class>): ClientKey {
	checkClientClass("clientKey()", type);
	const { session, named, region, config } = wantedBy("clientKey()", args as AccessorArgs, currentCell());
	return clientIdentityKey({ class: type, region, sessionKey: session.key, named, config });
}
