/** CloudWatch: boto3's resources. */

import { cloudwatchDefinition } from "./definitions/cloudwatch.js";
import { defineService } from "./service.js";
import type { CloudWatchResources } from "./types/cloudwatch.js";

/** CloudWatch's resources. */
export const cloudwatch: CloudWatchResources = /* @__PURE__ */ defineService(cloudwatchDefinition);
