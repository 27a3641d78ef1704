/** Stand-ins for clients and their keys, for tests that send nothing. */

import type { CachedClient, ClientKey } from "../../src/index.js";

/** A client that can do nothing. */
export const fakeClient = (): CachedClient => ({ send: () => undefined, destroy: () => undefined });

/** The n-th key, in the form in which clientKey() makes them. */
export const key = (index: number): ClientKey => `client|Fake|${index}` as ClientKey;
