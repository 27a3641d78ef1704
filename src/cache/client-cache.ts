/** A bounded cache of SDK clients, usable on its own. */

import { KeyExistsError, KeyMissingError, NotAClientError, NotAKeyError } from "../errors.js";
import { type CachePolicy, checkSize } from "../home/cache-options.js";
import { describe, fail, hasMethod } from "../home/check.js";
import { readOptions } from "../home/options.js";
import { createStore } from "./policies.js";
import type { RemovalReason, Store } from "./store.js";

/** An SDK client, as far as the cache goes. */
export interface CachedClient {
	send(...args: never[]): unknown;
	destroy(): void;
}

declare const CLIENT_KEY: unique symbol;

/** A key that `clientKey()` made: equal for equal calls, free of secrets. */
export type ClientKey = string & { readonly [CLIENT_KEY]: true };

/** What a cache is made from. */
export interface ClientCacheOptions<Client extends CachedClient = CachedClient> {
	/** At most so many clients. */
	readonly maxSize: number;
	/** Which client goes when a new one needs its place. Default `"lru"`. */
	readonly policy?: CachePolicy | undefined;
	/** Told of every client that leaves; the cache itself never destroys one, because somebody may be using it. */
	readonly dispose?: ((client: Client, key: ClientKey, reason: RemovalReason) => void) | undefined;
}

interface Entry<Client> {
	readonly key: ClientKey;
	readonly client: Client;
	visited: boolean;
}

/** How every key of `clientKey()` starts. @internal */
export const KEY_START = "client|";

/**
 * A bounded cache of clients, in the manner of a Map. Eviction drops a reference: requests in flight go on.
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
	/** Clients that are being made; each promise is replaced by its client, or forgotten if it fails. */
	readonly #making = new Map<ClientKey, Promise<Client>>();
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

	/** Making the cache smaller evicts. @throws {BadSizeError} code `BAD_SIZE` */
	set maxSize(size: number) {
		checkSize("maxSize", size);
		this.#maxSize = size;
		this.#removed(this.#store.resize(size), "resized");
	}

	/** The client of a key; counts as a use. @throws {NotAKeyError} code `NOT_A_KEY` */
	get(key: ClientKey): Client | undefined {
		const entry = this.#entry(key);
		if (entry !== undefined) this.#store.touch(entry);
		return entry?.client;
	}

	/** The client of a key; does not count as a use. */
	peek(key: ClientKey): Client | undefined {
		return this.#entry(key)?.client;
	}

	has(key: ClientKey): boolean {
		return this.#entry(key) !== undefined;
	}

	/**
	 * Keeps a client under a new key.
	 * @throws {KeyExistsError} code `KEY_EXISTS`, {@link NotAKeyError} code `NOT_A_KEY`, {@link NotAClientError} code
	 * `NOT_A_CLIENT`
	 */
	set(key: ClientKey, client: Client): this {
		if (this.#entry(key) !== undefined) {
			throw new KeyExistsError(`The cache holds a client for ${key} already; delete it first, or use getOrCreate().`);
		}
		this.#making.delete(key);
		this.#add(key, client);
		return this;
	}

	/**
	 * The client of a key, made once however many ask at the same time. A failure is not kept.
	 * @throws what `make` throws, {@link NotAKeyError} code `NOT_A_KEY`, {@link NotAClientError} code `NOT_A_CLIENT`
	 */
	getOrCreate<Made extends Client>(key: ClientKey, make: () => Made): Made;
	getOrCreate<Made extends Client>(key: ClientKey, make: () => Promise<Made>): Promise<Made>;
	getOrCreate(key: ClientKey, make: () => Client | Promise<Client>): Client | Promise<Client> {
		const known = this.get(key) ?? this.#making.get(key);
		if (known !== undefined) return known;
		const made = make();
		return isPromise(made) ? this.#await(key, made) : this.#add(key, made);
	}

	/** Drops a client; gives whether there was one. A client that is just being made will not be kept either. */
	delete(key: ClientKey): boolean {
		const entry = this.#entry(key);
		this.#making.delete(key);
		if (entry === undefined) return false;
		this.#store.delete(key);
		this.#removed([entry], "deleted");
		return true;
	}

	/** Drops a client and gives it. @throws {KeyMissingError} code `KEY_MISSING` */
	pop(key: ClientKey): Client {
		const entry = this.#entry(key);
		if (entry === undefined)
			throw new KeyMissingError(`The cache holds no client for ${key}; ask has() or get() first.`);
		this.delete(key);
		return entry.client;
	}

	clear(): void {
		const all = [...this.#store.values()];
		this.#making.clear();
		for (const { key } of all) this.#store.delete(key);
		this.#removed(all, "cleared");
	}

	/** The keys as they are now; later changes do not show in it. */
	keys(): ClientKey[] {
		return Array.from(this.#store.values(), ({ key }) => key);
	}

	/** The clients as they are now. */
	values(): Client[] {
		return Array.from(this.#store.values(), ({ client }) => client);
	}

	/** Keys and clients as they are now. */
	entries(): [ClientKey, Client][] {
		return Array.from(this.#store.values(), ({ key, client }) => [key, client]);
	}

	[Symbol.iterator](): Iterator<[ClientKey, Client]> {
		return this.entries()[Symbol.iterator]();
	}

	#entry(key: ClientKey): Entry<Client> | undefined {
		if (typeof key !== "string" || !key.startsWith(KEY_START)) {
			throw new NotAKeyError(`A ClientCache takes the keys that clientKey() makes, not ${describe(key)}.`);
		}
		return this.#store.peek(key);
	}

	async #await(key: ClientKey, made: Promise<Client>): Promise<Client> {
		const pending = made.then((client) => {
			// Deleted, cleared or set meanwhile: who asked gets this client, the cache does not.
			if (this.#making.get(key) !== pending) return this.peek(key) ?? client;
			return this.#add(key, client);
		});
		this.#making.set(key, pending);
		try {
			return await pending;
		} finally {
			if (this.#making.get(key) === pending) this.#making.delete(key);
		}
	}

	#add(key: ClientKey, client: Client): Client {
		if (typeof client?.send !== "function" || typeof client.destroy !== "function") {
			throw new NotAClientError(`A ClientCache keeps AWS SDK clients, not ${describe(client)}.`);
		}
		// A synchronous `make` may itself have asked for this key.
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
		// One that fails must not keep the others from being told.
		if (failures.length > 0) throw failures[0];
	}
}

const isPromise = <Client>(made: Client | Promise<Client>): made is Promise<Client> => hasMethod(made, "then");
