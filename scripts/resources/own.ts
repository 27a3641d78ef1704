/** Resources of services that boto3 has no resources for. Attributes and pagination come from botocore's models. */

import type { Paging, ResourceDefinition, ServiceDefinition } from "../../resources/definition.js";
import { camelCase } from "../../resources/names.js";
import type { BotoModel, BotoPaginators } from "./boto.js";
import { pagingOf } from "./definitions.js";

/** A type of resource, with the shape that its attributes come from. */
export interface OwnResource extends Omit<ResourceDefinition, "alias" | "attributes" | "secret"> {
	readonly shape?: string;
	/** Members of the shape that are identifiers. */
	readonly members?: Readonly<Record<string, string>>;
}

/** A service of our own. */
export interface OwnService {
	/** botocore's name of it. */
	readonly model: string;
	/** Its accessor in `clients`. */
	readonly service: string;
	readonly packageName: string;
	readonly className: string;
	readonly root: OwnResource;
	readonly resources: Readonly<Record<string, OwnResource>>;
	/** How operations are paged, where botocore does not say. */
	readonly paging?: Readonly<Record<string, Paging>>;
}

/** The definitions of a service of our own. */
export function ownDefinitionsOf(own: OwnService, model: BotoModel, paginators: BotoPaginators): ServiceDefinition {
	const paging: Record<string, Paging> = {};
	const complete = ({ shape, members = {}, ...given }: OwnResource): ResourceDefinition => {
		for (const { operation } of Object.values(given.collections ?? {})) {
			const found = own.paging?.[operation] ?? pagingOf(operation, paginators);
			if (found !== undefined) paging[operation] = found;
		}
		if (shape === undefined) return given;
		const taken = new Set([
			...["actions", "references", "subresources", "collections", "waiters"].flatMap((kind) =>
				Object.keys(given[kind as "actions"] ?? {}),
			),
		]);
		const aliases: Record<string, string> = {};
		const attributes: string[] = [];
		for (const member of Object.keys(model.shapes[shape]?.members ?? {})) {
			const name = camelCase(member);
			if (given.identifiers?.includes(name)) continue;
			const free = taken.has(name) ? `${name}Attribute` : name;
			if (members[member] !== undefined) aliases[free] = members[member];
			else attributes.push(free === name ? member : `${free}=${member}`);
		}
		const { identifiers, load, ...rest } = given;
		return {
			...(identifiers === undefined ? {} : { identifiers }),
			...(Object.keys(aliases).length === 0 ? {} : { aliases }),
			attributes: attributes.join(" "),
			...(load === undefined ? {} : { load }),
			...rest,
		};
	};
	const subresources = Object.fromEntries(
		Object.entries(own.resources).map(([type, { identifiers = [] }]) => [
			type,
			{ type, identifiers: identifiers.map(() => "?") },
		]),
	);
	const root = { ...complete(own.root), subresources };
	const resources = Object.fromEntries(Object.entries(own.resources).map(([name, given]) => [name, complete(given)]));
	return { service: own.service, root, resources, paging };
}

/** Actions by name, such as `{ delete: "DeleteSecret" }`, with the same parameters filled in. */
const named = (params: Readonly<Record<string, string>>, ops: Readonly<Record<string, string>>) =>
	Object.fromEntries(Object.entries(ops).map(([name, operation]) => [name, { operation, params }]));

const lambda: OwnService = {
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

const SECRET = { SecretId: "id" };
const secretsManager: OwnService = {
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

const ssm: OwnService = {
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
			batch: { delete: { operation: "DeleteParameters", params: { "Names[]": "name" } } },
		},
		ParameterVersion: {
			identifiers: ["name", "parameterVersion"],
			members: { Version: "parameterVersion" },
			shape: "ParameterHistory",
			subresources: { Parameter: { type: "Parameter", identifiers: ["name"] } },
		},
	},
};

