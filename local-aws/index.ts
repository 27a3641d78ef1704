/** `aws-scope/testing`: several AWS accounts on your machine, for tests. */

export { type Clock, resetAwsScope, useClock } from "../src/testing.js";
export type { FaultTarget, LocalFault } from "./faults.js";
export { startLocalAws } from "./start-local-aws.js";
export type { LocalAwsStats } from "./stats.js";
export type { Counts } from "./tally.js";
export type {
	LocalAccount,
	LocalAws,
	LocalAwsOptions,
	LocalEvent,
	LocalHandler,
	LocalIdentity,
	LocalRequest,
	LocalResponse,
	LocalRole,
	LocalUser,
} from "./types.js";
