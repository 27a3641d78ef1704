/** The home's bounded cache of clients: one per class, session, region and config. */

import { type IdleEntry, isIdle, isSweepDue, SWEEPS } from "../cache/idle.js";
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
export interface WarmClient extends IdleEntry {
	readonly key: string;
	readonly client: object;
	readonly session: Identity;
	/** Set on use, for SIEVE. */
	visited: boolean;
	/** The store that counts each use, for the other policies. */
	readonly counted: Store<WarmClient> | undefined;
	/** The reference in shortcut tables. */
	shortcut: Shortcut;
}

/** A reference to a cached client. Empty once the client is evicted or the settings change. */
export class Shortcut {
	warm: WarmClient | undefined;

	constructor(warm?: WarmClient) {
		this.warm = warm;
	}
}

interface State {
	readonly policy: CachePolicy;
	readonly store: Store<WarmClient>;
	/** When idle clients were last searched for. */
	swept: number;
}

const createState = ({ policy = DEFAULT_POLICY, maxClients = DEFAULT_MAX_CLIENTS } = settings()): State => ({
	policy,
	store: createStore(policy, maxClients),
	swept: clock().wall(),
});

const state = slot("clients", () => ({ current: createState() }));
const store = (): Store<WarmClient> => state().current.store;

/** Applies changed settings: a smaller limit evicts clients, and a new policy starts with the cached ones. */
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

/** The number of cached clients. */
export const clientCount = (): number => store().size;

/** Returns the client with this key, built on first use. Without `describeBuilt`, it is a wrapper and doesn't count as built. `passing` takes it if the cache is full. */
export function warmClient(
	key: string,
	session: Identity,
	build: () => object,
	describeBuilt?: () => ClientBuilt,
	passing?: Map<string, object>,
): WarmClient {
	const passed = passing?.get(key) as WarmClient | undefined;
	if (passed !== undefined) return passed;
	const known = store().peek(key);
	if (known !== undefined) {
		store().touch(known);
		known.recent = true;
		return known;
	}
	dropIdle(SWEEPS);
	const created = warmed(key, build(), session, state().current);
	if (passing !== undefined && clientCount() >= (settings().maxClients ?? DEFAULT_MAX_CLIENTS)) {
		// Without shortcuts, only the scope refers to it.
		created.shortcut.warm = undefined;
		passing.set(key, created);
	} else for (const gone of store().add(created)) evicted(gone, "evicted");
	if (describeBuilt !== undefined) {
		counters().clientsBuilt += 1;
		publish("client:built", () => ({ ...eventIdentity(session), ...describeBuilt() }));
	}
	return created;
}

/** The fields of the `client:built` event. */
export interface ClientBuilt {
	readonly client: string;
	readonly region: string | undefined;
}

/** Invalidates all shortcuts. */
export function forgetShortcuts(): void {
	for (const warm of store().values()) {
		warm.shortcut.warm = undefined;
		warm.shortcut = new Shortcut(warm);
	}
}

/** Drops all clients. Requests in flight continue. */
export function forgetClients(): void {
	forgetShortcuts();
	state().current = createState();
}

/** Evicts clients that were not used for `idleMs`, and closes transports that are left idle. */
export function dropIdle(sweeps = Number.POSITIVE_INFINITY): void {
	const { idleMs } = settings();
	const now = clock().wall();
	if (idleMs === undefined || !isSweepDue(state().current.swept, now, idleMs, sweeps)) return;
	state().current.swept = now;
	const handlers = new Set<unknown>();
	for (const each of [...store().values()]) {
		if (isIdle(each, now, idleMs)) {
			store().delete(each.key);
			evicted(each, "idle");
		} else {
			handlers.add((each.client as { readonly config?: { readonly requestHandler?: unknown } }).config?.requestHandler);
		}
	}
	endIdleTransports(idleMs, (transport) => handlers.has(transport));
}

/** Drops only the reference. Requests in flight continue, and a client that the caller holds keeps working. */
function evicted(warm: WarmClient, reason: RemovalReason | "idle"): void {
	warm.shortcut.warm = undefined;
	counters().clientsEvicted += 1;
	publish("client:evicted", () => ({ ...eventIdentity(warm.session), client: warm.key, reason }));
}
