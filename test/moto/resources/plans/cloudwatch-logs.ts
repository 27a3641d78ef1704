import { cloudwatchLogs } from "../../../../resources/index.js";
import { next, type Plan } from "../driver.js";

const name = (): string => `name-${next()}`;
const group = () => cloudwatchLogs().createLogGroup({ logGroupName: name() });

export const plan = (): Plan => ({
	samples: {
		"": () => cloudwatchLogs(),
		LogGroup: group,
		LogStream: async () => (await group()).createLogStream({ logStreamName: name() }),
	},
	inputs: {
		".createLogGroup": () => ({ logGroupName: name() }),
		"LogGroup.createLogStream": () => ({ logStreamName: name() }),
		"LogGroup.putRetentionPolicy": { retentionInDays: 7 },
		"LogStream.putEvents": { logEvents: [{ timestamp: 1_790_000_000_000, message: "m" }] },
	},
});
