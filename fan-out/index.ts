/** `aws-scope/fan-out`: one task for many accounts and regions, and where the accounts come from. */

export { accountsFromFile, type FileTarget } from "./accounts-from-file.js";
export type { ActingOptions } from "./acting.js";
export { enabledRegions } from "./enabled-regions.js";
export { fanOut } from "./fan-out.js";
export type { Listing } from "./listing.js";
export {
	type AccountState,
	type OrganizationAccount,
	type OrganizationAccountsOptions,
	organizationAccounts,
} from "./organization-accounts.js";

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
