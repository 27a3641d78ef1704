/** Resources of Lambda, which boto3 doesn't have: functions, versions and aliases. */

import { lambdaDefinition } from "./definitions/lambda.js";
import { defineService } from "./service.js";
import type { LambdaResources } from "./types/lambda.js";

/**
 * Lambda's resources: functions, versions and aliases.
 * @example
 * const { Payload } = await lambda.Function("orders").invoke({ Payload: JSON.stringify({ id: 1 }) });
 * @throws the errors of `clients`, and {@link ResourceNotLoadedError} code `RESOURCE_NOT_LOADED`
 * @see https://docs.aws.amazon.com/goto/WebAPI/lambda-2015-03-31
 */
export const lambda: LambdaResources = /* @__PURE__ */ defineService(lambdaDefinition);
