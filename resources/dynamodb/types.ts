// biome-ignore-all lint/suspicious/noTsIgnore: whether a package is missing depends on what the user has installed
/** Tables in native values. */

/** @ts-ignore optional peer */
import type * as lib from "@aws-sdk/lib-dynamodb";
import type { RequestOptions } from "../types.js";
import type { BatchWriter, BatchWriterOptions } from "./batch-writer.js";
import type { ConditionOn } from "./conditions.js";

/** The SDK's input, in which conditions may be made of `Key()` and `Attr()`. */
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

/** The key of an item, and nothing else. */
export interface OfKey<Item> {
	Key: Partial<Item>;
}

/** Items of a table, in native values. */
export interface TableItems<Item extends object> {
	getItem(
		input: Input<lib.GetCommandInput, Item, OfKey<Item>>,
		options?: RequestOptions,
	): Promise<Output<lib.GetCommandOutput, { Item?: Item }>>;
	putItem(
		input: Input<lib.PutCommandInput, Item, { Item: Item }>,
		options?: RequestOptions,
	): Promise<Output<lib.PutCommandOutput, { Attributes?: Item }>>;
	updateItem(
		input: Input<lib.UpdateCommandInput, Item, OfKey<Item>>,
		options?: RequestOptions,
	): Promise<Output<lib.UpdateCommandOutput, { Attributes?: Partial<Item> }>>;
	deleteItem(
		input: Input<lib.DeleteCommandInput, Item, OfKey<Item>>,
		options?: RequestOptions,
	): Promise<Output<lib.DeleteCommandOutput, { Attributes?: Item }>>;
	query(
		input: Input<lib.QueryCommandInput, Item>,
		options?: RequestOptions,
	): Promise<Output<lib.QueryCommandOutput, { Items?: Item[] }>>;
	scan(
		input?: Input<lib.ScanCommandInput, Item>,
		options?: RequestOptions,
	): Promise<Output<lib.ScanCommandOutput, { Items?: Item[] }>>;
	/** Writes many items: 25 a request, until AWS has taken every one. Close it: `await using`, or `close()`. */
	batchWriter(options?: BatchWriterOptions<Item>): BatchWriter<Item>;
}

/** Items of several tables, in native values. */
export interface Batches {
	batchGetItem(input: lib.BatchGetCommandInput, options?: RequestOptions): Promise<lib.BatchGetCommandOutput>;
	batchWriteItem(input: lib.BatchWriteCommandInput, options?: RequestOptions): Promise<lib.BatchWriteCommandOutput>;
}
