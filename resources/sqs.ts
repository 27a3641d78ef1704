/** The resources of SQS, as in boto3. */

import { sqsDefinition } from "./definitions/sqs.js";
import { defineService } from "./service.js";
import type { SQSResources } from "./types/sqs.js";

/**
 * SQS's resources: queues and messages.
 * @example
 * const queue = await sqs().getQueueByName({ QueueName: "jobs" });
 * for (const message of await queue.receiveMessages()) await message.delete();
 * @throws the errors of `clients`, and {@link ResourceNotLoadedError} code `RESOURCE_NOT_LOADED`
 * @see https://docs.aws.amazon.com/goto/WebAPI/sqs-2012-11-05
 */
export const sqs: SQSResources = /* @__PURE__ */ defineService(sqsDefinition);
