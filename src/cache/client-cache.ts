/** A bounded cache of SDK clients that also works on its own. */

import { KeyExistsError, KeyMissingError, NotAClientError, NotAKeyError } from "../errors.js";
import { type CachePolicy, checkSize } from "../home/cache-options.js";
import { describe, fail, hasMethod } from "../home/check.js";
import { readOptions } from "../home/options.js";
import { createStore } from "./policies.js";
import type { RemovalReason, Store } from "./store.js";

/** The part of an SDK client that the cache needs. */
export interface CachedClient {
	send(...args: never[]): unknown;
	destroy(): void;
}

declare const CLIENT_KEY: unique symbol;

/** A key from `clientKey()`. Equal calls have equal keys. It contains no secrets. */
export type ClientKey = string & { readonly [CLIENT_KEY]: true };

/** The options of a {@link ClientCache}. */
export interface ClientCacheOptions<Client extends CachedClient = CachedClient> {
	/** The maximum number of clients. */
	readonly maxSize: number;
	/** How to choose the client to evict. Default: `"lru"`. */
	readonly policy?: CachePolicy | undefined;
	/** Called for each client that leaves. The cache never destroys a client, because it may be in use. */
	readonly dispose?: ((client: Client, key: ClientKey, reason: RemovalReason) => void) | undefined;
}

interface Entry<Client> {
	readonly key: ClientKey;
	readonly client: Client;
	visited: boolean;
}

/** The prefix of every key. @internal */
export const KEY_START = "client|";

/**
 * A bounded cache of clients with a Map-like interface. Eviction only drops a reference, so requests in flight continue.
 * @example
 * const cache = new ClientCache({ policy: "lfu", maxSize: 100 });
 * const tables = cache.getOrCreate(clientKey(DynamoDB, "eu-central-1"), () => new DynamoDB({ region: "eu-central-1" }));
 * @throws {BadPolicyError} code `BAD_POLICY`, {@link BadSizeError} code `BAD_SIZE`, {@link InvalidOptionError} code
 * `INVALID_OPTION`
 */
export class ClientCache<Client extends CachedClient = CachedClient> implements Iterable<[ClientKey, Client]> {
	readonly policy: CachePolicy;
	readonly #store: Store<Entry<Client>>;
	readonly #dispose: NonNullable<ClientCacheOptions<Client>["dispose"]>;
	/** Clients that are being created. A promise is removed when it settles. */
	readonly #pending = new Map<ClientKey, Promise<Client>>();
	#maxSize: number;

	constructor(options: ClientCacheOptions<Client>) {
		const read = readOptions("new ClientCache()", options, ["maxSize", "policy", "dispose"]);
		const { maxSize, policy = "lru", dispose = () => undefined } = read;
		if (typeof dispose !== "function") fail(`new ClientCache({ dispose }) takes a function, not ${describe(dispose)}.`);
		this.policy = policy;
		this.#store = createStore(policy, maxSize);
		this.#maxSize = maxSize;
		this.#dispose = dispose;
	}

	get size(): number {
		return this.#store.size;
	}

	get maxSize(): number {
		return this.#maxSize;
	}

	/** A smaller size evicts at once. @throws {BadSizeError} code `BAD_SIZE` */
	set maxSize(size: number) {
		checkSize("maxSize", size);
		this.#maxSize = size;
		this.#removed(this.#store.resize(size), "resized");
	}

	/** Returns a key's client and counts it as used. @throws {NotAKeyError} code `NOT_A_KEY` */
	get(key: ClientKey): Client | undefined {
		const entry = this.#entry(key);
		if (entry !== undefined) this.#store.touch(entry);
		return entry?.client;
	}

	/** Returns a key's client without counting a use. */
	peek(key: ClientKey): Client | undefined {
		return this.#entry(key)?.client;
	}

	has(key: ClientKey): boolean {
		return this.#entry(key) !== undefined;
	}

	/**
	 * Stores a client under a new key.
	 * @throws {KeyExistsError} code `KEY_EXISTS`, {@link NotAKeyError} code `NOT_A_KEY`, {@link NotAClientError} code
	 * `NOT_A_CLIENT`
	 */
	set(key: ClientKey, client: Client): this {
		if (this.#entry(key) !== undefined) {
			throw new KeyExistsError(`The cache already has a client for ${key}; delete it first, or use getOrCreate().`);
		}
		this.#pending.delete(key);
		this.#add(key, client);
		return this;
	}

