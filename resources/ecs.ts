/** ECS, of which boto3 has no resources: clusters, services and tasks. */

import { ecsDefinition } from "./definitions/ecs.js";
import { defineService } from "./service.js";
import type { ECSResources } from "./types/ecs.js";

/** ECS: clusters, services and tasks. */
export const ecs: ECSResources = /* @__PURE__ */ defineService(ecsDefinition);
