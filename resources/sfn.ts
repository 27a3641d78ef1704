/** Resources of Step Functions, which boto3 doesn't have: state machines and executions. */

import { sfnDefinition } from "./definitions/sfn.js";
import { defineService } from "./service.js";
import type { SFNResources } from "./types/sfn.js";

/**
 * Step Functions' resources: state machines and executions.
 * @example
 * const execution = await sfn.StateMachine(arn).startExecution({ input: "{}" });
 * console.log(await execution.get("status"));
 * @throws the errors of `clients`, and {@link ResourceNotLoadedError} code `RESOURCE_NOT_LOADED`
 * @see https://docs.aws.amazon.com/goto/WebAPI/states-2016-11-23
 */
export const sfn: SFNResources = /* @__PURE__ */ defineService(sfnDefinition);
