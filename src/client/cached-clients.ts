/** The warm clients of the home: each built once per class, session, region and config, and kept within bounds. */

import { createStore } from "../cache/policies.js";
import type { RemovalReason, Store } from "../cache/store.js";
import { type CachePolicy, DEFAULT_POLICY } from "../home/cache-options.js";
import { eventIdentity, type Identity, publish } from "../home/channels.js";
import { clock } from "../home/clock.js";
import { counters } from "../home/counters.js";
import { slot } from "../home/home.js";
import { settings } from "../home/settings.js";
import { endIdleTransports } from "../transport/registry.js";

const DEFAULT_MAX_CLIENTS = 500;

/** A cached client. */
export interface WarmClient {
	readonly key: string;
	readonly client: object;
	readonly session: Identity;
	/** The note of a use that SIEVE goes by. */
	visited: boolean;
	/** The note of a use that the search for idle clients goes by. */
	recent: boolean;
	/** When that search last found it used, on the wall clock. */
	seen: number;
	/** Where the other policies have each use counted. */
	readonly counted: Store<WarmClient> | undefined;
	/** What tables of shortcuts hold instead of the client itself. */
	shortcut: Shortcut;
}

/** The short way to a cached client; leads nowhere once the client is evicted or the settings have changed. */
export class Shortcut {
	warm: WarmClient | undefined;

	constructor(warm?: WarmClient) {
		this.warm = warm;
	}
}

interface State {
	readonly policy: CachePolicy;
	readonly store: Store<WarmClient>;
	/** When idle clients were last looked for. */
	swept: number;
}

const createState = ({ policy = DEFAULT_POLICY, maxClients = DEFAULT_MAX_CLIENTS } = settings()): State => ({
	policy,
	store: createStore(policy, maxClients),
	swept: clock().wall(),
});

const state = slot("clients", () => ({ current: createState() }));
const store = (): Store<WarmClient> => state().current.store;

/** Puts changed settings in force: a smaller bound evicts, another policy starts with what is kept. */
export function applyClientSettings(): void {
	const { policy = DEFAULT_POLICY, maxClients = DEFAULT_MAX_CLIENTS } = settings();
	forgetShortcuts();
	const former = state().current;
	if (policy === former.policy) {
		for (const gone of former.store.resize(maxClients)) evicted(gone, "resized");
		return;
	}
	const next = createState();
	state().current = next;
	for (const { key, client, session } of former.store.values()) {
		for (const gone of next.store.add(warmed(key, client, session, next))) evicted(gone, "resized");
	}
}

function warmed(key: string, client: object, session: Identity, { policy, store: counting }: State): WarmClient {
	const counted = policy === "sieve" ? undefined : counting;
	const shortcut = new Shortcut();
	const warm = { key, client, session, visited: false, recent: false, seen: clock().wall(), counted, shortcut };
	shortcut.warm = warm;
	return warm;
}

/** How many clients the home keeps. */
export const clientCount = (): number => store().size;

/** The client of this key, built on first use; without `describeBuilt` it is a mere wrapper and does not count as built. */
export function warmClient(
	key: string,
	session: Identity,
	build: () => object,
	describeBuilt?: () => ClientBuilt,
): WarmClient {
	const known = store().peek(key);
	if (known !== undefined) {
		store().touch(known);
		known.recent = true;
		return known;
	}
	dropIdle(SWEEPS);
	const created = warmed(key, build(), session, state().current);
	for (const gone of store().add(created)) evicted(gone, "evicted");
	if (describeBuilt !== undefined) {
		counters().clientsBuilt += 1;
		publish("client:built", () => ({ ...eventIdentity(session), ...describeBuilt() }));
	}
	return created;
}

/** What the event of a built client tells. */
export interface ClientBuilt {
	readonly client: string;
	readonly region: string | undefined;
}

/** Ends every shortcut: what they stand for has changed. */
export function forgetShortcuts(): void {
	for (const warm of store().values()) {
		warm.shortcut.warm = undefined;
		warm.shortcut = new Shortcut(warm);
	}
}

/** Forgets every client; requests in flight go on. */
export function forgetClients(): void {
	forgetShortcuts();
	state().current = createState();
}

/** How often within `idleMs` a client that is built looks for idle ones. */
const SWEEPS = 4;

/**
 * Drops the clients that nobody asked for during the last `idleMs`, and ends the transports that were then left idle. On
 * access and not by a timer; a use leaves a mark and no time, so a client may stay until the second search after it.
 */
export function dropIdle(sweeps = Number.POSITIVE_INFINITY): void {
	const { idleMs } = settings();
	const now = clock().wall();
	// The wall clock may have been set back.
	if (idleMs === undefined || Math.abs(now - state().current.swept) < idleMs / sweeps) return;
	state().current.swept = now;
	const handlers = new Set<unknown>();
	for (const each of [...store().values()]) {
		if (each.recent) each.seen = now;
		each.recent = false;
		if (now - each.seen > idleMs) {
			store().delete(each.key);
			evicted(each, "idle");
		} else {
			handlers.add((each.client as { readonly config?: { readonly requestHandler?: unknown } }).config?.requestHandler);
		}
	}
	endIdleTransports(idleMs, (transport) => handlers.has(transport));
}

/** Only the reference is dropped: requests in flight go on, and so does a client that user code holds. */
function evicted(warm: WarmClient, reason: RemovalReason | "idle"): void {
	warm.shortcut.warm = undefined;
	counters().clientsEvicted += 1;
	publish("client:evicted", () => ({ ...eventIdentity(warm.session), client: warm.key, reason }));
}
