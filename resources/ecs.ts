/** Resources of ECS, which boto3 doesn't have: clusters, services and tasks. */

import { ecsDefinition } from "./definitions/ecs.js";
import { defineService } from "./service.js";
import type { ECSResources } from "./types/ecs.js";

/**
 * ECS's resources: clusters, services and tasks.
 * @example
 * const service = ecs.Service("web", "api");
 * await service.update({ desiredCount: 2 });
 * await service.waitUntilStable();
 * @throws the errors of `clients`, and {@link ResourceNotLoadedError} code `RESOURCE_NOT_LOADED`
 * @see https://docs.aws.amazon.com/goto/WebAPI/ecs-2014-11-13
 */
export const ecs: ECSResources = /* @__PURE__ */ defineService(ecsDefinition);
