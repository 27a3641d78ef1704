/** SQS: boto3's resources. */

import { sqsDefinition } from "./definitions/sqs.js";
import { defineService } from "./service.js";
import type { SQSResources } from "./types/sqs.js";

/**
 * SQS's resources: queues and messages.
 * @example
 * const queue = await sqs().getQueueByName({ QueueName: "jobs" });
 * for (const message of await queue.receiveMessages()) await message.delete();
 * @throws what `clients` throws, and {@link ResourceNotLoadedError} code `RESOURCE_NOT_LOADED`
 * @see https://docs.aws.amazon.com/goto/WebAPI/sqs-2012-11-05
 */
export const sqs: SQSResources = /* @__PURE__ */ defineService(sqsDefinition);
