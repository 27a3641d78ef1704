/** Step Functions, of which boto3 has no resources: state machines and executions. */

import { sfnDefinition } from "./definitions/sfn.js";
import { defineService } from "./service.js";
import type { SFNResources } from "./types/sfn.js";

/** Step Functions: state machines and executions. */
export const sfn: SFNResources = /* @__PURE__ */ defineService(sfnDefinition);