const STREAM = { logGroupName: "groupName", logStreamName: "name" };
const cloudwatchLogs: OwnService = {
	model: "logs",
	service: "cloudwatchLogs",
	packageName: "@aws-sdk/client-cloudwatch-logs",
	className: "CloudWatchLogs",
	root: {
		actions: {
			createLogGroup: { operation: "CreateLogGroup", returns: { type: "LogGroup", identifiers: [">logGroupName"] } },
		},
		collections: {
			logGroups: {
				operation: "DescribeLogGroups",
				returns: { type: "LogGroup", identifiers: ["$logGroupName"], items: "logGroups[]", data: "@" },
			},
		},
	},
	resources: {
		LogGroup: {
			identifiers: ["name"],
			shape: "LogGroup",
			members: { logGroupName: "name" },
			// Of all that begin with the name, the name itself comes first.
			load: { operation: "DescribeLogGroups", params: { logGroupNamePrefix: "name" }, data: "logGroups[0]" },
			actions: {
				...named(
					{ logGroupName: "name" },
					{
						delete: "DeleteLogGroup",
						deleteRetentionPolicy: "DeleteRetentionPolicy",
						filterEvents: "FilterLogEvents",
						putRetentionPolicy: "PutRetentionPolicy",
					},
				),
				createLogStream: {
					operation: "CreateLogStream",
					params: { logGroupName: "name" },
					returns: { type: "LogStream", identifiers: ["name", ">logStreamName"] },
				},
			},
			subresources: { LogStream: { type: "LogStream", identifiers: ["name", "?"] } },
			collections: {
				logStreams: {
					operation: "DescribeLogStreams",
					params: { logGroupName: "name" },
					returns: { type: "LogStream", identifiers: ["name", "$logStreamName"], items: "logStreams[]", data: "@" },
				},
			},
		},
		LogStream: {
			identifiers: ["groupName", "name"],
			shape: "LogStream",
			members: { logStreamName: "name" },
			load: {
				operation: "DescribeLogStreams",
				params: { logGroupName: "groupName", logStreamNamePrefix: "name" },
				data: "logStreams[0]",
			},
			actions: named(STREAM, { delete: "DeleteLogStream", getEvents: "GetLogEvents", putEvents: "PutLogEvents" }),
			subresources: { LogGroup: { type: "LogGroup", identifiers: ["groupName"] } },
		},
	},
};

