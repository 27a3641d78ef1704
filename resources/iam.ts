/** IAM: boto3's resources. */

import { iamDefinition } from "./definitions/iam.js";
import { defineService } from "./service.js";
import type { IAMResources } from "./types/iam.js";

/** IAM's resources. */
export const iam: IAMResources = /* @__PURE__ */ defineService(iamDefinition);
