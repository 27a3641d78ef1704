/** The URLs of queues. */

import { refuse } from "../fan-out/data.js";

const REGION = /^sqs(?:-fips)?\.([a-z]{2,5}(?:-[a-z]+)+-\d+)\./;

/** Checks the URL of a queue, and finds the region in it, in which requests for it are signed. @throws {InvalidOptionError} */
export function regionOfQueue(where: string, queueUrl: unknown): string | undefined {
	if (typeof queueUrl !== "string" || !URL.canParse(queueUrl)) return refuse(`${where} takes the URL of a queue.`);
	return REGION.exec(new URL(queueUrl).hostname)?.[1];
}
