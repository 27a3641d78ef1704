/** The process's settings, what it has warm, and its end. */

import { applyClientSettings, clientCount, dropIdle, forgetShortcuts } from "./client/cached-clients.js";
import { describe, fail } from "./home/check.js";
import { clock } from "./home/clock.js";
import { type Counters, counters } from "./home/counters.js";
import { emptyHome } from "./home/home.js";
import { readOptions } from "./home/options.js";
import { changeSettings, readSettings, type Settings, settings } from "./home/settings.js";
import { rememberTenants } from "./scope/lost-scope.js";
import type { AccountSessions } from "./scope/spec.js";
import { applySessionSettings, sessionCount } from "./session/cached-sessions.js";
import { transports } from "./transport/registry.js";

/** What `configure()` takes. */
export interface AwsScopeSettings extends Settings {
	/** What gives the session of an account where the scope names none; made by `accountSessions()`. */
	readonly accounts?: AccountSessions | undefined;
}

/**
 * Changes the settings of this process; what is not named stays, `undefined` goes back to the default. Clients that
 * were obtained before keep what they were built with.
 * @returns a handle whose disposal is {@link close}
 * @throws {InvalidOptionError} code `INVALID_OPTION`
 */
export function configure(changes: AwsScopeSettings): AsyncDisposable {
	const read = readSettings(changes, "accounts");
	const { accounts } = read;
	if (accounts !== undefined && typeof accounts !== "function") {
		fail(`configure({ accounts }) takes what accountSessions() gives, not ${describe(accounts)}.`);
	}
	changeSettings(read);
	if (accounts !== undefined) rememberTenants();
	applyClientSettings();
	applySessionSettings();
	return { [Symbol.asyncDispose]: () => close() };
}

/** What the process has warm now and has done so far. */
export interface Stats extends Readonly<Counters> {
	/** Clients kept warm. */
	readonly clients: number;
	/** Sessions kept warm. */
	readonly sessions: number;
	readonly transports: number;
	/** Sockets with a request under way. */
	readonly busySockets: number;
	readonly freeSockets: number;
	/** Requests that wait for a socket. */
	readonly queuedRequests: number;
}

/** What the home holds, after what `idleMs` lets go has been let go: cheap, and free of secrets. */
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
const LOOK_EVERY = 10;

/**
 * Waits until no request is under way, then ends the sockets and forgets clients, sessions and settings. A process
 * exits without it; the package can be used again after it. It keeps `requireScope: true`, and that this process acts for
 * tenants: what is lost then is refused as before.
 * @param options.within at most so many milliseconds of waiting, 5000 by default; what is still under way then is cut off
 */
export async function close(options: { readonly within?: number } = {}): Promise<void> {
	const { within = CLOSE_WITHIN } = readOptions("close()", options, ["within"]);
	if (typeof within !== "number" || !(within >= 0)) {
		fail(`close({ within }) takes milliseconds from 0 on, not ${describe(within)}.`);
	}
	const until = clock().monotonic() + within;
	const busy = (): boolean => transports().some((transport) => transport.isBusy());
	while (busy() && clock().monotonic() < until) {
		await new Promise<void>((resolve) => {
			clock().after(LOOK_EVERY, resolve);
		});
	}
	for (const transport of transports()) transport.end();
	// Scopes that are still open must find nothing that the home has forgotten.
	forgetShortcuts();
	const { requireScope } = settings();
	emptyHome();
	// What is lost after the end is no more the process's own than before it.
	if (requireScope) changeSettings({ requireScope });
}
