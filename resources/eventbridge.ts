/** EventBridge, of which boto3 has no resources: event buses and rules. */

import { eventbridgeDefinition } from "./definitions/eventbridge.js";
import { defineService } from "./service.js";
import type { EventBridgeResources } from "./types/eventbridge.js";

/** EventBridge: event buses and rules. */
export const eventbridge: EventBridgeResources = /* @__PURE__ */ defineService(eventbridgeDefinition);
