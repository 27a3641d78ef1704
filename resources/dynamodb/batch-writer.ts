/** Writes many items to one table. */

import { setTimeout as delay } from "node:timers/promises";
import { errors } from "../../src/index.js";
import { BatchError, refuse } from "../errors.js";
import type { AnyClient } from "../identity.js";
import type { PlainObject } from "../paths.js";
import { keyText } from "./key-text.js";

/** A write request of DynamoDB's `BatchWriteItem`. */
type Write =
	| { readonly PutRequest: { readonly Item: PlainObject } }
	| { readonly DeleteRequest: { readonly Key: PlainObject } };

const MAX_WRITES = 25;
const MAX_ATTEMPTS = 10;
/** The longest wait before the second attempt. It doubles with each further attempt. */
const FIRST_WAIT_MS = 50;
const MAX_WAIT_MS = 5_000;

/** The options of `table.batchWriter()`. */
export interface BatchWriterOptions<Item> {
	/** The names of the table's key attributes. If several pending writes have the same key, only the last one is sent. */
	readonly overwriteByKeys?: readonly (keyof Item & string)[];
}

/**
 * Collects writes to one table and sends them with `BatchWriteItem`, 25 per request. {@link close} sends the rest. If a request
 * fails, its writes stay pending and are sent again with the next call. Unprocessed items are retried with backoff and jitter: up
 * to 10 attempts, with delays of up to 50 ms, 100 ms, and so on to 5 s.
 * @example
 * await using batch = table.batchWriter();
 * for (const item of items) await batch.putItem({ Item: item });
 * @throws {BatchError} code `BATCH_FAILED`, if DynamoDB didn't process some writes after 10 attempts
 * @throws {InvalidOptionError} code `INVALID_OPTION`, if the batch writer is closed or a write lacks a key in `overwriteByKeys`
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html
 */
export class BatchWriter<Item extends object> implements AsyncDisposable {
	readonly #send: (writes: readonly Write[]) => Promise<readonly Write[]>;
	readonly #checkScope: () => Promise<void>;
	readonly #table: string;
	readonly #keys: readonly string[];
	/** The pending writes by their keys, or by themselves without `overwriteByKeys`. */
	#waiting = new Map<unknown, Write>();
	/** The last write that is being checked, so that writes are added in the order of their calls. */
	#entry: Promise<unknown> = Promise.resolve();
	/** The last request, because requests are sent one at a time. */
	#turn: Promise<unknown> = Promise.resolve();
	#closed = false;

