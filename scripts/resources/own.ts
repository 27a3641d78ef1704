/** Resources that boto3 has none of, in the project's own form; what botocore's models say is filled in. */

import type { Paging, ResourceDefinition, ServiceDefinition } from "../../resources/definition.js";
import { camelCase } from "../../resources/names.js";
import type { BotoModel, BotoPaginators } from "./boto.js";

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
	const fillIn = ({ shape, members = {}, ...given }: OwnResource): ResourceDefinition => {
		for (const { op } of Object.values(given.collections ?? {})) {
			const found = own.paging?.[op] ?? pagingOf(paginators, op);
			if (found !== undefined) paging[op] = found;
		}
		if (shape === undefined) return given;
		const taken = new Set([
			...["actions", "references", "parts", "collections", "waiters"].flatMap((kind) =>
				Object.keys(given[kind as "actions"] ?? {}),
			),
		]);
		const alias: Record<string, string> = {};
		const attributes: string[] = [];
		for (const member of Object.keys(model.shapes[shape]?.members ?? {})) {
			const name = camelCase(member);
			if (given.ids?.includes(name)) continue;
			const free = taken.has(name) ? `${name}Attribute` : name;
			if (members[member] !== undefined) alias[free] = members[member];
			else attributes.push(free === name ? member : `${free}=${member}`);
		}
		const { ids, load, ...rest } = given;
		return {
			...(ids === undefined ? {} : { ids }),
			...(Object.keys(alias).length === 0 ? {} : { alias }),
			attributes: attributes.join(" "),
			...(load === undefined ? {} : { load }),
			...rest,
		};
	};
	const parts = Object.fromEntries(
		Object.entries(own.resources).map(([is, { ids = [] }]) => [is, { is, by: ids.map(() => "?") }]),
	);
	const root = { ...fillIn(own.root), parts };
	const resources = Object.fromEntries(Object.entries(own.resources).map(([name, given]) => [name, fillIn(given)]));
	return { service: own.service, root, resources, paging };
}

function pagingOf({ pagination }: BotoPaginators, op: string): Paging | undefined {
	const found = pagination[op];
	if (found === undefined) return undefined;
	const list = (token: string | readonly string[]): string => [token].flat().join(",");
	return {
		in: list(found.input_token),
		out: list(found.output_token),
		...(found.limit_key === undefined ? {} : { size: found.limit_key }),
		...(found.more_results === undefined ? {} : { more: found.more_results }),
	};
}

/** Actions by their own names: `{ delete: "DeleteSecret" }`, all of them with the same identifiers. */
const named = (fill: Readonly<Record<string, string>>, ops: Readonly<Record<string, string>>) =>
	Object.fromEntries(Object.entries(ops).map(([name, op]) => [name, { op, fill }]));

