/** Lambda, of which boto3 has no resources: functions, versions and aliases. */

import { lambdaDefinition } from "./definitions/lambda.js";
import { defineService } from "./service.js";
import type { LambdaResources } from "./types/lambda.js";

/** Lambda: functions, versions and aliases. */
export const lambda: LambdaResources = /* @__PURE__ */ defineService(lambdaDefinition);
