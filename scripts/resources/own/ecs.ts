/** The resources of ECS, which boto3 does not have. */

import type { OwnService } from "../own.js";
import { named } from "./named.js";

const OF_CLUSTER = { cluster: "clusterName" };
export const ecs: OwnService = {
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
