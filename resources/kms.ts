/** Resources of KMS, which boto3 doesn't have: keys and aliases. */

import { kmsDefinition } from "./definitions/kms.js";
import { defineService } from "./service.js";
import type { KMSResources } from "./types/kms.js";

/**
 * KMS's resources: keys and aliases.
 * @example
 * const { CiphertextBlob } = await kms.Key("alias/data").encrypt({ Plaintext: Buffer.from("text") });
 * @throws the errors of `clients`, and {@link ResourceNotLoadedError} code `RESOURCE_NOT_LOADED`
 * @see https://docs.aws.amazon.com/goto/WebAPI/kms-2014-11-01
 */
export const kms: KMSResources = /* @__PURE__ */ defineService(kmsDefinition);
