/** CloudWatch Logs, of which boto3 has no resources: log groups and streams. */

import { cloudwatchLogsDefinition } from "./definitions/cloudwatch-logs.js";
import { defineService } from "./service.js";
import type { CloudWatchLogsResources } from "./types/cloudwatch-logs.js";

/** CloudWatch Logs: log groups and streams. */
export const cloudwatchLogs: CloudWatchLogsResources = /* @__PURE__ */ defineService(cloudwatchLogsDefinition);
