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
/** Tables come and go; a client that stays must not collect them. */
const MAX_SHORTCUTS = 32;

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
	/** Where tables of shortcuts point here; they are cleared when the client is evicted. */
	readonly shortcuts: [table: ShortcutTable, key: unknown][];
}

/** Any table that leads to warm clients. */
export interface ShortcutTable {
	delete(key: unknown): unknown;
}

interface Warm {
	readonly policy: CachePolicy;
	readonly store: Store<WarmClient>;
	/** When idle clients were last looked for. */
	swept: number;
}

const createWarm = ({ policy = DEFAULT_POLICY, maxClients = DEFAULT_MAX_CLIENTS } = settings()): Warm => ({
	policy,
	store: createStore(policy, maxClients),
	swept: clock().wall(),
});

const warm = slot("clients", () => ({ current: createWarm() }));
const store = (): Store<WarmClient> => warm().current.store;

/** Puts changed settings in force: a smaller bound evicts, another policy starts with what is kept. */
export function applyClientSettings(): void {
	const { policy = DEFAULT_POLICY, maxClients = DEFAULT_MAX_CLIENTS } = settings();
	const former = warm().current;
	if (policy === former.policy) {
		for (const gone of former.store.resize(maxClients)) evicted(gone, "resized");
	} else {
		const next = createWarm();
		warm().current = next;
		for (const kept of former.store.values()) {
			dropShortcuts(kept);
			for (const gone of next.store.add(warmed(kept.key, kept.client, kept.session, next))) evicted(gone, "resized");
		}
	}
	forgetShortcuts();
}

const warmed = (key: string, client: object, session: Identity, { policy, store: counted }: Warm): WarmClient => ({
	key,
	client,
	session,
	visited: false,
	recent: false,
	seen: clock().wall(),
	counted: policy === "sieve" ? undefined : counted,
	shortcuts: [],
});

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
	const created = warmed(key, build(), session, warm().current);
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

/** Notes that a table leads to this client, so that the table is cleared when the client goes. */
export function noteShortcut(table: ShortcutTable, key: unknown, warm: WarmClient): void {
	if (warm.shortcuts.length === MAX_SHORTCUTS) dropShortcuts(warm);
	warm.shortcuts.push([table, key]);
}

/** Empties every shortcut table: what they stand for has changed. */
export function forgetShortcuts(): void {
	for (const warm of store().values()) dropShortcuts(warm);
}

/** Forgets every client; requests in flight go on. */
export function forgetClients(): void {
	forgetShortcuts();
	warm().current = createWarm();
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
	if (idleMs === undefined || Math.abs(now - warm().current.swept) < idleMs / sweeps) return;
	warm().current.swept = now;
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
	dropShortcuts(warm);
	counters().clientsEvicted += 1;
	publish("client:evicted", () => ({ ...eventIdentity(warm.session), client: warm.key, reason }));
}

function dropShortcuts(warm: WarmClient): void {
	for (const [table, key] of warm.shortcuts) table.delete(key);
	warm.shortcuts.length = 0;
}
