/** The resources of Organizations, which boto3 does not have. */

import type { OwnService } from "../own.js";
import { named } from "./named.js";

const UNIT = { type: "OrganizationalUnit", identifiers: ["$Id"], items: "OrganizationalUnits[]", data: "@" };
const ACCOUNT = { type: "Account", identifiers: ["$Id"], items: "Accounts[]", data: "@" };
const CHILDREN = {
	accounts: { operation: "ListAccountsForParent", params: { ParentId: "id" }, returns: ACCOUNT },
	organizationalUnits: { operation: "ListOrganizationalUnitsForParent", params: { ParentId: "id" }, returns: UNIT },
};
const CREATE_UNIT = {
	operation: "CreateOrganizationalUnit",
	params: { ParentId: "id" },
	returns: { type: "OrganizationalUnit", identifiers: ["$OrganizationalUnit.Id"], data: "OrganizationalUnit" },
};
export const organizations: OwnService = {
	model: "organizations",
	service: "organizations",
	packageName: "@aws-sdk/client-organizations",
	className: "Organizations",
	root: {
		actions: {
			createAccount: { operation: "CreateAccount" },
			describeOrganization: { operation: "DescribeOrganization" },
		},
		collections: {
			accounts: { operation: "ListAccounts", returns: ACCOUNT },
			roots: { operation: "ListRoots", returns: { type: "Root", identifiers: ["$Id"], items: "Roots[]", data: "@" } },
		},
	},
	resources: {
		Account: {
			identifiers: ["id"],
			shape: "Account",
			load: { operation: "DescribeAccount", params: { AccountId: "id" }, data: "Account" },
			actions: named(
				{ AccountId: "id" },
				{ close: "CloseAccount", move: "MoveAccount", removeFromOrganization: "RemoveAccountFromOrganization" },
			),
		},
		OrganizationalUnit: {
			identifiers: ["id"],
			shape: "OrganizationalUnit",
			load: {
				operation: "DescribeOrganizationalUnit",
				params: { OrganizationalUnitId: "id" },
				data: "OrganizationalUnit",
			},
			actions: {
				...named(
					{ OrganizationalUnitId: "id" },
					{ delete: "DeleteOrganizationalUnit", update: "UpdateOrganizationalUnit" },
				),
				createOrganizationalUnit: CREATE_UNIT,
			},
			collections: CHILDREN,
		},
		Root: {
			identifiers: ["id"],
			shape: "Root",
			actions: { createOrganizationalUnit: CREATE_UNIT },
			collections: CHILDREN,
		},
	},
};
