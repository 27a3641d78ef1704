/** The resources of CloudFormation, as in boto3. */

import { cloudformationDefinition } from "./definitions/cloudformation.js";
import { defineService } from "./service.js";
import type { CloudFormationResources } from "./types/cloudformation.js";

/**
 * CloudFormation's resources: stacks, their resources and events.
 * @example
 * const stack = await cloudformation.Stack("orders").load();
 * for await (const resource of stack.resourceSummaries) console.log(resource.logicalResourceId);
 * @throws the errors of `clients`, and {@link ResourceNotLoadedError} code `RESOURCE_NOT_LOADED`
 * @see https://docs.aws.amazon.com/goto/WebAPI/cloudformation-2010-05-15
 */
export const cloudformation: CloudFormationResources = /* @__PURE__ */ defineService(cloudformationDefinition);
