/** The resources of EventBridge, which boto3 does not have. */

import type { OwnService } from "../own.js";
import { named } from "./named.js";

const RULE = { EventBusName: "eventBusName", Name: "name" };
const OF_RULE = { EventBusName: "eventBusName", Rule: "name" };
export const eventbridge: OwnService = {
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
