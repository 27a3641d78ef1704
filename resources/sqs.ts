/** SQS: boto3's resources. */

import { sqsDefinition } from "./definitions/sqs.js";
import { defineService } from "./service.js";
import type { SQSResources } from "./types/sqs.js";

/** SQS's resources. */
export const sqs: SQSResources = /* @__PURE__ */ defineService(sqsDefinition);
