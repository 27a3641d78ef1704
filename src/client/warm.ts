/** The warm clients of the home: each built once per class, session, region and config, and kept within bounds. */

import { publish } from "../home/channels.js";
import { counters } from "../home/counters.js";
import { slot } from "../home/home.js";
import { settings } from "../home/settings.js";
import { Sieve } from "./sieve.js";

const DEFAULT_MAX_CLIENTS = 500;
/** Tables come and go; a client that stays must not collect them. */
const MAX_SHORTCUTS = 32;

/** A cached client. */
export interface WarmClient {
	readonly key: string;
	readonly client: object;
	visited: boolean;
	/** Where shortcut tables point here; they are cleared when the client is evicted. */
	readonly shortcuts: [table: Shortcuts, region: string | undefined][];
}

/** A table of warm clients by the region as it was given. */
export type Shortcuts = Map<string | undefined, WarmClient>;

const store = slot("clients", () => new Sieve<WarmClient>(evicted));

/** How many clients the home keeps. */
export const clientCount = (): number => store().size;

/** The client of this key, built on first use; without `describeBuilt` it is a mere wrapper and does not count as built. */
export function warmClient(key: string, build: () => object, describeBuilt?: () => ClientBuilt): WarmClient {
	const known = store().get(key);
	if (known !== undefined) return known;
	const created: WarmClient = { key, client: build(), visited: false, shortcuts: [] };
	store().add(created, settings().maxClients ?? DEFAULT_MAX_CLIENTS);
	if (describeBuilt !== undefined) {
		counters().clientsBuilt += 1;
		publish("client:built", describeBuilt);
	}
	return created;
}

/** What the event of a built client tells. */
export interface ClientBuilt {
	readonly client: string;
	readonly region: string | undefined;
	readonly session: string;
}

/** Makes a client reachable by the region as the caller gave it. */
export function addShortcut(table: Shortcuts, region: string | undefined, warm: WarmClient): void {
	if (warm.shortcuts.length === MAX_SHORTCUTS) dropShortcuts(warm);
	table.set(region, warm);
	warm.shortcuts.push([table, region]);
}

/** Empties every shortcut table: what they stand for has changed. */
export function forgetShortcuts(): void {
	for (const warm of store().values()) dropShortcuts(warm);
}

/** Only the reference is dropped: requests in flight go on, and so does a client that user code holds. */
function evicted(warm: WarmClient): void {
	dropShortcuts(warm);
	counters().clientsEvicted += 1;
	publish("client:evicted", () => ({ client: warm.key, reason: "evict" }));
}

function dropShortcuts(warm: WarmClient): void {
	for (const [table, region] of warm.shortcuts) table.delete(region);
	warm.shortcuts.length = 0;
}
