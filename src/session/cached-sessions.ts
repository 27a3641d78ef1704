/** The home's bounded cache of sessions: one per set of options. */

import { createStore } from "../cache/policies.js";
import type { RemovalReason, Store } from "../cache/store.js";
import { type CachePolicy, DEFAULT_POLICY } from "../home/cache-options.js";
import { eventIdentity, publish } from "../home/channels.js";
import { counters } from "../home/counters.js";
import { slot } from "../home/home.js";
import { settings } from "../home/settings.js";
import { AwsSession, type SessionParts } from "./session.js";

const DEFAULT_MAX_SESSIONS = 5_000;

/** A session in the cache. */
export interface KeptSession {
	readonly key: string;
	readonly session: AwsSession;
	visited: boolean;
}

/** The current limit. */
export const maxSessions = (): number => settings().maxSessions ?? DEFAULT_MAX_SESSIONS;

const createKept = (policy: CachePolicy) => ({ policy, store: createStore<KeptSession>(policy, maxSessions()) });

const state = slot("sessions", () => {
	/** All sessions that are still referenced, so that an evicted one is reused instead of assuming its role again. */
	const alive = new Map<string, WeakRef<AwsSession>>();
	const collected = new FinalizationRegistry<string>((key) => {
		if (alive.get(key)?.deref() === undefined) alive.delete(key);
	});
	return { kept: createKept(settings().policy ?? DEFAULT_POLICY), alive, collected };
});

const store = (): Store<KeptSession> => state().kept.store;

/** The number of cached sessions. */
export const sessionCount = (): number => store().size;

/** All sessions that are still referenced, cached or evicted. */
export const liveSessions = (): readonly AwsSession[] =>
	[...state().alive.values()].flatMap((reference) => reference.deref() ?? []);

/** Returns the session with this key, created on first use. */
export function intern(key: string, make: () => Omit<SessionParts, "key">): AwsSession {
	const known = store().peek(key);
	if (known !== undefined) {
		store().touch(known);
		return known.session;
	}
	const { alive, collected } = state();
	const held = alive.get(key)?.deref();
	const session = held ?? new AwsSession({ key, ...make() });
	if (held === undefined) {
		alive.set(key, new WeakRef(session));
		collected.register(session, key);
	}
	evicted(store().add({ key, session, visited: false }), "evicted");
	return session;
}

/** Applies changed settings: a smaller limit evicts sessions, and a new policy starts with the cached ones. */
export function applySessionSettings(): void {
	const { policy = DEFAULT_POLICY } = settings();
	const former = state().kept;
	if (policy === former.policy) {
		evicted(former.store.resize(maxSessions()), "resized");
		return;
	}
	const next = createKept(policy);
	state().kept = next;
	for (const { key, session } of former.store.values()) {
		evicted(next.store.add({ key, session, visited: false }), "resized");
	}
}

function evicted(gone: readonly KeptSession[], reason: RemovalReason): void {
	for (const { session } of gone) {
		counters().sessionsEvicted += 1;
		publish("session:evicted", () => ({ ...eventIdentity(session), reason }));
	}
}
