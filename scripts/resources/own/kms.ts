/** The resources of KMS, which boto3 does not have. */

import type { OwnService } from "../own.js";
import { named } from "./named.js";

const KEY = { KeyId: "id" };
export const kms: OwnService = {
	model: "kms",
	service: "kms",
	packageName: "@aws-sdk/client-kms",
	className: "KMS",
	root: {
		actions: {
			createKey: {
				operation: "CreateKey",
				returns: { type: "Key", identifiers: ["$KeyMetadata.KeyId"], data: "KeyMetadata" },
			},
		},
		collections: {
			aliases: {
				operation: "ListAliases",
				returns: { type: "Alias", identifiers: ["$AliasName"], items: "Aliases[]", data: "@" },
			},
			keys: { operation: "ListKeys", returns: { type: "Key", identifiers: ["$KeyId"], items: "Keys[]" } },
		},
	},
	resources: {
		Key: {
			identifiers: ["id"],
			shape: "KeyMetadata",
			load: { operation: "DescribeKey", params: KEY, data: "KeyMetadata" },
			actions: {
				...named(KEY, {
					cancelDeletion: "CancelKeyDeletion",
					decrypt: "Decrypt",
					disable: "DisableKey",
					disableRotation: "DisableKeyRotation",
					enable: "EnableKey",
					enableRotation: "EnableKeyRotation",
					encrypt: "Encrypt",
					generateDataKey: "GenerateDataKey",
					getPolicy: "GetKeyPolicy",
					getPublicKey: "GetPublicKey",
					getRotationStatus: "GetKeyRotationStatus",
					putPolicy: "PutKeyPolicy",
					scheduleDeletion: "ScheduleKeyDeletion",
					sign: "Sign",
					updateDescription: "UpdateKeyDescription",
					verify: "Verify",
				}),
				createAlias: {
					operation: "CreateAlias",
					params: { TargetKeyId: "id" },
					returns: { type: "Alias", identifiers: [">AliasName"] },
				},
			},
			collections: {
				aliases: {
					operation: "ListAliases",
					params: KEY,
					returns: { type: "Alias", identifiers: ["$AliasName"], items: "Aliases[]", data: "@" },
				},
			},
		},
		Alias: {
			identifiers: ["name"],
			shape: "AliasListEntry",
			members: { AliasName: "name" },
			actions: named({ AliasName: "name" }, { delete: "DeleteAlias", update: "UpdateAlias" }),
			references: { key: { type: "Key", identifiers: ["$TargetKeyId"] } },
		},
	},
};
