/** Resources of EventBridge, which boto3 doesn't have: event buses and rules. */

import { eventbridgeDefinition } from "./definitions/eventbridge.js";
import { defineService } from "./service.js";
import type { EventBridgeResources } from "./types/eventbridge.js";

/**
 * EventBridge's resources: event buses and rules.
 * @example
 * const rule = await eventbridge.EventBus("default").putRule({ Name: "hourly", ScheduleExpression: "rate(1 hour)" });
 * await rule.disable();
 * @throws the errors of `clients`, and {@link ResourceNotLoadedError} code `RESOURCE_NOT_LOADED`
 * @see https://docs.aws.amazon.com/goto/WebAPI/eventbridge-2015-10-07
 */
export const eventbridge: EventBridgeResources = /* @__PURE__ */ defineService(eventbridgeDefinition);
