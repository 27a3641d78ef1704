/** CloudFormation: boto3's resources. */

import { cloudformationDefinition } from "./definitions/cloudformation.js";
import { defineService } from "./service.js";
import type { CloudFormationResources } from "./types/cloudformation.js";

/** CloudFormation's resources. */
export const cloudformation: CloudFormationResources = /* @__PURE__ */ defineService(cloudformationDefinition);
