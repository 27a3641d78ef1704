/** `aws-scope/worker`: the task of a fan-out on more than one machine, by SQS, Step Functions or durable functions. */

export {
	type DurableHandlerOptions,
	type DurableMapContext,
	type DurableStepContext,
	type DurableTargets,
	durableHandler,
} from "./durable.js";
export { type SentTargets, sendTargets } from "./send-targets.js";
export { type SqsHandlerOptions, sqsHandler } from "./sqs.js";
export { type DistributedMapHandlerOptions, distributedMapHandler, type ItemBatch } from "./step-functions.js";
export type { TargetError, TargetResult, TargetTask, TaskRun, WorkerOptions, WorkerTarget } from "./task.js";
export type { LambdaContext, SqsBatchResponse, SqsEvent, SqsRecord } from "./types.js";