const lambda: OwnService = {
	model: "lambda",
	service: "lambda",
	packageName: "@aws-sdk/client-lambda",
	className: "Lambda",
	root: {
		actions: { createFunction: { op: "CreateFunction", gives: { is: "Function", by: ["$FunctionName"], data: "@" } } },
		collections: {
			functions: {
				op: "ListFunctions",
				gives: { is: "Function", by: ["$FunctionName"], each: "Functions[]", data: "@" },
			},
		},
	},
	resources: {
		Function: {
			ids: ["name"],
			shape: "FunctionConfiguration",
			members: { FunctionName: "name" },
			load: { op: "GetFunctionConfiguration", fill: { FunctionName: "name" }, data: "@" },
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
					op: "CreateAlias",
					fill: { FunctionName: "name" },
					gives: { is: "Alias", by: ["name", "$Name"], data: "@" },
				},
				publishVersion: {
					op: "PublishVersion",
					fill: { FunctionName: "name" },
					gives: { is: "Version", by: ["name", "$Version"], data: "@" },
				},
			},
			parts: {
				Alias: { is: "Alias", by: ["name", "?"] },
				Version: { is: "Version", by: ["name", "?"] },
			},
			collections: {
				aliases: {
					op: "ListAliases",
					fill: { FunctionName: "name" },
					gives: { is: "Alias", by: ["name", "$Name"], each: "Aliases[]", data: "@" },
				},
				versions: {
					op: "ListVersionsByFunction",
					fill: { FunctionName: "name" },
					gives: { is: "Version", by: ["name", "$Version"], each: "Versions[]", data: "@" },
				},
			},
			waiters: {
				waitUntilActive: { until: "FunctionActiveV2", fill: { FunctionName: "name" }, seconds: 300 },
				waitUntilExists: { until: "FunctionExists", fill: { FunctionName: "name" }, seconds: 20 },
				waitUntilUpdated: { until: "FunctionUpdatedV2", fill: { FunctionName: "name" }, seconds: 300 },
			},
		},
		Alias: {
			ids: ["functionName", "name"],
			shape: "AliasConfiguration",
			load: { op: "GetAlias", fill: { FunctionName: "functionName", Name: "name" }, data: "@" },
			actions: named({ FunctionName: "functionName", Name: "name" }, { delete: "DeleteAlias", update: "UpdateAlias" }),
			parts: { Function: { is: "Function", by: ["functionName"] } },
		},
		Version: {
			ids: ["functionName", "version"],
			shape: "FunctionConfiguration",
			load: { op: "GetFunctionConfiguration", fill: { FunctionName: "functionName", Qualifier: "version" }, data: "@" },
			actions: named(
				{ FunctionName: "functionName", Qualifier: "version" },
				{ delete: "DeleteFunction", invoke: "Invoke" },
			),
			parts: { Function: { is: "Function", by: ["functionName"] } },
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
		actions: { createSecret: { op: "CreateSecret", gives: { is: "Secret", by: ["$ARN"] } } },
		collections: {
			secrets: { op: "ListSecrets", gives: { is: "Secret", by: ["$ARN"], each: "SecretList[]", data: "@" } },
		},
	},
	resources: {
		Secret: {
			ids: ["id"],
			shape: "DescribeSecretResponse",
			load: { op: "DescribeSecret", fill: SECRET, data: "@" },
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
			parts: { Version: { is: "SecretVersion", by: ["id", "?"] } },
			collections: {
				versions: {
					op: "ListSecretVersionIds",
					fill: SECRET,
					gives: { is: "SecretVersion", by: ["id", "$VersionId"], each: "Versions[]", data: "@" },
				},
			},
		},
		SecretVersion: {
			ids: ["secretId", "id"],
			shape: "SecretVersionsListEntry",
			members: { VersionId: "id" },
			actions: named({ SecretId: "secretId", VersionId: "id" }, { getValue: "GetSecretValue" }),
			parts: { Secret: { is: "Secret", by: ["secretId"] } },
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
		actions: { createParameter: { op: "PutParameter", gives: { is: "Parameter", by: [">Name"] } } },
		collections: {
			parameters: { op: "DescribeParameters", gives: { is: "Parameter", by: ["$Name"], each: "Parameters[]" } },
			parametersByPath: {
				op: "GetParametersByPath",
				gives: { is: "Parameter", by: ["$Name"], each: "Parameters[]", data: "@" },
			},
		},
	},
	resources: {
		Parameter: {
			ids: ["name"],
			shape: "Parameter",
			load: { op: "GetParameter", fill: { Name: "name" }, data: "Parameter" },
			actions: named(
				{ Name: "name" },
				{ delete: "DeleteParameter", getValue: "GetParameter", label: "LabelParameterVersion", put: "PutParameter" },
			),
			collections: {
				history: {
					op: "GetParameterHistory",
					fill: { Name: "name" },
					gives: { is: "ParameterVersion", by: ["name", "$Version"], each: "Parameters[]", data: "@" },
				},
			},
			batch: { delete: { op: "DeleteParameters", fill: { "Names[]": "name" } } },
		},
		ParameterVersion: {
			ids: ["name", "parameterVersion"],
			members: { Version: "parameterVersion" },
			shape: "ParameterHistory",
			parts: { Parameter: { is: "Parameter", by: ["name"] } },
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
		actions: { createLogGroup: { op: "CreateLogGroup", gives: { is: "LogGroup", by: [">logGroupName"] } } },
		collections: {
			logGroups: {
				op: "DescribeLogGroups",
				gives: { is: "LogGroup", by: ["$logGroupName"], each: "logGroups[]", data: "@" },
			},
		},
	},
	resources: {
		LogGroup: {
			ids: ["name"],
			shape: "LogGroup",
			members: { logGroupName: "name" },
			// Of all that begin with the name, the name itself comes first.
			load: { op: "DescribeLogGroups", fill: { logGroupNamePrefix: "name" }, data: "logGroups[0]" },
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
					op: "CreateLogStream",
					fill: { logGroupName: "name" },
					gives: { is: "LogStream", by: ["name", ">logStreamName"] },
				},
			},
			parts: { LogStream: { is: "LogStream", by: ["name", "?"] } },
			collections: {
				logStreams: {
					op: "DescribeLogStreams",
					fill: { logGroupName: "name" },
					gives: { is: "LogStream", by: ["name", "$logStreamName"], each: "logStreams[]", data: "@" },
				},
			},
		},
		LogStream: {
			ids: ["groupName", "name"],
			shape: "LogStream",
			members: { logStreamName: "name" },
			load: {
				op: "DescribeLogStreams",
				fill: { logGroupName: "groupName", logStreamNamePrefix: "name" },
				data: "logStreams[0]",
			},
			actions: named(STREAM, { delete: "DeleteLogStream", getEvents: "GetLogEvents", putEvents: "PutLogEvents" }),
			parts: { LogGroup: { is: "LogGroup", by: ["groupName"] } },
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
		actions: { createKey: { op: "CreateKey", gives: { is: "Key", by: ["$KeyMetadata.KeyId"], data: "KeyMetadata" } } },
		collections: {
			aliases: { op: "ListAliases", gives: { is: "Alias", by: ["$AliasName"], each: "Aliases[]", data: "@" } },
			keys: { op: "ListKeys", gives: { is: "Key", by: ["$KeyId"], each: "Keys[]" } },
		},
	},
	resources: {
		Key: {
			ids: ["id"],
			shape: "KeyMetadata",
			load: { op: "DescribeKey", fill: KEY, data: "KeyMetadata" },
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
					op: "CreateAlias",
					fill: { TargetKeyId: "id" },
					gives: { is: "Alias", by: [">AliasName"] },
				},
			},
			collections: {
				aliases: {
					op: "ListAliases",
					fill: KEY,
					gives: { is: "Alias", by: ["$AliasName"], each: "Aliases[]", data: "@" },
				},
			},
		},
		Alias: {
			ids: ["name"],
			shape: "AliasListEntry",
			members: { AliasName: "name" },
			actions: named({ AliasName: "name" }, { delete: "DeleteAlias", update: "UpdateAlias" }),
			references: { key: { is: "Key", by: ["$TargetKeyId"] } },
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
			createCluster: { op: "CreateCluster", gives: { is: "Cluster", by: ["$cluster.clusterName"], data: "cluster" } },
			registerTaskDefinition: { op: "RegisterTaskDefinition" },
		},
		collections: { clusters: { op: "ListClusters", gives: { is: "Cluster", by: ["$@"], each: "clusterArns[]" } } },
	},
	resources: {
		Cluster: {
			ids: ["name"],
			shape: "Cluster",
			load: { op: "DescribeClusters", fill: { "clusters[0]": "name" }, data: "clusters[0]" },
			actions: {
				...named({ cluster: "name" }, { delete: "DeleteCluster", update: "UpdateCluster" }),
				createService: {
					op: "CreateService",
					fill: { cluster: "name" },
					gives: { is: "Service", by: ["name", "$service.serviceName"], data: "service" },
				},
				runTask: {
					op: "RunTask",
					fill: { cluster: "name" },
					gives: { is: "Task", by: ["name", "$taskArn"], each: "tasks[]", data: "@" },
				},
			},
			parts: {
				Service: { is: "Service", by: ["name", "?"] },
				Task: { is: "Task", by: ["name", "?"] },
			},
			collections: {
				services: {
					op: "ListServices",
					fill: { cluster: "name" },
					gives: { is: "Service", by: ["name", "$@"], each: "serviceArns[]" },
				},
				tasks: {
					op: "ListTasks",
					fill: { cluster: "name" },
					gives: { is: "Task", by: ["name", "$@"], each: "taskArns[]" },
				},
			},
		},
		Service: {
			ids: ["clusterName", "name"],
			shape: "Service",
			load: { op: "DescribeServices", fill: { ...OF_CLUSTER, "services[0]": "name" }, data: "services[0]" },
			actions: named({ ...OF_CLUSTER, service: "name" }, { delete: "DeleteService", update: "UpdateService" }),
			parts: { Cluster: { is: "Cluster", by: ["clusterName"] } },
			waiters: {
				waitUntilInactive: { until: "ServicesInactive", fill: { ...OF_CLUSTER, "services[]": "name" }, seconds: 600 },
				waitUntilStable: { until: "ServicesStable", fill: { ...OF_CLUSTER, "services[]": "name" }, seconds: 600 },
			},
		},
		Task: {
			ids: ["clusterName", "arn"],
			shape: "Task",
			members: { taskArn: "arn" },
			load: { op: "DescribeTasks", fill: { ...OF_CLUSTER, "tasks[0]": "arn" }, data: "tasks[0]" },
			actions: named({ ...OF_CLUSTER, task: "arn" }, { executeCommand: "ExecuteCommand", stop: "StopTask" }),
			parts: { Cluster: { is: "Cluster", by: ["clusterName"] } },
			waiters: {
				waitUntilRunning: { until: "TasksRunning", fill: { ...OF_CLUSTER, "tasks[]": "arn" }, seconds: 600 },
				waitUntilStopped: { until: "TasksStopped", fill: { ...OF_CLUSTER, "tasks[]": "arn" }, seconds: 600 },
			},
		},
	},
};

