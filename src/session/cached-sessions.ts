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

interface Live {
	readonly references: Set<WeakRef<AwsSession>>;
	readonly collected: FinalizationRegistry<{ readonly key: string; readonly reference: WeakRef<AwsSession> }>;
}

/** All sessions that are still referenced. Survives `close()`, because a session in a variable does, too. */
const live = slot("live-sessions", (): Live => {
	const references: Live["references"] = new Set();
	const collected: Live["collected"] = new FinalizationRegistry(({ key, reference }) => {
		references.delete(reference);
		const { alive } = state();
		if (alive.get(key)?.deref() === undefined) alive.delete(key);
	});
	return { references, collected };
});

const state = slot("sessions", () => ({
	kept: createKept(settings().policy ?? DEFAULT_POLICY),
	/** So that an evicted session that is still referenced is reused instead of assuming its role again. */
	alive: new Map<string, WeakRef<AwsSession>>(),
}));

const store = (): Store<KeptSession> => state().kept.store;

/** The number of cached sessions. */
export const sessionCount = (): number => store().size;

/** All sessions that are still referenced: cached, evicted, or created before `close()`. */
export const liveSessions = (): readonly AwsSession[] =>
	[...live().references].flatMap((reference) => reference.deref() ?? []);

/** Creates a session and keeps track of it. */
export function createSession(parts: SessionParts): AwsSession {
	const session = new AwsSession(parts);
	const reference = new WeakRef(session);
	const { references, collected } = live();
	references.add(reference);
	collected.register(session, { key: parts.key, reference });
	return session;
}

/** Returns the session with this key, created on first use. */
export function intern(key: string, make: () => Omit<SessionParts, "key">): AwsSession {
	const known = store().peek(key);
	if (known !== undefined) {
		store().touch(known);
		return known.session;
	}
	const { alive } = state();
	const held = alive.get(key)?.deref();
	const session = held ?? createSession({ key, ...make() });
	if (held === undefined) alive.set(key, new WeakRef(session));
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
