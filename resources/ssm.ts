/** Systems Manager, of which boto3 has no resources: parameters and their history. */

import { ssmDefinition } from "./definitions/ssm.js";
import { defineService } from "./service.js";
import type { SSMResources } from "./types/ssm.js";

/** Systems Manager: parameters and their history. */
export const ssm: SSMResources = /* @__PURE__ */ defineService(ssmDefinition);
