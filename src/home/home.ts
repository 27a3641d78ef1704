/** The process's warm state, shared by the ESM build, the CJS build and other copies of the package. */

import type { AsyncLocalStorage as AsyncLocalStorageType } from "node:async_hooks";

// Importing Node's modules as ES modules would create a namespace object for each, which adds 2 ms to a cold start.
const { AsyncLocalStorage, AsyncResource } = process.getBuiltinModule("node:async_hooks");

/** Holds the state of every layer. A layer knows only its own slots. */
export interface Home {
	/** The only AsyncLocalStorage. It holds the scope layer's cells. */
	readonly storage: AsyncLocalStorageType<unknown>;
	/**
	 * Runs `fn` in the async context in which the home was created. Sockets, timers and promises that outlive a call then
	 * don't retain its scope. `als.exit()` wouldn't clear the stores of other libraries.
	 * @see https://nodejs.org/api/async_context.html#static-method-asynclocalstoragesnapshot
	 */
	readonly detached: <R>(fn: () => R) => R;
	readonly slots: Map<string, unknown>;
}

/** Change the version when the shape of the home changes. */
const HOME = Symbol.for("aws-scope/1");

const createHome = (): Home => {
	const context = new AsyncResource("AWS_SCOPE_HOME");
	return Object.freeze({
		storage: new AsyncLocalStorage<unknown>(),
		detached: <R>(fn: () => R): R => context.runInAsyncScope(fn),
		slots: new Map<string, unknown>(),
	});
};

const findHome = (): Home => {
	// globalThis may be frozen (SES, some test runners).
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
 * Survives {@link emptyHome}. Object numbers must never be reused, an entry point registers its classes only once, sessions
 * in variables outlive `close()`, and after it, a process that has acted for tenants must still refuse lost calls.
 */
const KEPT = new Set(["identity", "clock", "tenants", "registered-classes", "live-sessions", "clearable"]);

/** Returns a getter for one layer's state, which is created on first use and again after {@link emptyHome}. */
export function slot<State>(name: string, create: () => State): () => State {
	return () => {
		const existing = home.slots.get(name);
		if (existing !== undefined) return existing as State;
		const created = create();
		home.slots.set(name, created);
		return created;
	};
}

/** Drops every layer's state. Running work keeps the state that it already has. */
export function emptyHome(): void {
	for (const name of home.slots.keys()) if (!KEPT.has(name)) home.slots.delete(name);
}
