/** The resources of Secrets Manager, which boto3 does not have. */

import type { OwnService } from "../own.js";
import { named } from "./named.js";

const SECRET = { SecretId: "id" };
export const secretsManager: OwnService = {
	model: "secretsmanager",
	service: "secretsManager",
	packageName: "@aws-sdk/client-secrets-manager",
	className: "SecretsManager",
	root: {
		actions: { createSecret: { operation: "CreateSecret", returns: { type: "Secret", identifiers: ["$ARN"] } } },
		collections: {
			secrets: {
				operation: "ListSecrets",
				returns: { type: "Secret", identifiers: ["$ARN"], items: "SecretList[]", data: "@" },
			},
		},
	},
	resources: {
		Secret: {
			identifiers: ["id"],
			shape: "DescribeSecretResponse",
			load: { operation: "DescribeSecret", params: SECRET, data: "@" },
			actions: named(SECRET, {
				cancelRotation: "CancelRotateSecret",
				delete: "DeleteSecret",
				getResourcePolicy: "GetResourcePolicy",
				getValue: "GetSecretValue",
				putResourcePolicy: "PutResourcePolicy",
				putValue: "PutSecretValue",
				restore: "RestoreSecret",
				rotate: "RotateSecret",
				tag: "TagResource",
				untag: "UntagResource",
				update: "UpdateSecret",
			}),
			subresources: { Version: { type: "SecretVersion", identifiers: ["id", "?"] } },
			collections: {
				versions: {
					operation: "ListSecretVersionIds",
					params: SECRET,
					returns: { type: "SecretVersion", identifiers: ["id", "$VersionId"], items: "Versions[]", data: "@" },
				},
			},
		},
		SecretVersion: {
			identifiers: ["secretId", "id"],
			shape: "SecretVersionsListEntry",
			members: { VersionId: "id" },
			actions: named({ SecretId: "secretId", VersionId: "id" }, { getValue: "GetSecretValue" }),
			subresources: { Secret: { type: "Secret", identifiers: ["secretId"] } },
		},
	},
	paging: { ListSecretVersionIds: { in: "NextToken", out: "NextToken", size: "MaxResults" } },
};
