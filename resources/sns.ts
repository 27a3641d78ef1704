/** SNS: boto3's resources. */

import { snsDefinition } from "./definitions/sns.js";
import { defineService } from "./service.js";
import type { SNSResources } from "./types/sns.js";

/** SNS's resources. */
export const sns: SNSResources = /* @__PURE__ */ defineService(snsDefinition);
