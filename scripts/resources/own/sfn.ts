/** The resources of Step Functions, which boto3 does not have. */

import type { OwnService } from "../own.js";
import { named } from "./named.js";

export const sfn: OwnService = {
	model: "stepfunctions",
	service: "sfn",
	packageName: "@aws-sdk/client-sfn",
	className: "SFN",
	root: {
		actions: {
			createStateMachine: {
				operation: "CreateStateMachine",
				returns: { type: "StateMachine", identifiers: ["$stateMachineArn"] },
			},
		},
		collections: {
			stateMachines: {
				operation: "ListStateMachines",
				returns: { type: "StateMachine", identifiers: ["$stateMachineArn"], items: "stateMachines[]" },
			},
		},
	},
	resources: {
		StateMachine: {
			identifiers: ["arn"],
			shape: "DescribeStateMachineOutput",
			members: { stateMachineArn: "arn" },
			load: { operation: "DescribeStateMachine", params: { stateMachineArn: "arn" }, data: "@" },
			actions: {
				...named(
					{ stateMachineArn: "arn" },
					{ delete: "DeleteStateMachine", startSyncExecution: "StartSyncExecution", update: "UpdateStateMachine" },
				),
				startExecution: {
					operation: "StartExecution",
					params: { stateMachineArn: "arn" },
					returns: { type: "Execution", identifiers: ["$executionArn"] },
				},
			},
			collections: {
				executions: {
					operation: "ListExecutions",
					params: { stateMachineArn: "arn" },
					returns: { type: "Execution", identifiers: ["$executionArn"], items: "executions[]" },
				},
			},
		},
		Execution: {
			identifiers: ["arn"],
			shape: "DescribeExecutionOutput",
			members: { executionArn: "arn" },
			load: { operation: "DescribeExecution", params: { executionArn: "arn" }, data: "@" },
			actions: named(
				{ executionArn: "arn" },
				{ getHistory: "GetExecutionHistory", redrive: "RedriveExecution", stop: "StopExecution" },
			),
			references: { stateMachine: { type: "StateMachine", identifiers: ["$stateMachineArn"] } },
		},
	},
};
