/** Many writes to one table: 25 a request, until DynamoDB has taken every one. */

import { setTimeout as delay } from "node:timers/promises";
import { BatchError, refuse } from "../errors.js";
import type { AnyClient } from "../identity.js";

type Bag = Record<string, unknown>;

/** One write, as DynamoDB takes it. */
type Write = { readonly PutRequest: { readonly Item: Bag } } | { readonly DeleteRequest: { readonly Key: Bag } };

const MAX_WRITES = 25;
const MAX_TRIES = 10;
const FIRST_WAIT_MS = 50;
const MAX_WAIT_MS = 5_000;

/** The options of `table.batchWriter()`. */
export interface BatchWriterOptions<Item> {
	/** The names of the table's key. Of several waiting writes with an equal key, only the last is sent. */
	readonly overwriteByKeys?: readonly (keyof Item & string)[];
}

/**
 * Gathers writes to one table and sends them, 25 per request; {@link close} sends the rest. Writes that fail stay, and
 * are sent again with the next call.
 * @example
 * await using batch = table.batchWriter();
 * for (const item of items) await batch.putItem({ Item: item });
 * @throws {BatchError} code `BATCH_FAILED`, if DynamoDB does not take some writes after 10 tries
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html
 */
export class BatchWriter<Item extends object> implements AsyncDisposable {
	readonly #send: (writes: readonly Write[]) => Promise<readonly Write[]>;
	readonly #table: string;
	readonly #keys: readonly string[];
	#waiting: Write[] = [];
	/** The last request, so that there is one at a time. */
	#turn: Promise<unknown> = Promise.resolve();
	#closed = false;

	/** @internal */
	constructor(document: AnyClient, table: string, { overwriteByKeys = [] }: BatchWriterOptions<Item> = {}) {
		this.#table = table;
		this.#keys = overwriteByKeys;
		this.#send = async (writes) => {
			const answer = await document["batchWrite"]?.({ RequestItems: { [table]: writes } });
			return (answer?.["UnprocessedItems"] as Record<string, Write[]> | undefined)?.[table] ?? [];
		};
	}

	/** Puts an item. Sends a request once 25 writes wait. */
	putItem({ Item }: { Item: Item }): Promise<void> {
		return this.#add({ PutRequest: { Item: Item as Bag } });
	}

	/** Deletes an item by its key. Sends a request once 25 writes wait. */
	deleteItem({ Key }: { Key: Partial<Item> }): Promise<void> {
		return this.#add({ DeleteRequest: { Key: Key as Bag } });
	}

	/** Sends everything that waits; fails when DynamoDB does not take all of it. */
	async flush(): Promise<void> {
		await this.#inTurn(1);
	}

	/** Sends the rest. Where that fails, the writes still wait: `unwritten` lists them, and `close()` can be called again. */
	async close(): Promise<void> {
		this.#closed = true;
		await this.flush();
	}

	/** The same as `close()`, for `await using`. */
	async [Symbol.asyncDispose](): Promise<void> {
		await this.close();
	}

	/** What DynamoDB has not taken yet. */
	get unwritten(): readonly object[] {
		return [...this.#waiting];
	}

	async #add(write: Write): Promise<void> {
		if (this.#closed) refuse(`The batch writer of ${this.#table} is closed.`);
		this.#forget(write);
		this.#waiting.push(write);
		if (this.#waiting.length >= MAX_WRITES) await this.#inTurn(MAX_WRITES);
	}

	/** Sends batches, one after the other, as long as so many writes wait. */
	#inTurn(atLeast: number): Promise<void> {
		const turn = this.#turn.then(async () => {
			while (this.#waiting.length >= atLeast) await this.#sendBatch(this.#waiting.splice(0, MAX_WRITES));
		});
		this.#turn = turn.catch(() => {});
		return turn;
	}

	async #sendBatch(writes: readonly Write[]): Promise<void> {
		let left = writes;
		try {
			for (let tries = 0; tries < MAX_TRIES && left.length > 0; tries += 1) {
				if (tries > 0) await delay(Math.min(FIRST_WAIT_MS * 2 ** (tries - 1), MAX_WAIT_MS));
				left = await this.#send(left);
			}
		} catch (error) {
			this.#giveBack(left);
			throw error;
		}
		if (left.length === 0) return;
		this.#giveBack(left);
		const failures = left.map((entry) => ({ code: undefined, message: undefined, entry }));
		throw new BatchError(
			`DynamoDB has not taken ${left.length} writes to ${this.#table} after ${MAX_TRIES} tries; they still wait.`,
			failures,
			[],
		);
	}

	/** What came later with the same key has replaced it. */
	#giveBack(writes: readonly Write[]): void {
		const later = this.#waiting;
		this.#waiting = [...writes.filter((write) => !later.some((other) => this.#isSame(write, other))), ...later];
	}

	#forget(write: Write): void {
		if (this.#keys.length > 0) this.#waiting = this.#waiting.filter((other) => !this.#isSame(other, write));
	}

	#isSame(one: Write, other: Write): boolean {
		if (this.#keys.length === 0) return false;
		return this.#keys.every((key) => sameKey(contentOf(one)[key], contentOf(other)[key]));
	}
}

const contentOf = (write: Write): Bag => ("PutRequest" in write ? write.PutRequest.Item : write.DeleteRequest.Key);

/** Keys are text, numbers or bytes. */
function sameKey(one: unknown, other: unknown): boolean {
	if (one instanceof Uint8Array && other instanceof Uint8Array) return Buffer.compare(one, other) === 0;
	return one === other;
}
