/** Resources of Systems Manager, which boto3 doesn't have: parameters and their history. */

import { ssmDefinition } from "./definitions/ssm.js";
import { defineService } from "./service.js";
import type { SSMResources } from "./types/ssm.js";

/**
 * Systems Manager's resources: parameters and their history.
 * @example
 * const value = await ssm.Parameter("/app/host").get("value");
 * @throws the errors of `clients`, and {@link ResourceNotLoadedError} code `RESOURCE_NOT_LOADED`
 * @see https://docs.aws.amazon.com/goto/WebAPI/ssm-2014-11-06
 */
export const ssm: SSMResources = /* @__PURE__ */ defineService(ssmDefinition);
