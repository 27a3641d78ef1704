/** CloudFormation: boto3's resources. */

import { cloudformationDefinition } from "./definitions/cloudformation.js";
import { defineService } from "./service.js";
import type { CloudFormationResources } from "./types/cloudformation.js";

/**
 * CloudFormation's resources: stacks, their resources and events.
 * @example
 * const stack = await cloudformation.Stack("orders").load();
 * for await (const resource of stack.resourceSummaries) console.log(resource.logicalResourceId);
 * @throws what `clients` throws, and {@link ResourceNotLoadedError} code `RESOURCE_NOT_LOADED`
 * @see https://docs.aws.amazon.com/goto/WebAPI/cloudformation-2010-05-15
 */
export const cloudformation: CloudFormationResources = /* @__PURE__ */ defineService(cloudformationDefinition);
