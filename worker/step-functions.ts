/** A task as the item handler of a Step Functions Distributed Map: each item is a target. */

import { refuse } from "../fan-out/data.js";
import { readOptions } from "../src/index.js";
import {
	asData,
	forEachOf,
	isDenied,
	readConcurrency,
	type TargetResult,
	type TargetTask,
	targetReader,
	type WorkerOptions,
	type WorkerTarget,
} from "./task.js";
import { withDeadline } from "./timers.js";
import type { LambdaContext } from "./types.js";

/** The items of a batch, as `ItemBatcher` passes them. */
export interface ItemBatch {
	readonly Items: readonly unknown[];
}

/** Options of {@link distributedMapHandler}. */
export interface DistributedMapHandlerOptions extends WorkerOptions {
	/** Items of a batch under way at once. Default 10. */
	readonly concurrency?: number | undefined;
}

const WHERE = "distributedMapHandler()";

/**
 * Turns a task into the function that a Distributed Map invokes for each item. An item that fails throws, so that the
 * workflow's `Retry`, `Catch` and tolerated failures see it under the error's name, such as `AssumeRoleDeniedError`. With
 * an `ItemBatcher`, it returns how each item of the batch ended, and throws for none.
 * @example
 * export const handler = distributedMapHandler(
 *   async () => (await clients.ec2().describeInstances({})).Reservations?.length,
 *   { accounts: accountSessions({ role: "Reader" }) },
 * );
 * @throws {InvalidOptionError} code `INVALID_OPTION`
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html
 */
export function distributedMapHandler<Target extends WorkerTarget, Value>(
	task: TargetTask<Target, Value>,
	given: DistributedMapHandlerOptions,
): (event: unknown, context?: LambdaContext) => Promise<Value | TargetResult<Target, Value>[]> {
	const options = readOptions(WHERE, given, ["accounts", "concurrency"]);
	const concurrency = readConcurrency(WHERE, options.concurrency);
	const read = targetReader(WHERE, task, options);
	return (event, context) =>
		withDeadline(context, async ({ signal, within }) => {
			// The workflow knows which attempt this is, but passes only the item.
			const one = async (item: unknown, from: string) => {
				signal.throwIfAborted();
				return within(read(from, item)({ signal, attempt: 1 }));
			};
			if (!isBatch(event)) return one(event, "The item");
			const results: TargetResult<Target, Value>[] = [];
			await forEachOf(event.Items.entries(), concurrency, async ([index, item]) => {
				const target = item as Target;
				try {
					results[index] = { target, status: "fulfilled", value: await one(item, `Item ${index} of the batch`) };
				} catch (error) {
					results[index] = { target, status: isDenied(error) ? "denied" : "rejected", error: asData(error) };
				}
			});
			return results;
		});
}

function isBatch(event: unknown): event is ItemBatch {
	if (typeof event !== "object" || event === null || !("Items" in event)) return false;
	return Array.isArray(event.Items) || refuse(`${WHERE} takes an item or a batch of items.`);
}
