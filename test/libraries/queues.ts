/** Queues of SQS, enough for a consumer. */

import { createHash } from "node:crypto";
import type { LocalHandler, LocalRequest } from "../../local-aws/index.js";
import { meantFor } from "../helpers/aws.js";

/** A message whose handler writes for this tenant. */
interface Queued {
	readonly Body: string;
	readonly MessageAttributes: object;
}

/** Queues by URL. Each has messages until all are received, and then answers only when it is closed. */
export class Queues {
	readonly #messages = new Map<string, Queued[]>();
	readonly #waiting: (() => void)[] = [];
	#closed = false;
	#received = 0;
	readonly deleted = new Set<string>();

	send(queueUrl: string, account: string): void {
		const messages = this.#messages.get(queueUrl) ?? [];
		messages.push({
			Body: JSON.stringify({ TableName: meantFor(account), Item: { id: "1" } }),
			MessageAttributes: { account: { DataType: "String", StringValue: account } },
		});
		this.#messages.set(queueUrl, messages);
	}

	/** Ends the long polls. */
	close(): void {
		this.#closed = true;
		for (const end of this.#waiting.splice(0)) end();
	}

	readonly answer: LocalHandler = async ({ action, body }: LocalRequest) => {
		const { QueueUrl, ReceiptHandle, MaxNumberOfMessages } = JSON.parse(Buffer.from(body).toString());
		if (action === "DeleteMessage") {
			this.deleted.add(ReceiptHandle);
			return { body: {} };
		}
		const found = this.#messages.get(QueueUrl)?.splice(0, MaxNumberOfMessages) ?? [];
		if (found.length === 0 && !this.#closed) await new Promise<void>((resolve) => this.#waiting.push(resolve));
		return { body: { Messages: found.map((message) => this.#receive(message)) } };
	};

	#receive(message: Queued): object {
		this.#received += 1;
		const id = `${this.#received}`;
		const MD5OfBody = createHash("md5").update(message.Body).digest("hex");
		return { ...message, MessageId: id, ReceiptHandle: id, MD5OfBody };
	}
}
