/** The resources of Systems Manager, which boto3 does not have. */

import type { OwnService } from "../own.js";
import { named } from "./named.js";

export const ssm: OwnService = {
	model: "ssm",
	service: "ssm",
	packageName: "@aws-sdk/client-ssm",
	className: "SSM",
	root: {
		actions: { createParameter: { operation: "PutParameter", returns: { type: "Parameter", identifiers: [">Name"] } } },
		collections: {
			parameters: {
				operation: "DescribeParameters",
				returns: { type: "Parameter", identifiers: ["$Name"], items: "Parameters[]" },
			},
			parametersByPath: {
				operation: "GetParametersByPath",
				returns: { type: "Parameter", identifiers: ["$Name"], items: "Parameters[]", data: "@" },
			},
		},
	},
	resources: {
		Parameter: {
			identifiers: ["name"],
			shape: "Parameter",
			load: { operation: "GetParameter", params: { Name: "name" }, data: "Parameter" },
			actions: named(
				{ Name: "name" },
				{ delete: "DeleteParameter", getValue: "GetParameter", label: "LabelParameterVersion", put: "PutParameter" },
			),
			collections: {
				history: {
					operation: "GetParameterHistory",
					params: { Name: "name" },
					returns: { type: "ParameterVersion", identifiers: ["name", "$Version"], items: "Parameters[]", data: "@" },
				},
			},
			batch: { delete: { operation: "DeleteParameters", params: { "Names[]": "name" }, max: 10 } },
		},
		ParameterVersion: {
			identifiers: ["name", "parameterVersion"],
			members: { Version: "parameterVersion" },
			shape: "ParameterHistory",
			subresources: { Parameter: { type: "Parameter", identifiers: ["name"] } },
		},
	},
};
