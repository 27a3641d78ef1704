/** A task as the handler of an SQS queue: each message is a target. */

import { refuse } from "../fan-out/data.js";
import { type AwsSession, clients, defaultSession, readOptions } from "../src/index.js";
import { regionOfQueue } from "./queue-url.js";
import {
	forEachOf,
	type OwnSession,
	readConcurrency,
	type TargetTask,
	targetReader,
	type WorkerOptions,
	type WorkerTarget,
} from "./task.js";
import { calling, type Deadline, withDeadline } from "./timers.js";
import type { LambdaContext, SqsBatchResponse, SqsEvent, SqsRecord } from "./types.js";

/** Options of {@link sqsHandler}. */
export interface SqsHandlerOptions extends WorkerOptions, OwnSession {
	/** Targets under way at once in one invocation. Default 10. */
	readonly concurrency?: number | undefined;
	/** Keeps messages invisible to others while they are worked on. Needs `sqs:ChangeMessageVisibility`. */
	readonly visibility?:
		| {
				readonly queueUrl: string;
				/** The queue's visibility timeout in seconds, 2 to 43200. Extended after every half of it, by all of it. */
				readonly seconds: number;
		  }
		| undefined;
	/** Called for each message that failed, and for a visibility that could not be extended. Default: `console.error`. */
	readonly onError?: ((error: unknown, record: SqsRecord | undefined) => void) | undefined;
}

const WHERE = "sqsHandler()";
const OPTIONS = ["accounts", "session", "concurrency", "visibility", "onError"];

/**
 * Turns a task into the handler of an SQS event source: runs it for the target in each message, in the target's scope, and
 * reports what failed, so that SQS delivers only that again. Turn on `ReportBatchItemFailures`, and give the queue a
 * dead-letter queue for messages that can't succeed. A message is delivered at least once: make the task idempotent.
 * @example
 * export const handler = sqsHandler(
 *   async () => (await clients.ec2().describeInstances({})).Reservations?.length,
 *   { accounts: accountSessions({ role: "Reader" }) },
 * );
 * @throws {InvalidOptionError} code `INVALID_OPTION`
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 */
export function sqsHandler<Target extends WorkerTarget, Value>(
	task: TargetTask<Target, Value>,
	given: SqsHandlerOptions,
): (event: SqsEvent, context?: LambdaContext) => Promise<SqsBatchResponse> {
	const options = readOptions(WHERE, given, OPTIONS);
	const { session } = options;
	const concurrency = readConcurrency(WHERE, options.concurrency);
	const onError = neverFailing(options.onError ?? logError);
	const visibility = readVisibility(options.visibility);
	const read = targetReader(WHERE, task, options);
	return async (event, context) => {
		const { Records } = event ?? {};
		if (!Array.isArray(Records)) refuse(`${WHERE} was invoked without Records; connect it to an SQS queue.`);
		const unfinished = new Set<SqsRecord>(Records);
		const failed = new Set<SqsRecord>();
		const work = async (record: SqsRecord, { signal, within }: Deadline): Promise<void> => {
			const from = `The message ${record.messageId}`;
			const attempt = Number(record.attributes?.ApproximateReceiveCount ?? 1);
			try {
				signal.throwIfAborted();
				await within(read(from, parse(from, record.body))({ signal, attempt }));
			} catch (error) {
				failed.add(record);
				void onError(error, record);
			}
			unfinished.delete(record);
		};
		const all = (deadline: Deadline): Promise<void> =>
			forEachOf(Records, concurrency, (record) => work(record, deadline));
		await withDeadline(context, (deadline) => {
			if (visibility === undefined) return all(deadline);
			const extendAll = async (ended: AbortSignal): Promise<void> => {
				try {
					await extend([...unfinished], visibility, session, ended);
				} catch (error) {
					if (!ended.aborted) void onError(error, undefined);
				}
			};
			return calling(visibility.seconds * 500, extendAll, () => all(deadline));
		});
		return { batchItemFailures: [...failed].map(({ messageId }) => ({ itemIdentifier: messageId })) };
	};
}

/** Starts the visibility timeout of these messages anew. */
async function extend(
	records: readonly SqsRecord[],
	{ queueUrl, seconds }: NonNullable<SqsHandlerOptions["visibility"]>,
	session: AwsSession | undefined,
	abortSignal: AbortSignal,
): Promise<void> {
	const sqs = clients.sqs({ session: session ?? defaultSession(), region: regionOfQueue(WHERE, queueUrl) });
	for (let at = 0; at < records.length; at += 10) {
		const Entries = records.slice(at, at + 10).map(({ receiptHandle }, index) => ({
			Id: String(index),
			ReceiptHandle: receiptHandle,
			VisibilityTimeout: seconds,
		}));
		const { Failed = [] } = await sqs.changeMessageVisibilityBatch({ QueueUrl: queueUrl, Entries }, { abortSignal });
		const [first] = Failed;
		if (first !== undefined)
			throw new Error(`SQS did not extend ${Failed.length} messages: ${first.Message ?? first.Code}`);
	}
}

function parse(from: string, body: unknown): unknown {
	try {
		return JSON.parse(body as string);
	} catch {
		// The parser's error would show what is in the message.
		return refuse(`${from} is not JSON; send targets with sendTargets().`);
	}
}

/** An error that can't be reported must not fail the messages that are done. */
const neverFailing =
	(onError: NonNullable<SqsHandlerOptions["onError"]>) =>
	async (error: unknown, record: SqsRecord | undefined): Promise<void> => {
		try {
			await onError(error, record);
		} catch (failure) {
			console.error("onError failed:", failure);
		}
	};

const logError = (error: unknown, record: SqsRecord | undefined): void =>
	console.error(record === undefined ? "Visibility not extended:" : `Message ${record.messageId} failed:`, error);

function readVisibility(given: SqsHandlerOptions["visibility"]): SqsHandlerOptions["visibility"] {
	if (given === undefined) return undefined;
	const visibility = readOptions(`${WHERE} { visibility }`, given, ["queueUrl", "seconds"]);
	const { queueUrl, seconds } = visibility;
	regionOfQueue(`${WHERE} { visibility: { queueUrl } }`, queueUrl);
	if (!Number.isInteger(seconds) || seconds < 2 || seconds > 43_200) {
		refuse(`${WHERE} { visibility } takes the queue's visibility timeout, 2 to 43200, as seconds.`);
	}
	return visibility;
}
