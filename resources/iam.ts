/** The resources of IAM, as in boto3. */

import { iamDefinition } from "./definitions/iam.js";
import { defineService } from "./service.js";
import type { IAMResources } from "./types/iam.js";

/**
 * IAM's resources: users, groups, roles and policies.
 * @example
 * for await (const user of iam().users.filter({ PathPrefix: "/team/" })) console.log(user.name, user.createDate);
 * @throws the errors of `clients`, and {@link ResourceNotLoadedError} code `RESOURCE_NOT_LOADED`
 * @see https://docs.aws.amazon.com/goto/WebAPI/iam-2010-05-08
 */
export const iam: IAMResources = /* @__PURE__ */ defineService(iamDefinition);
