/** The resources of CloudWatch Logs, which boto3 does not have. */

import type { OwnService } from "../own.js";
import { named } from "./named.js";

const STREAM = { logGroupName: "groupName", logStreamName: "name" };
export const cloudwatchLogs: OwnService = {
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
