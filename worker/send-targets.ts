/** Puts targets into an SQS queue, for {@link sqsHandler}. */

import type { SendMessageBatchResult, SQS } from "@aws-sdk/client-sqs";
import { type ActingOptions, actingClient } from "../fan-out/acting.js";
import { readDataTarget, refuse } from "../fan-out/data.js";
import { readOptions } from "../src/index.js";
import { regionOfQueue } from "./queue-url.js";
import { pause } from "./timers.js";

/** What {@link sendTargets} has done. */
export interface SentTargets<Target> {
	/** How many targets are in the queue. */
	readonly sent: number;
	/** The targets that are not, and why. */
	readonly unsent: readonly { readonly target: Target; readonly error: Error }[];
}

/** The most that SQS takes in one request. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html */
const MESSAGES = 10;
const BYTES = 1_048_576;
/** How often a message is sent that SQS refuses through no fault of its own, and the first wait in between. */
const ATTEMPTS = 5;
const WAIT = 100;
const AT_ONCE = 8;

const WHERE = "sendTargets()";

/**
 * Sends targets to an SQS queue in batches as large as SQS takes, eight at once, and sends again what SQS refuses for now.
 * Reads targets as it sends them. Acts as the scope in which it is called, or as `session`. Returns what could not be
 * sent; a target that is too large, or has no valid account, is never sent. Needs `sqs:SendMessage`.
 * @example
 * const { sent, unsent } = await sendTargets(queueUrl, [{ account: "111122223333", region: "eu-central-1" }]);
 * @throws {InvalidOptionError} code `INVALID_OPTION`; the SDK's error if the very first request fails; the source's error, once
 * nothing is under way
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html
 */
export async function sendTargets<Target extends object>(
	queueUrl: string,
	targets: Iterable<Target> | AsyncIterable<Target>,
	options: ActingOptions = {},
): Promise<SentTargets<Target>> {
	const place = regionOfQueue(WHERE, queueUrl);
	const { session, region = place } = readOptions(WHERE, options, ["session", "region"]);
	const sqs = actingClient("sqs", { session, region });
	const unsent: { target: Target; error: Error }[] = [];
	const batches = batchesOf(targets, (target, error) => unsent.push({ target, error }));
	let sent = 0;
	const send = async (batch: Batch<Target>): Promise<void> => {
		const refused = await sendBatch(sqs, queueUrl, batch);
		sent += batch.length - refused.length;
		unsent.push(...refused);
	};
	const worker = async (): Promise<void> => {
		for await (const batch of batches) {
			try {
				await send(batch);
			} catch (error) {
				unsent.push(...batch.map(({ target }) => ({ target, error: error as Error })));
			}
		}
	};
	try {
		// A wrong URL or a missing permission is told at once, not for every target.
		const first = await batches.next();
		if (first.done !== true) await send(first.value);
		// If the source fails, it does so for one of them, and the others still finish their batch.
		const ended = await Promise.allSettled(Array.from({ length: AT_ONCE }, worker));
		for (const each of ended) if (each.status === "rejected") throw each.reason;
	} finally {
		// Closes the source after an error.
		await batches.return();
	}
	return { sent, unsent };
}

interface Entry<Target> {
	readonly target: Target;
	readonly body: string;
}

type Batch<Target> = readonly Entry<Target>[];

/** Fills batches up to both limits. Read by several at once: a generator answers one after another. */
async function* batchesOf<Target extends object>(
	targets: Iterable<Target> | AsyncIterable<Target>,
	refused: (target: Target, error: Error) => void,
): AsyncGenerator<Batch<Target>, void> {
	let batch: Entry<Target>[] = [];
	let bytes = 0;
	for await (const target of targets) {
		let body: string;
		try {
			body = bodyOf(target);
		} catch (error) {
			refused(target, error as Error);
			continue;
		}
		const size = Buffer.byteLength(body);
		if (batch.length === MESSAGES || bytes + size > BYTES) {
			yield batch;
			batch = [];
			bytes = 0;
		}
		batch.push({ target, body });
		bytes += size;
	}
	if (batch.length > 0) yield batch;
}

/** Refuses what a worker would refuse. */
function bodyOf(target: unknown): string {
	const body = JSON.stringify(readDataTarget("A target", target));
	if (Buffer.byteLength(body) > BYTES) refuse("A target is larger than a message can be; send a reference instead.");
	return body;
}

/** Sends a batch until SQS has taken or finally refused each message; returns those it refused. Throws if none was sent. */
async function sendBatch<Target>(
	sqs: SQS,
	QueueUrl: string,
	batch: Batch<Target>,
): Promise<{ target: Target; error: Error }[]> {
	const refused: { target: Target; error: Error }[] = [];
	let left = batch;
	for (let attempt = 1; left.length > 0; attempt += 1) {
		const Entries = left.map(({ body }, index) => ({ Id: String(index), MessageBody: body }));
		let answer: SendMessageBatchResult;
		try {
			answer = await sqs.sendMessageBatch({ QueueUrl, Entries });
		} catch (error) {
			if (attempt === 1) throw error;
			// The rest of the batch has been sent.
			refused.push(...left.map(({ target }) => ({ target, error: error as Error })));
			break;
		}
		const { Failed = [] } = answer;
		const again: Entry<Target>[] = [];
		for (const { Id, SenderFault, Code, Message } of Failed) {
			const entry = left[Number(Id)] as Entry<Target>;
			if (SenderFault !== true && attempt < ATTEMPTS) again.push(entry);
			else {
				const error = Object.assign(new Error(Message ?? "SQS refused the message."), { name: Code ?? "Error" });
				refused.push({ target: entry.target, error });
			}
		}
		if (again.length > 0) await pause(WAIT * 2 ** (attempt - 1));
		left = again;
	}
	return refused;
}
