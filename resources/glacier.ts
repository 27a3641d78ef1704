/** The resources of Glacier, as in boto3. */

import { glacierDefinition } from "./definitions/glacier.js";
import { defineService } from "./service.js";
import type { GlacierResources } from "./types/glacier.js";

/**
 * Glacier's resources: vaults, archives and jobs.
 * @example
 * const archive = await glacier.Vault("-", "old").uploadArchive({ body: "bytes" });
 * @throws the errors of `clients`, and {@link ResourceNotLoadedError} code `RESOURCE_NOT_LOADED`
 * @see https://docs.aws.amazon.com/goto/WebAPI/glacier-2012-06-01
 */
export const glacier: GlacierResources = /* @__PURE__ */ defineService(glacierDefinition);
