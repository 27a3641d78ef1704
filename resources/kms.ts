/** KMS, of which boto3 has no resources: keys and aliases. */

import { kmsDefinition } from "./definitions/kms.js";
import { defineService } from "./service.js";
import type { KMSResources } from "./types/kms.js";

/** KMS: keys and aliases. */
export const kms: KMSResources = /* @__PURE__ */ defineService(kmsDefinition);
