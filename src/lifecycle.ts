/** Configures, observes and closes the process's warm state. */

import type { OnClient } from "./accessors/on-client.js";
import { applyClientSettings, clientCount, dropIdle, forgetClients, forgetShortcuts } from "./client/cached-clients.js";
import { describe, fail } from "./home/check.js";
import { clearAll } from "./home/clearable.js";
import { clock } from "./home/clock.js";
import { type Counters, counters } from "./home/counters.js";
import { emptyHome } from "./home/home.js";
import { readOptions } from "./home/options.js";
import { changeSettings, readSettings, type Settings, settings } from "./home/settings.js";
import { rememberTenants } from "./scope/lost-scope.js";
import type { AccountSessions } from "./scope/spec.js";
import { applySessionSettings, sessionCount } from "./session/cached-sessions.js";
import { transports } from "./transport/registry.js";

/** The argument of `configure()`. */
export interface AwsScopeSettings extends Settings {
	/** Maps an account to its session if the scope doesn't, such as `accountSessions({ role })`. */
	readonly accounts?: AccountSessions | undefined;
	/**
	 * Called with each client that an accessor builds, before anybody uses it, outside every scope: to add middleware, or to
	 * return a wrapper. When it changes, the cached clients are dropped, so that accessors return only clients that it has
	 * seen. Clients that you already hold stay as they are. What it throws, the accessor throws.
	 */
	readonly onClient?: OnClient | undefined;
}

/**
 * Changes the settings that are named. `undefined` restores a default. Clients that you already hold keep the options that
 * they were built with.
 * @returns a handle that calls {@link close} when it is disposed
 * @throws {InvalidOptionError} code `INVALID_OPTION`
 */
export function configure(changes: AwsScopeSettings): AsyncDisposable {
	const read = readSettings(changes, "accounts", "onClient");
	const { accounts, onClient } = read;
	if (accounts !== undefined && typeof accounts !== "function") {
		fail(`configure({ accounts }) takes a function such as accountSessions() returns, not ${describe(accounts)}.`);
	}
	if (onClient !== undefined && typeof onClient !== "function") {
		fail(`configure({ onClient }) takes a function, not ${describe(onClient)}.`);
	}
	const former = (settings() as AwsScopeSettings).onClient;
	changeSettings(read);
	if ((settings() as AwsScopeSettings).onClient !== former) forgetClients();
	if (accounts !== undefined) rememberTenants();
	applyClientSettings();
	applySessionSettings();
	return { [Symbol.asyncDispose]: () => close() };
}

/** What is warm now, and counts since the start of the process or the last `close()`. */
export interface Stats extends Readonly<Counters> {
	/** Clients that are kept warm. */
	readonly clients: number;
	/** Sessions that are kept warm. */
	readonly sessions: number;
	/** Open connection pools, including those for STS. */
	readonly transports: number;
	/** Sockets with a request in flight. */
	readonly busySockets: number;
	/** Open sockets that are waiting for the next request. */
	readonly freeSockets: number;
	/** Requests that are waiting for a socket. */
	readonly queuedRequests: number;
}

/** Returns counters, and evicts what `idleMs` allows. It is cheap, and the result contains no secrets. */
export function stats(): Stats {
	dropIdle();
	const open = transports().map((transport) => transport.sockets());
	const sum = (pick: (counts: (typeof open)[number]) => number): number =>
		open.reduce((total, counts) => total + pick(counts), 0);
	return Object.freeze({
		...counters(),
		clients: clientCount(),
		sessions: sessionCount(),
		transports: open.length,
		busySockets: sum(({ busy }) => busy),
		freeSockets: sum(({ free }) => free),
		queuedRequests: sum(({ queued }) => queued),
	});
}

const CLOSE_WITHIN = 5_000;
const POLL_EVERY = 10;

/**
 * Waits until no request is in flight. Then closes the sockets and drops clients, sessions and settings, except
 * `requireScope: true` and the fact that this process acts for tenants. A process can exit without calling it. You can use
 * the package again afterward.
 * @param options.within how many milliseconds to wait at most, 5000 by default; requests still in flight then are aborted
 */
export async function close(options: { readonly within?: number } = {}): Promise<void> {
	const { within = CLOSE_WITHIN } = readOptions("close()", options, ["within"]);
	if (typeof within !== "number" || !(within >= 0)) {
		fail(`close({ within }) takes a number of milliseconds, 0 or more, not ${describe(within)}.`);
	}
	const deadline = clock().monotonic() + within;
	const disposals = clearAll();
	if (disposals.length > 0 && within > 0) await before(deadline, Promise.all(disposals));
	const busy = (): boolean => transports().some((transport) => transport.isBusy());
	while (busy() && clock().monotonic() < deadline) {
		await new Promise<void>((resolve) => {
			clock().after(POLL_EVERY, resolve);
		});
	}
	for (const transport of transports()) transport.end();
	// Otherwise scopes that are still open would find clients that the home has dropped.
	forgetShortcuts();
	const { requireScope } = settings();
	emptyHome();
	// Lost calls must be refused after close(), too.
	if (requireScope) changeSettings({ requireScope });
}

/** Waits for `work`, until the deadline. */
const before = (deadline: number, work: Promise<unknown>): Promise<void> =>
	new Promise((resolve) => {
		const cancel = clock().after(deadline - clock().monotonic(), resolve);
		work.then(() => {
			cancel();
			resolve();
		});
	});