	/** @internal */
	constructor(document: AnyClient, table: string, options: BatchWriterOptions<Item> = {}) {
		const overwriteByKeys: unknown = options?.overwriteByKeys ?? [];
		if (options === null || !Array.isArray(overwriteByKeys)) {
			refuse("batchWriter() takes its options as { overwriteByKeys: [...] }.");
		}
		this.#table = table;
		this.#keys = overwriteByKeys;
		// A strayed client refuses to give credentials. Other errors are those of the request, later.
		this.#checkScope = async () => {
			const { config } = document as unknown as { config?: { credentials?(): Promise<unknown> } };
			await config?.credentials?.().catch((error: unknown) => {
				if (error instanceof errors.StrayedClientError) throw error;
			});
		};
		this.#send = async (writes) => {
			const answer = await document["batchWrite"]?.({ RequestItems: { [table]: writes } });
			return Object.values((answer?.["UnprocessedItems"] ?? {}) as Record<string, Write[]>).flat();
		};
	}

	/** Adds a put. Sends a request if 25 writes are pending. */
	async putItem(input: { Item: Item }): Promise<void> {
		const { Item } = input ?? {};
		if (typeof Item !== "object" || Item === null) refuse("putItem() of a batch writer takes { Item }.");
		return this.#add({ PutRequest: { Item: Item as PlainObject } });
	}

	/** Adds a delete. Sends a request if 25 writes are pending. */
	async deleteItem(input: { Key: Partial<Item> }): Promise<void> {
		const { Key } = input ?? {};
		if (typeof Key !== "object" || Key === null) refuse("deleteItem() of a batch writer takes { Key }.");
		return this.#add({ DeleteRequest: { Key: Key as PlainObject } });
	}

	/** Sends all pending writes. Rejects if some of them are not written. */
	async flush(): Promise<void> {
		await this.#entry;
		await this.#inTurn(1);
	}

	/** Sends the rest. If that fails, `unwritten` lists the pending writes, and `close()` can be called again. */
	async close(): Promise<void> {
		this.#closed = true;
		await this.flush();
	}

	/** Same as `close()`, for `await using`. If it fails, the error lists the unwritten items. */
	async [Symbol.asyncDispose](): Promise<void> {
		try {
			await this.close();
		} catch (error) {
			throw error instanceof BatchError ? error : this.#batchError("could not be sent", error);
		}
	}

	/** The pending writes, except those of a request in flight. */
	get unwritten(): readonly object[] {
		return [...this.#waiting.values()];
	}

	async #add(write: Write): Promise<void> {
		if (this.#closed)
			refuse(`The batch writer of ${this.#table} is closed; create another one with table.batchWriter().`);
		const key = this.#keyOf(write);
		// Check now, because the request may be sent in another scope. Otherwise one tenant's write would stay pending until the
		// tenant that owns this writer sends it to its own table.
		const checked = this.#checkScope();
		checked.catch(() => {});
		const entered = this.#entry.then(async () => {
			await checked;
			// Delete first, so that the write moves to the end.
			this.#waiting.delete(key);
			this.#waiting.set(key, write);
		});
		this.#entry = entered.catch(() => {});
		await entered;
		if (this.#waiting.size >= MAX_WRITES) await this.#inTurn(MAX_WRITES);
	}

	/** Sends one request after another while at least this many writes are pending. */
	#inTurn(atLeast: number): Promise<void> {
		const turn = this.#turn.then(async () => {
			while (this.#waiting.size >= atLeast) await this.#sendBatch(this.#take());
		});
		this.#turn = turn.catch(() => {});
		return turn;
	}

	#take(): Write[] {
		const writes: Write[] = [];
		for (const [key, write] of this.#waiting) {
			writes.push(write);
			this.#waiting.delete(key);
			if (writes.length === MAX_WRITES) break;
		}
		return writes;
	}

	async #sendBatch(writes: readonly Write[]): Promise<void> {
		let left = writes;
		try {
			for (let attempts = 0; attempts < MAX_ATTEMPTS && left.length > 0; attempts += 1) {
				if (attempts > 0) await delay(Math.random() * Math.min(FIRST_WAIT_MS * 2 ** (attempts - 1), MAX_WAIT_MS));
				left = await this.#send(left);
			}
		} catch (error) {
			this.#requeue(left);
			throw error;
		}
		if (left.length === 0) return;
		this.#requeue(left);
		throw this.#batchError(`were not processed after ${MAX_ATTEMPTS} attempts`);
	}

	/** Creates an error that lists all pending writes, including those that were never sent. */
	#batchError(what: string, cause?: unknown): BatchError {
		const failures = this.unwritten.map((entry) => ({ code: undefined, message: undefined, entry }));
		return new BatchError(
			`Writes to ${this.#table} ${what} (${failures.length} pending); see "failures" for all of them.`,
			failures,
			[],
			cause,
		);
	}

	/** Puts writes back in front of newer ones. A newer write with the same key replaces the older one. */
	#requeue(writes: readonly Write[]): void {
		const back = writes.map((write): [unknown, Write] => [this.#keyOf(write), write]);
		this.#waiting = new Map([...back, ...this.#waiting]);
	}

	/** Returns a key that is equal for writes to the same item. */
	#keyOf(write: Write): unknown {
		if (this.#keys.length === 0) return write;
		const content = "PutRequest" in write ? write.PutRequest.Item : write.DeleteRequest.Key;
		return this.#keys
			.map(
				(name) =>
					keyText(content[name]) ??
					refuse(`The batch writer of ${this.#table} requires ${name} as a string, a number or binary in every write.`),
			)
			.join();
	}
}