	/**
	 * Returns a key's client. Creates it if needed, once for any number of concurrent callers. Failures are not cached.
	 * @throws what `make` throws, {@link NotAKeyError} code `NOT_A_KEY`, {@link NotAClientError} code `NOT_A_CLIENT`
	 */
	getOrCreate<Made extends Client>(key: ClientKey, make: () => Made): Made;
	getOrCreate<Made extends Client>(key: ClientKey, make: () => Promise<Made>): Promise<Made>;
	getOrCreate(key: ClientKey, make: () => Client | Promise<Client>): Client | Promise<Client> {
		const known = this.get(key) ?? this.#pending.get(key);
		if (known !== undefined) return known;
		const made = make();
		return isPromise(made) ? this.#await(key, made) : this.#add(key, made);
	}

	/** Removes a client and returns whether there was one. A client that is still being created won't be stored. */
	delete(key: ClientKey): boolean {
		const entry = this.#entry(key);
		this.#pending.delete(key);
		if (entry === undefined) return false;
		this.#store.delete(key);
		this.#removed([entry], "deleted");
		return true;
	}

	/** Removes a client and returns it. @throws {KeyMissingError} code `KEY_MISSING` */
	pop(key: ClientKey): Client {
		const entry = this.#entry(key);
		if (entry === undefined)
			throw new KeyMissingError(`The cache has no client for ${key}; check with has() first, or use get().`);
		this.delete(key);
		return entry.client;
	}

	clear(): void {
		const all = [...this.#store.values()];
		this.#pending.clear();
		for (const { key } of all) this.#store.delete(key);
		this.#removed(all, "cleared");
	}

	/** A snapshot of the keys. */
	keys(): ClientKey[] {
		return Array.from(this.#store.values(), ({ key }) => key);
	}

	/** A snapshot of the clients. */
	values(): Client[] {
		return Array.from(this.#store.values(), ({ client }) => client);
	}

	/** A snapshot of the keys and clients. */
	entries(): [ClientKey, Client][] {
		return Array.from(this.#store.values(), ({ key, client }) => [key, client]);
	}

	[Symbol.iterator](): Iterator<[ClientKey, Client]> {
		return this.entries()[Symbol.iterator]();
	}

	#entry(key: ClientKey): Entry<Client> | undefined {
		if (typeof key !== "string" || !key.startsWith(KEY_START)) {
			throw new NotAKeyError(`A ClientCache takes keys from clientKey(), not ${describe(key)}.`);
		}
		return this.#store.peek(key);
	}

	async #await(key: ClientKey, made: Promise<Client>): Promise<Client> {
		const pending = made.then((client) => {
			// The key was deleted, cleared or set meanwhile. The caller gets this client, but the cache doesn't keep it.
			if (this.#pending.get(key) !== pending) return this.peek(key) ?? client;
			return this.#add(key, client);
		});
		this.#pending.set(key, pending);
		try {
			return await pending;
		} finally {
			if (this.#pending.get(key) === pending) this.#pending.delete(key);
		}
	}

	#add(key: ClientKey, client: Client): Client {
		if (typeof client?.send !== "function" || typeof client.destroy !== "function") {
			throw new NotAClientError(`A ClientCache takes AWS SDK clients, not ${describe(client)}.`);
		}
		// A synchronous `make` may have created this key's client itself.
		const present = this.#store.peek(key);
		if (present !== undefined) return present.client;
		this.#removed(this.#store.add({ key, client, visited: false }), "evicted");
		return client;
	}

	#removed(entries: readonly Entry<Client>[], reason: RemovalReason): void {
		const failures: unknown[] = [];
		for (const { client, key } of entries) {
			try {
				this.#dispose(client, key, reason);
			} catch (error) {
				failures.push(error);
			}
		}
		// Call `dispose` for all clients before throwing.
		if (failures.length > 0) throw failures[0];
	}
}

const isPromise = <Client>(made: Client | Promise<Client>): made is Promise<Client> => hasMethod(made, "then");
