/** `aws-scope/fan-out`: one task for many accounts and regions. */

export { fanOut } from "./fan-out.js";
export { type AccountInRegion, type AccountItem, type AnyIterable, accountsInRegions } from "./targets.js";
export type {
	DeniedResult,
	FanOut,
	FanOutContext,
	FanOutOptions,
	FanOutProgress,
	FanOutReport,
	FanOutResult,
	FanOutTarget,
	FanOutTask,
	FulfilledResult,
	RejectedResult,
} from "./types.js";
