/** Resources of Secrets Manager, which boto3 doesn't have: secrets and their versions. */

import { secretsManagerDefinition } from "./definitions/secrets-manager.js";
import { defineService } from "./service.js";
import type { SecretsManagerResources } from "./types/secrets-manager.js";

/**
 * Secrets Manager's resources: secrets and their versions.
 * @example
 * const { SecretString } = await secretsManager.Secret("db").getValue();
 * @throws the errors of `clients`, and {@link ResourceNotLoadedError} code `RESOURCE_NOT_LOADED`
 * @see https://docs.aws.amazon.com/goto/WebAPI/secretsmanager-2017-10-17
 */
export const secretsManager: SecretsManagerResources = /* @__PURE__ */ defineService(secretsManagerDefinition);
