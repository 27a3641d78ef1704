/** The resources of SNS, as in boto3. */

import { snsDefinition } from "./definitions/sns.js";
import { defineService } from "./service.js";
import type { SNSResources } from "./types/sns.js";

/**
 * SNS's resources: topics, subscriptions and platform endpoints.
 * @example
 * await sns.Topic(arn).publish({ Message: "hello" });
 * @throws the errors of `clients`, and {@link ResourceNotLoadedError} code `RESOURCE_NOT_LOADED`
 * @see https://docs.aws.amazon.com/goto/WebAPI/sns-2010-03-31
 */
export const sns: SNSResources = /* @__PURE__ */ defineService(snsDefinition);
