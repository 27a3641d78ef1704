/** The resources of Lambda, which boto3 does not have. */

import type { OwnService } from "../own.js";
import { named } from "./named.js";

export const lambda: OwnService = {
	model: "lambda",
	service: "lambda",
	packageName: "@aws-sdk/client-lambda",
	className: "Lambda",
	root: {
		actions: {
			createFunction: {
				operation: "CreateFunction",
				returns: { type: "Function", identifiers: ["$FunctionName"], data: "@" },
			},
		},
		collections: {
			functions: {
				operation: "ListFunctions",
				returns: { type: "Function", identifiers: ["$FunctionName"], items: "Functions[]", data: "@" },
			},
		},
	},
	resources: {
		Function: {
			identifiers: ["name"],
			shape: "FunctionConfiguration",
			members: { FunctionName: "name" },
			load: { operation: "GetFunctionConfiguration", params: { FunctionName: "name" }, data: "@" },
			actions: {
				...named(
					{ FunctionName: "name" },
					{
						addPermission: "AddPermission",
						delete: "DeleteFunction",
						getCode: "GetFunction",
						getPolicy: "GetPolicy",
						invoke: "Invoke",
						putConcurrency: "PutFunctionConcurrency",
						updateCode: "UpdateFunctionCode",
						updateConfiguration: "UpdateFunctionConfiguration",
					},
				),
				createAlias: {
					operation: "CreateAlias",
					params: { FunctionName: "name" },
					returns: { type: "Alias", identifiers: ["name", "$Name"], data: "@" },
				},
				publishVersion: {
					operation: "PublishVersion",
					params: { FunctionName: "name" },
					returns: { type: "Version", identifiers: ["name", "$Version"], data: "@" },
				},
			},
			subresources: {
				Alias: { type: "Alias", identifiers: ["name", "?"] },
				Version: { type: "Version", identifiers: ["name", "?"] },
			},
			collections: {
				aliases: {
					operation: "ListAliases",
					params: { FunctionName: "name" },
					returns: { type: "Alias", identifiers: ["name", "$Name"], items: "Aliases[]", data: "@" },
				},
				versions: {
					operation: "ListVersionsByFunction",
					params: { FunctionName: "name" },
					returns: { type: "Version", identifiers: ["name", "$Version"], items: "Versions[]", data: "@" },
				},
			},
			waiters: {
				waitUntilActive: { waiter: "FunctionActiveV2", params: { FunctionName: "name" }, maxWaitTime: 300 },
				waitUntilExists: { waiter: "FunctionExists", params: { FunctionName: "name" }, maxWaitTime: 20 },
				waitUntilUpdated: { waiter: "FunctionUpdatedV2", params: { FunctionName: "name" }, maxWaitTime: 300 },
			},
		},
		Alias: {
			identifiers: ["functionName", "name"],
			shape: "AliasConfiguration",
			load: { operation: "GetAlias", params: { FunctionName: "functionName", Name: "name" }, data: "@" },
			actions: named({ FunctionName: "functionName", Name: "name" }, { delete: "DeleteAlias", update: "UpdateAlias" }),
			subresources: { Function: { type: "Function", identifiers: ["functionName"] } },
		},
		Version: {
			identifiers: ["functionName", "version"],
			shape: "FunctionConfiguration",
			load: {
				operation: "GetFunctionConfiguration",
				params: { FunctionName: "functionName", Qualifier: "version" },
				data: "@",
			},
			actions: named(
				{ FunctionName: "functionName", Qualifier: "version" },
				{ delete: "DeleteFunction", invoke: "Invoke" },
			),
			subresources: { Function: { type: "Function", identifiers: ["functionName"] } },
		},
	},
};
