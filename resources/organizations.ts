/** Organizations, of which boto3 has no resources: accounts and organizational units. */

import { organizationsDefinition } from "./definitions/organizations.js";
import { defineService } from "./service.js";
import type { OrganizationsResources } from "./types/organizations.js";

/** Organizations: accounts and organizational units. */
export const organizations: OrganizationsResources = /* @__PURE__ */ defineService(organizationsDefinition);
