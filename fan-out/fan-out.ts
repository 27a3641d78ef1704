/** `fanOut()`: runs a task for each target, in a scope of its own. */

import { type AwsSession, errors } from "../src/index.js";
import { readFanOutOptions } from "./options.js";
import { Run } from "./run.js";
import type { AnyIterable } from "./targets.js";
import type { FanOut, FanOutOptions, FanOutTarget, FanOutTask } from "./types.js";

/**
 * Runs a task for each target, in a scope of its own, and returns the results as they settle. Work starts with the first read,
 * and a slow reader slows it down. The failure of one target doesn't affect the others.
 * @param targets scope specs, such as `{ account, region }`, with any other members; an array, an iterable or an async
 * iterable, which is read as work proceeds, in the scope of the caller
 * @param task called with the target; its scope is that of the target, so `clients.ec2()` acts in the target's account
 * @example
 * const targets = accountsInRegions(["111111111111", "222222222222"], ["eu-central-1", "us-east-1"]);
 * const accounts = accountSessions({ role: "Reader" });
 * for await (const { target, status, value, error } of fanOut(targets, () => clients.s3().listBuckets({}), { accounts })) {
 *   console.log(target.account, target.region, status, value?.Buckets?.length ?? error);
 * }
 * @throws {InvalidOptionError} code `INVALID_OPTION`
 * @see https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_accounts_access.html
 */
export function fanOut<Target extends FanOutTarget | AwsSession, Value>(
	targets: AnyIterable<Target>,
	task: FanOutTask<Target, Value>,
	options: FanOutOptions = {},
): FanOut<Target, Value> {
	if (typeof task !== "function") {
		throw new errors.InvalidOptionError(`fanOut() takes a function as its task, not ${typeof task}.`);
	}
	return new Run(targets, task, readFanOutOptions(options));
}
