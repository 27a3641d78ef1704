/** The resources of CloudWatch, as in boto3. */

import { cloudwatchDefinition } from "./definitions/cloudwatch.js";
import { defineService } from "./service.js";
import type { CloudWatchResources } from "./types/cloudwatch.js";

/**
 * CloudWatch's resources: alarms and metrics.
 * @example
 * await cloudwatch.Metric("Shop", "Orders").putData({ MetricData: [{ Value: 1, Unit: "Count" }] });
 * @throws the errors of `clients`, and {@link ResourceNotLoadedError} code `RESOURCE_NOT_LOADED`
 * @see https://docs.aws.amazon.com/goto/WebAPI/monitoring-2010-08-01
 */
export const cloudwatch: CloudWatchResources = /* @__PURE__ */ defineService(cloudwatchDefinition);
