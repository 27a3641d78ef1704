/** A task as a Lambda durable execution: one step for each target, checkpointed by AWS's durable execution SDK. */

import { refuse } from "../fan-out/data.js";
import { readOptions } from "../src/index.js";
import {
	asData,
	isDenied,
	type ReadyTarget,
	readConcurrency,
	type TargetError,
	type TargetResult,
	type TargetTask,
	targetReader,
	type WorkerOptions,
	type WorkerTarget,
} from "./task.js";
import { withDeadline } from "./timers.js";
import type { LambdaContext } from "./types.js";

/** The durable SDK's context, as far as it is used; `DurableContext` of `@aws/durable-execution-sdk-js` fits. */
export interface DurableMapContext {
	readonly lambdaContext: LambdaContext;
	map<Item, Output>(
		name: string,
		items: Item[],
		fn: (context: DurableStepContext, item: Item, index: number) => Promise<Output>,
		config?: object,
	): PromiseLike<{ readonly all: readonly DurableItem<Output>[] }>;
}

/** The context of one item. */
export interface DurableStepContext {
	step<Output>(name: string, fn: (step: DurableStep) => Promise<Output>): PromiseLike<Output>;
}

interface DurableStep {
	/** Which attempt of the step it is, from 1. */
	readonly attempt?: number;
}

interface DurableItem<Output> {
	readonly index: number;
	readonly result?: Output | undefined;
	readonly error?: Error | undefined;
}

/** Options of {@link durableHandler}. */
export interface DurableHandlerOptions extends WorkerOptions {
	/** Targets under way at once. Default 10. */
	readonly concurrency?: number | undefined;
}

/** What a durable fan-out is invoked with. */
export interface DurableTargets {
	readonly targets: readonly unknown[];
}

/** What is kept of a target: a denial and a target that is none are answers, too, which no retry changes. */
type Outcome<Value> =
	| { readonly value: Value }
	| { readonly status: "rejected" | "denied"; readonly error: TargetError };

const WHERE = "durableHandler()";

/**
 * Turns a task into the handler of a durable function, invoked with `{ targets }`. Each target is a step: what is done
 * stays done when the execution is suspended, replayed or crashes. A step that fails is tried again as the durable SDK
 * does by default; a denied role is not. Returns how each target ended, in order.
 * @example
 * export const handler = withDurableExecution(
 *   durableHandler(async () => (await clients.ec2().describeInstances({})).Reservations?.length, {
 *     accounts: accountSessions({ role: "Reader" }),
 *   }),
 * );
 * @throws {InvalidOptionError} code `INVALID_OPTION`
 * @see https://docs.aws.amazon.com/lambda/latest/dg/durable-functions.html
 */
export function durableHandler<Target extends WorkerTarget, Value>(
	task: TargetTask<Target, Value>,
	given: DurableHandlerOptions,
): (event: DurableTargets, context: DurableMapContext) => Promise<TargetResult<Target, Value>[]> {
	const options = readOptions(WHERE, given, ["accounts", "concurrency"]);
	const concurrency = readConcurrency(WHERE, options.concurrency);
	const read = targetReader(WHERE, task, options);
	return async (event, context) => {
		const { targets } = event ?? {};
		if (!Array.isArray(targets))
			refuse(`${WHERE} was invoked without targets; invoke it with { targets: [{ account }] }.`);
		const attempted = async (ready: ReadyTarget<Value>, attempt: number): Promise<Outcome<Value>> => {
			try {
				const { lambdaContext } = context;
				const value = await withDeadline(lambdaContext, ({ signal, within }) => within(ready({ signal, attempt })));
				return { value };
			} catch (error) {
				if (isDenied(error)) return { status: "denied", error: asData(error) };
				throw error;
			}
		};
		const { all } = await context.map(
			"targets",
			[...targets] as Target[],
			async (item, target, index): Promise<Outcome<Value>> => {
				let ready: ReadyTarget<Value>;
				try {
					ready = read(`Target ${index}`, target);
				} catch (error) {
					return { status: "rejected", error: asData(error) };
				}
				return item.step(`target-${index}`, ({ attempt = 1 }) => attempted(ready, attempt));
			},
			// Only the steps are kept, without a context around each, which is half of the operations.
			{ maxConcurrency: concurrency, nesting: "FLAT" },
		);
		return all.map(({ index, result, error }): TargetResult<Target, Value> => {
			const target = targets[index] as Target;
			if (error !== undefined || result === undefined) return { target, status: "rejected", error: asData(error) };
			return "status" in result ? { target, ...result } : { target, status: "fulfilled", value: result.value };
		});
	};
}