const UNIT = { is: "OrganizationalUnit", by: ["$Id"], each: "OrganizationalUnits[]", data: "@" };
const ACCOUNT = { is: "Account", by: ["$Id"], each: "Accounts[]", data: "@" };
const CHILDREN = {
	accounts: { op: "ListAccountsForParent", fill: { ParentId: "id" }, gives: ACCOUNT },
	organizationalUnits: { op: "ListOrganizationalUnitsForParent", fill: { ParentId: "id" }, gives: UNIT },
};
const CREATE_UNIT = {
	op: "CreateOrganizationalUnit",
	fill: { ParentId: "id" },
	gives: { is: "OrganizationalUnit", by: ["$OrganizationalUnit.Id"], data: "OrganizationalUnit" },
};
const organizations: OwnService = {
	model: "organizations",
	service: "organizations",
	packageName: "@aws-sdk/client-organizations",
	className: "Organizations",
	root: {
		actions: { createAccount: { op: "CreateAccount" }, describeOrganization: { op: "DescribeOrganization" } },
		collections: {
			accounts: { op: "ListAccounts", gives: ACCOUNT },
			roots: { op: "ListRoots", gives: { is: "Root", by: ["$Id"], each: "Roots[]", data: "@" } },
		},
	},
	resources: {
		Account: {
			ids: ["id"],
			shape: "Account",
			load: { op: "DescribeAccount", fill: { AccountId: "id" }, data: "Account" },
			actions: named(
				{ AccountId: "id" },
				{ close: "CloseAccount", move: "MoveAccount", removeFromOrganization: "RemoveAccountFromOrganization" },
			),
		},
		OrganizationalUnit: {
			ids: ["id"],
			shape: "OrganizationalUnit",
			load: { op: "DescribeOrganizationalUnit", fill: { OrganizationalUnitId: "id" }, data: "OrganizationalUnit" },
			actions: {
				...named(
					{ OrganizationalUnitId: "id" },
					{ delete: "DeleteOrganizationalUnit", update: "UpdateOrganizationalUnit" },
				),
				createOrganizationalUnit: CREATE_UNIT,
			},
			collections: CHILDREN,
		},
		Root: { ids: ["id"], shape: "Root", actions: { createOrganizationalUnit: CREATE_UNIT }, collections: CHILDREN },
	},
};

