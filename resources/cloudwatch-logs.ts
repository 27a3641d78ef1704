/** Resources of CloudWatch Logs, which boto3 doesn't have: log groups and their streams. */

import { cloudwatchLogsDefinition } from "./definitions/cloudwatch-logs.js";
import { AnyResource, send } from "./resource.js";
import { defineService } from "./service.js";
import type { CloudWatchLogsResources } from "./types/cloudwatch-logs.js";

type Described = Readonly<Record<string, unknown>>;

/** CloudWatch Logs describes log groups only by prefix. */
async function loadGroup(group: AnyResource, options?: unknown): Promise<unknown> {
	const name = AnyResource.identifier(group, 0);
	const { logGroups } = await send(group, "DescribeLogGroups", { logGroupNamePrefix: name }, options);
	return (logGroups as Described[] | undefined)?.find(({ logGroupName }) => logGroupName === name);
}

/** CloudWatch Logs describes log streams only by prefix. */
async function loadStream(stream: AnyResource, options?: unknown): Promise<unknown> {
	const [logGroupName, name] = [0, 1].map((at) => AnyResource.identifier(stream, at));
	const { logStreams } = await send(stream, "DescribeLogStreams", { logGroupName, logStreamNamePrefix: name }, options);
	return (logStreams as Described[] | undefined)?.find(({ logStreamName }) => logStreamName === name);
}

/**
 * CloudWatch Logs' resources: log groups and their streams.
 * @example
 * await cloudwatchLogs.LogGroup("/aws/lambda/orders").putRetentionPolicy({ retentionInDays: 30 });
 * @throws the errors of `clients`, and {@link ResourceNotLoadedError} code `RESOURCE_NOT_LOADED`
 * @see https://docs.aws.amazon.com/goto/WebAPI/logs-2014-03-28
 */
export const cloudwatchLogs: CloudWatchLogsResources = /* @__PURE__ */ defineService(cloudwatchLogsDefinition, {
	types: { LogGroup: { load: loadGroup }, LogStream: { load: loadStream } },
});
