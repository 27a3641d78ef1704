// biome-ignore-all lint/suspicious/noTsIgnore: whether a package is missing depends on what the user has installed
/** Handwritten types of tables, with items as plain JavaScript values. */

/** @ts-ignore optional peer */
import type * as lib from "@aws-sdk/lib-dynamodb";
import type { RequestOptions } from "../types.js";
import type { BatchWriter, BatchWriterOptions } from "./batch-writer.js";
import type { ConditionOn } from "./conditions.js";

/** The SDK's input, with conditions that can also be created with `Key()` and `Attr()`. */
type Input<Given, Item, Own = unknown> = Omit<
	Given,
	"TableName" | "KeyConditionExpression" | "FilterExpression" | "ConditionExpression" | keyof Own
> &
	Own & {
		[Name in Extract<keyof Given, "KeyConditionExpression" | "FilterExpression" | "ConditionExpression">]?:
			| string
			| ConditionOn<Item>
			| undefined;
	};

type Output<Given, Own> = Omit<Given, keyof Own> & Own;

/** The key of an item. */
export interface KeyInput<Item> {
	Key: Partial<Item>;
}

/** Reads and writes the items of a table, as plain JavaScript values. */
export interface TableItems<Item extends object> {
	/** Reads an item. `Item` is `undefined` if it doesn't exist. */
	getItem(
		input: Input<lib.GetCommandInput, Item, KeyInput<Item>>,
		options?: RequestOptions,
	): Promise<Output<lib.GetCommandOutput, { Item?: Item }>>;
	/** Creates or replaces an item. */
	putItem(
		input: Input<lib.PutCommandInput, Item, { Item: Item }>,
		options?: RequestOptions,
	): Promise<Output<lib.PutCommandOutput, { Attributes?: Item }>>;
	/** Updates attributes of an item, or creates it. */
	updateItem(
		input: Input<lib.UpdateCommandInput, Item, KeyInput<Item>>,
		options?: RequestOptions,
	): Promise<Output<lib.UpdateCommandOutput, { Attributes?: Partial<Item> }>>;
	/** Deletes an item. */
	deleteItem(
		input: Input<lib.DeleteCommandInput, Item, KeyInput<Item>>,
		options?: RequestOptions,
	): Promise<Output<lib.DeleteCommandOutput, { Attributes?: Item }>>;
	/** Reads one page of the items with a partition key. `LastEvaluatedKey` is set if there are more. */
	query(
		input: Input<lib.QueryCommandInput, Item>,
		options?: RequestOptions,
	): Promise<Output<lib.QueryCommandOutput, { Items?: Item[] }>>;
	/** Reads one page of all items. `LastEvaluatedKey` is set if there are more. */
	scan(
		input?: Input<lib.ScanCommandInput, Item>,
		options?: RequestOptions,
	): Promise<Output<lib.ScanCommandOutput, { Items?: Item[] }>>;
	/** Creates a writer for many items. Close it with `await using` or `close()`. */
	batchWriter(options?: BatchWriterOptions<Item>): BatchWriter<Item>;
}

/** Reads and writes items of several tables, as plain JavaScript values. */
export interface Batches {
	/** Reads up to 100 items. `UnprocessedKeys` lists the items that were not read. */
	batchGetItem(input: lib.BatchGetCommandInput, options?: RequestOptions): Promise<lib.BatchGetCommandOutput>;
	/** Writes up to 25 items. `UnprocessedItems` lists the items that were not written. */
	batchWriteItem(input: lib.BatchWriteCommandInput, options?: RequestOptions): Promise<lib.BatchWriteCommandOutput>;
}
