/** What tests may do to the core: hold its clock, and start afresh. */

import { changeSettings } from "./home/settings.js";
import { close } from "./lifecycle.js";
import { forgetTenants } from "./scope/lost-scope.js";

export { type Clock, useClock } from "./home/clock.js";
export { readRecord } from "./home/options.js";

/**
 * Forgets clients, sessions, settings and counters and ends the sockets, without waiting for requests under way; the
 * memory that this process acts for tenants is gone too. Call it between tests.
 * @example
 * afterEach(() => resetAwsScope());
 */
export async function resetAwsScope(): Promise<void> {
	await close({ within: 0 });
	changeSettings({ requireScope: undefined });
	forgetTenants();
}
