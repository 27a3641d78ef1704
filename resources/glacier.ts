/** Glacier: boto3's resources. */

import { glacierDefinition } from "./definitions/glacier.js";
import { defineService } from "./service.js";
import type { GlacierResources } from "./types/glacier.js";

/** Glacier's resources. */
export const glacier: GlacierResources = /* @__PURE__ */ defineService(glacierDefinition);
