/** `clientKey()`: the key of a client call, for your own caches. */

import type { ClientKey } from "../cache/client-cache.js";
import type { ClientArgs, ClientClass } from "../client/args.js";
import { checkClientClass } from "../client/build.js";
import { clientIdentityKey } from "../client/key.js";
import { currentCell } from "../scope/scope.js";
import type { AccessorArgs } from "./call.js";
import { wantedBy } from "./resolve.js";

/**
 * Returns the key of a client call, as it would be made at this point. Two calls have the same key exactly when class,
 * region, session and options are equal. The order of options, `undefined` members and the form of the call don't matter.
 * Functions and class instances are compared by identity. The key contains no secrets.
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
