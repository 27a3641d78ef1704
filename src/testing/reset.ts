/** A fresh start between tests. */

import { close } from "../lifecycle.js";

/**
 * Forgets clients, sessions, settings and counters and ends the sockets, without waiting for requests under way; the
 * memory that this process has acted for tenants is gone too. Call it between tests.
 * @example
 * afterEach(() => resetAwsScope());
 */
export const resetAwsScope = (): Promise<void> => close({ within: 0 });
