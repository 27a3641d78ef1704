/** Functions for tests: replace the clock and reset the state. */

import { forgetClients } from "./client/cached-clients.js";
import { clearAll } from "./home/clearable.js";
import { changeSettings } from "./home/settings.js";
import { close } from "./lifecycle.js";
import { forgetTenants } from "./scope/lost-scope.js";
import { liveSessions } from "./session/cached-sessions.js";
import { forgetStsClients } from "./session/sts.js";

export { type Clock, useClock } from "./home/clock.js";
/** For the local AWS. @internal */
export { readRecord } from "./home/options.js";

/**
 * Drops all clients, sessions, settings and counters, and forgets that this process acts for tenants. Closes the sockets
 * without waiting for requests in flight. Call it between tests.
 * @example
 * afterEach(() => resetAwsScope());
 */
export async function resetAwsScope(): Promise<void> {
	await close({ within: 0 });
	changeSettings({ requireScope: undefined });
	forgetTenants();
}

/**
 * Drops what belongs to an endpoint or environment that no longer exists: all clients, because they keep their endpoint,
 * the credentials that `isGone` selects, and remembered failures. A session without credentials has no access key id; if
 * `isGone` selects it, its running attempt is dropped. Requests in flight, other credentials and settings stay.
 * @internal
 */
export function dropStale(isGone: (accessKeyId: string | undefined) => boolean): void {
	forgetClients();
	clearAll();
	forgetStsClients();
	for (const session of liveSessions()) {
		const { accessKeyId } = session.toJSON() as { readonly accessKeyId?: string };
		if (isGone(accessKeyId)) session.invalidate();
		else if (accessKeyId === undefined) session.forgetFailure();
	}
}
