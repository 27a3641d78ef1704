/** The same handler in a process of your own, such as a container: what Lambda does with the queue, in a loop. */

import { clients, defaultSession } from "aws-scope";
import { sqsHandler, type TargetTask, type WorkerOptions, type WorkerTarget } from "aws-scope/worker";

//#region poll
/** Works until `signal` is aborted, and finishes the messages that it has. Start several processes to go faster. */
export async function poll(
	queueUrl: string,
	task: TargetTask<WorkerTarget, unknown>,
	{ accounts, signal }: WorkerOptions & { readonly signal: AbortSignal },
): Promise<void> {
	// As long as the queue's own visibility timeout.
	const visibility = { queueUrl, seconds: Number(process.env["VISIBILITY_SECONDS"] ?? 60) };
	const handler = sqsHandler(task, { accounts, visibility });
	const sqs = clients.sqs({ session: defaultSession() });
	while (!signal.aborted) {
		const { Messages = [] } = await sqs.receiveMessage({
			QueueUrl: queueUrl,
			MaxNumberOfMessages: 10,
			WaitTimeSeconds: Number(process.env["WAIT_SECONDS"] ?? 20),
			MessageSystemAttributeNames: ["ApproximateReceiveCount"],
		});
		const Records = Messages.map(({ MessageId = "", ReceiptHandle = "", Body = "", Attributes = {} }) => ({
			messageId: MessageId,
			receiptHandle: ReceiptHandle,
			body: Body,
			attributes: Attributes,
		}));
		const { batchItemFailures } = await handler({ Records });
		const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
		const done = Records.filter(({ messageId }) => !failed.has(messageId));
		if (done.length === 0) continue;
		await sqs.deleteMessageBatch({
			QueueUrl: queueUrl,
			Entries: done.map(({ messageId, receiptHandle }) => ({ Id: messageId, ReceiptHandle: receiptHandle })),
		});
	}
}
//#endregion