const sfn: OwnService = {
	model: "stepfunctions",
	service: "sfn",
	packageName: "@aws-sdk/client-sfn",
	className: "SFN",
	root: {
		actions: {
			createStateMachine: { op: "CreateStateMachine", gives: { is: "StateMachine", by: ["$stateMachineArn"] } },
		},
		collections: {
			stateMachines: {
				op: "ListStateMachines",
				gives: { is: "StateMachine", by: ["$stateMachineArn"], each: "stateMachines[]" },
			},
		},
	},
	resources: {
		StateMachine: {
			ids: ["arn"],
			shape: "DescribeStateMachineOutput",
			members: { stateMachineArn: "arn" },
			load: { op: "DescribeStateMachine", fill: { stateMachineArn: "arn" }, data: "@" },
			actions: {
				...named(
					{ stateMachineArn: "arn" },
					{ delete: "DeleteStateMachine", startSyncExecution: "StartSyncExecution", update: "UpdateStateMachine" },
				),
				startExecution: {
					op: "StartExecution",
					fill: { stateMachineArn: "arn" },
					gives: { is: "Execution", by: ["$executionArn"] },
				},
			},
			collections: {
				executions: {
					op: "ListExecutions",
					fill: { stateMachineArn: "arn" },
					gives: { is: "Execution", by: ["$executionArn"], each: "executions[]" },
				},
			},
		},
		Execution: {
			ids: ["arn"],
			shape: "DescribeExecutionOutput",
			members: { executionArn: "arn" },
			load: { op: "DescribeExecution", fill: { executionArn: "arn" }, data: "@" },
			actions: named(
				{ executionArn: "arn" },
				{ getHistory: "GetExecutionHistory", redrive: "RedriveExecution", stop: "StopExecution" },
			),
			references: { stateMachine: { is: "StateMachine", by: ["$stateMachineArn"] } },
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
			createEventBus: { op: "CreateEventBus", gives: { is: "EventBus", by: [">Name"] } },
			putEvents: { op: "PutEvents" },
		},
		collections: {
			eventBuses: { op: "ListEventBuses", gives: { is: "EventBus", by: ["$Name"], each: "EventBuses[]", data: "@" } },
		},
	},
	resources: {
		EventBus: {
			ids: ["name"],
			shape: "DescribeEventBusResponse",
			load: { op: "DescribeEventBus", fill: { Name: "name" }, data: "@" },
			actions: {
				...named({ Name: "name" }, { delete: "DeleteEventBus", update: "UpdateEventBus" }),
				putRule: { op: "PutRule", fill: { EventBusName: "name" }, gives: { is: "Rule", by: ["name", ">Name"] } },
			},
			parts: { Rule: { is: "Rule", by: ["name", "?"] } },
			collections: {
				rules: {
					op: "ListRules",
					fill: { EventBusName: "name" },
					gives: { is: "Rule", by: ["name", "$Name"], each: "Rules[]", data: "@" },
				},
			},
		},
		Rule: {
			ids: ["eventBusName", "name"],
			shape: "DescribeRuleResponse",
			load: { op: "DescribeRule", fill: RULE, data: "@" },
			actions: {
				...named(RULE, { delete: "DeleteRule", disable: "DisableRule", enable: "EnableRule", put: "PutRule" }),
				...named(OF_RULE, {
					listTargets: "ListTargetsByRule",
					putTargets: "PutTargets",
					removeTargets: "RemoveTargets",
				}),
			},
			parts: { EventBus: { is: "EventBus", by: ["eventBusName"] } },
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
