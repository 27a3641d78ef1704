/** Resources of Organizations, which boto3 doesn't have: accounts and organizational units. */

import { organizationsDefinition } from "./definitions/organizations.js";
import { defineService } from "./service.js";
import type { OrganizationsResources } from "./types/organizations.js";

/**
 * Organizations' resources: accounts and organizational units.
 * @example
 * for await (const account of organizations().accounts) console.log(account.id, account.status);
 * @throws the errors of `clients`, and {@link ResourceNotLoadedError} code `RESOURCE_NOT_LOADED`
 * @see https://docs.aws.amazon.com/goto/WebAPI/organizations-2016-11-28
 */
export const organizations: OrganizationsResources = /* @__PURE__ */ defineService(organizationsDefinition);
