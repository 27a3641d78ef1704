/** Secrets Manager, of which boto3 has no resources: secrets and their versions. */

import { secretsManagerDefinition } from "./definitions/secrets-manager.js";
import { defineService } from "./service.js";
import type { SecretsManagerResources } from "./types/secrets-manager.js";

/** Secrets Manager: secrets and their versions. */
export const secretsManager: SecretsManagerResources = /* @__PURE__ */ defineService(secretsManagerDefinition);