const KEY = { KeyId: "id" };
const kms: OwnService = {
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

const OF_CLUSTER = { cluster: "clusterName" };
const ecs: OwnService = {
	model: "ecs",
	service: "ecs",
	packageName: "@aws-sdk/client-ecs",
	className: "ECS",
	root: {
		actions: {
			createCluster: {
				operation: "CreateCluster",
				returns: { type: "Cluster", identifiers: ["$cluster.clusterName"], data: "cluster" },
			},
			registerTaskDefinition: { operation: "RegisterTaskDefinition" },
		},
		collections: {
			clusters: {
				operation: "ListClusters",
				returns: { type: "Cluster", identifiers: ["$@"], items: "clusterArns[]" },
			},
		},
	},
	resources: {
		Cluster: {
			identifiers: ["name"],
			shape: "Cluster",
			load: { operation: "DescribeClusters", params: { "clusters[0]": "name" }, data: "clusters[0]" },
			actions: {
				...named({ cluster: "name" }, { delete: "DeleteCluster", update: "UpdateCluster" }),
				createService: {
					operation: "CreateService",
					params: { cluster: "name" },
					returns: { type: "Service", identifiers: ["name", "$service.serviceName"], data: "service" },
				},
				runTask: {
					operation: "RunTask",
					params: { cluster: "name" },
					returns: { type: "Task", identifiers: ["name", "$taskArn"], items: "tasks[]", data: "@" },
				},
			},
			subresources: {
				Service: { type: "Service", identifiers: ["name", "?"] },
				Task: { type: "Task", identifiers: ["name", "?"] },
			},
			collections: {
				services: {
					operation: "ListServices",
					params: { cluster: "name" },
					returns: { type: "Service", identifiers: ["name", "$@"], items: "serviceArns[]" },
				},
				tasks: {
					operation: "ListTasks",
					params: { cluster: "name" },
					returns: { type: "Task", identifiers: ["name", "$@"], items: "taskArns[]" },
				},
			},
		},
		Service: {
			identifiers: ["clusterName", "name"],
			shape: "Service",
			load: { operation: "DescribeServices", params: { ...OF_CLUSTER, "services[0]": "name" }, data: "services[0]" },
			actions: named({ ...OF_CLUSTER, service: "name" }, { delete: "DeleteService", update: "UpdateService" }),
			subresources: { Cluster: { type: "Cluster", identifiers: ["clusterName"] } },
			waiters: {
				waitUntilInactive: {
					waiter: "ServicesInactive",
					params: { ...OF_CLUSTER, "services[]": "name" },
					maxWaitTime: 600,
				},
				waitUntilStable: {
					waiter: "ServicesStable",
					params: { ...OF_CLUSTER, "services[]": "name" },
					maxWaitTime: 600,
				},
			},
		},
		Task: {
			identifiers: ["clusterName", "arn"],
			shape: "Task",
			members: { taskArn: "arn" },
			load: { operation: "DescribeTasks", params: { ...OF_CLUSTER, "tasks[0]": "arn" }, data: "tasks[0]" },
			actions: named({ ...OF_CLUSTER, task: "arn" }, { executeCommand: "ExecuteCommand", stop: "StopTask" }),
			subresources: { Cluster: { type: "Cluster", identifiers: ["clusterName"] } },
			waiters: {
				waitUntilRunning: { waiter: "TasksRunning", params: { ...OF_CLUSTER, "tasks[]": "arn" }, maxWaitTime: 600 },
				waitUntilStopped: { waiter: "TasksStopped", params: { ...OF_CLUSTER, "tasks[]": "arn" }, maxWaitTime: 600 },
			},
		},
	},
};

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
const organizations: OwnService = {
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

const sfn: OwnService = {
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

const RULE = { EventBusName: "eventBusName", Name: "name" };
const OF_RULE = { EventBusName: "eventBusName", Rule: "name" };
const eventbridge: OwnService = {
	model: "events",
	service: "eventbridge",
	packageName: "@aws-sdk/client-eventbridge",
	className: "EventBridge",
	root: {
		actions: {
			createEventBus: { operation: "CreateEventBus", returns: { type: "EventBus", identifiers: [">Name"] } },
			putEvents: { operation: "PutEvents" },
		},
		collections: {
			eventBuses: {
				operation: "ListEventBuses",
				returns: { type: "EventBus", identifiers: ["$Name"], items: "EventBuses[]", data: "@" },
			},
		},
	},
	resources: {
		EventBus: {
			identifiers: ["name"],
			shape: "DescribeEventBusResponse",
			load: { operation: "DescribeEventBus", params: { Name: "name" }, data: "@" },
			actions: {
				...named({ Name: "name" }, { delete: "DeleteEventBus", update: "UpdateEventBus" }),
				putRule: {
					operation: "PutRule",
					params: { EventBusName: "name" },
					returns: { type: "Rule", identifiers: ["name", ">Name"] },
				},
			},
			subresources: { Rule: { type: "Rule", identifiers: ["name", "?"] } },
			collections: {
				rules: {
					operation: "ListRules",
					params: { EventBusName: "name" },
					returns: { type: "Rule", identifiers: ["name", "$Name"], items: "Rules[]", data: "@" },
				},
			},
		},
		Rule: {
			identifiers: ["eventBusName", "name"],
			shape: "DescribeRuleResponse",
			load: { operation: "DescribeRule", params: RULE, data: "@" },
			actions: {
				...named(RULE, { delete: "DeleteRule", disable: "DisableRule", enable: "EnableRule", put: "PutRule" }),
				...named(OF_RULE, {
					listTargets: "ListTargetsByRule",
					putTargets: "PutTargets",
					removeTargets: "RemoveTargets",
				}),
			},
			subresources: { EventBus: { type: "EventBus", identifiers: ["eventBusName"] } },
		},
	},
	paging: {
		ListEventBuses: { in: "NextToken", out: "NextToken", size: "Limit" },
		ListRules: { in: "NextToken", out: "NextToken", size: "Limit" },
	},
};

/** Every service of our own. */
export const OWN_SERVICES: readonly OwnService[] = [
	cloudwatchLogs,
	ecs,
	eventbridge,
	kms,
	lambda,
	organizations,
	secretsManager,
	sfn,
	ssm,
];
