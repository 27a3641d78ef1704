/** Many writes to one table: 25 a request, until DynamoDB has taken every one. */

import { setTimeout as delay } from "node:timers/promises";
import { BatchError, refuse } from "../errors.js";
import type { AnyClient } from "../identity.js";
import type { PlainObject } from "../paths.js";
import { keyText } from "./key-text.js";

/** One write, as DynamoDB takes it. */
type Write =
	| { readonly PutRequest: { readonly Item: PlainObject } }
	| { readonly DeleteRequest: { readonly Key: PlainObject } };

const MAX_WRITES = 25;
const MAX_TRIES = 10;
/** The most that is waited before the second try; it doubles with each further one. */
const FIRST_WAIT_MS = 50;
const MAX_WAIT_MS = 5_000;

/** The options of `table.batchWriter()`. */
export interface BatchWriterOptions<Item> {
	/** The names of the table's key. Of several waiting writes with an equal key, only the last is sent. */
	readonly overwriteByKeys?: readonly (keyof Item & string)[];
}

/**
 * Gathers writes to one table and sends them, 25 per request; {@link close} sends the rest. Writes that fail stay, and
 * are sent again with the next call. What DynamoDB does not process is sent up to ten times, after random waits of up to
 * 50 ms, 100 ms, and so on to 5 s.
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
	/** By the text of their key, or by themselves where the key is not known. */
	#waiting = new Map<unknown, Write>();
	/** The last request, so that there is one at a time. */
	#turn: Promise<unknown> = Promise.resolve();
	#closed = false;

	/** @internal */
	constructor(document: AnyClient, table: string, { overwriteByKeys = [] }: BatchWriterOptions<Item> = {}) {
		this.#table = table;
		this.#keys = overwriteByKeys;
		this.#send = async (writes) => {
			const answer = await document["batchWrite"]?.({ RequestItems: { [table]: writes } });
			return Object.values((answer?.["UnprocessedItems"] ?? {}) as Record<string, Write[]>).flat();
		};
	}

	/** Puts an item. Sends a request once 25 writes wait. */
	putItem({ Item }: { Item: Item }): Promise<void> {
		return this.#add({ PutRequest: { Item: Item as PlainObject } });
	}

	/** Deletes an item by its key. Sends a request once 25 writes wait. */
	deleteItem({ Key }: { Key: Partial<Item> }): Promise<void> {
		return this.#add({ DeleteRequest: { Key: Key as PlainObject } });
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

	/** The same as `close()`, for `await using`. If it fails, the error lists what was not written. */
	async [Symbol.asyncDispose](): Promise<void> {
		try {
			await this.close();
		} catch (error) {
			throw error instanceof BatchError ? error : this.#gaveUp("could not be sent", error);
		}
	}

	/** What DynamoDB has not taken yet, apart from a batch that is on its way. */
	get unwritten(): readonly object[] {
		return [...this.#waiting.values()];
	}

	async #add(write: Write): Promise<void> {
		if (this.#closed) refuse(`The batch writer of ${this.#table} is closed.`);
		const key = this.#keyOf(write);
		// To the end: it comes after everything that was written before it.
		this.#waiting.delete(key);
		this.#waiting.set(key, write);
		if (this.#waiting.size >= MAX_WRITES) await this.#inTurn(MAX_WRITES);
	}

	/** Sends batches, one after the other, as long as so many writes wait. */
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
			for (let tries = 0; tries < MAX_TRIES && left.length > 0; tries += 1) {
				if (tries > 0) await delay(Math.random() * Math.min(FIRST_WAIT_MS * 2 ** (tries - 1), MAX_WAIT_MS));
				left = await this.#send(left);
			}
		} catch (error) {
			this.#giveBack(left);
			throw error;
		}
		if (left.length === 0) return;
		this.#giveBack(left);
		throw this.#gaveUp(`were not processed after ${MAX_TRIES} tries`);
	}

	/** Lists everything that waits, those that were not tried too. */
	#gaveUp(what: string, cause?: unknown): BatchError {
		const failures = this.unwritten.map((entry) => ({ code: undefined, message: undefined, entry }));
		return new BatchError(
			`Writes to ${this.#table} ${what}: ${failures.length} still wait, which its failures list.`,
			failures,
			[],
			cause,
		);
	}

	/** Before what came later; where that has the same key, it has replaced it. */
	#giveBack(writes: readonly Write[]): void {
		const back = writes.map((write): [unknown, Write] => [this.#keyOf(write), write]);
		this.#waiting = new Map([...back, ...this.#waiting]);
	}

	/** Equal for writes that replace each other. */
	#keyOf(write: Write): unknown {
		if (this.#keys.length === 0) return write;
		const content = "PutRequest" in write ? write.PutRequest.Item : write.DeleteRequest.Key;
		return this.#keys
			.map(
				(name) =>
					keyText(content[name]) ??
					refuse(`The batch writer of ${this.#table} needs ${name} as text, a number or bytes in every write.`),
			)
			.join();
	}
}
