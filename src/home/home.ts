/** The process's one warm state: shared by the ESM build, the CJS build and a second copy of the package. */

import type { AsyncLocalStorage as AsyncLocalStorageType } from "node:async_hooks";

// Here and in the other files: an ES import would build a namespace of each of Node's modules, 2 ms of a cold start.
const { AsyncLocalStorage } = process.getBuiltinModule("node:async_hooks");

/** What every layer keeps its state in; a layer knows only its own slots. */
export interface Home {
	/** The one AsyncLocalStorage; what it stores is the scope layer's business. */
	readonly storage: AsyncLocalStorageType<unknown>;
	/**
	 * Runs `fn` in the context in which the home was made, so that sockets, timers and promises that outlive a call
	 * retain no scope, ours or any other library's (`als.exit` would leave the others' stores on them).
	 * @see https://nodejs.org/api/async_context.html#static-method-asynclocalstoragesnapshot
	 */
	readonly detached: <R>(fn: () => R) => R;
	readonly slots: Map<string, unknown>;
}

/** The version is part of the name: another shape of the home gets another number and another home. */
const HOME = Symbol.for("aws-scope/1");

const createHome = (): Home => {
	const snapshot = AsyncLocalStorage.snapshot();
	return Object.freeze({
		storage: new AsyncLocalStorage<unknown>(),
		detached: <R>(fn: () => R): R => snapshot(fn),
		slots: new Map<string, unknown>(),
	});
};

const findHome = (): Home => {
	// A frozen global (SES, some test runners) cannot be extended.
	const realm = (Object.isExtensible(globalThis) ? globalThis : process) as { [HOME]?: Home };
	const existing = realm[HOME];
	if (existing !== undefined) return existing;
	const created = createHome();
	Object.defineProperty(realm, HOME, { value: created });
	return created;
};

/** The home of this process and realm. */
export const home: Home = findHome();

/**
 * What outlives {@link emptyHome}: numbers given to objects must never be given again, and a process that has acted for
 * tenants must not take a lost call for its own after `close()`; an entry point registers its classes once.
 */
const KEPT = new Set(["identity", "clock", "accessor-numbers", "tenants", "registered-classes"]);

/** Returns the accessor of one layer's state, made on first use and again after {@link emptyHome}. */
export function slot<State>(name: string, create: () => State): () => State {
	return () => {
		const existing = home.slots.get(name);
		if (existing !== undefined) return existing as State;
		const created = create();
		home.slots.set(name, created);
		return created;
	};
}

/** Forgets every layer's state; work that still holds a piece of it goes on. */
export function emptyHome(): void {
	for (const name of home.slots.keys()) if (!KEPT.has(name)) home.slots.delete(name);
}
