/** Invocations of many tenants in one worker of AWS's own runtime client, 64 of them under way at once. */

import type { Invocation } from "../helpers/interleave.js";
import type { RunningFunction } from "../lambda/function.js";

/** Invocations under way in one worker, as Lambda Managed Instances allow at most for one vCPU. */
export const AT_ONCE = 64;

/** What a worker tells of itself, once it has done what invocations left behind. */
export interface WorkerReport {
	readonly failures: readonly string[];
	/** Calls after which a scope was left over. */
	readonly leaks: number;
	readonly rss: number;
	/** After a collection. */
	readonly heapUsed: number;
}

export const reportOf = async (running: RunningFunction): Promise<WorkerReport> =>
	JSON.parse((await running.invoke({ report: true })).body);

/** Sends each invocation as an event; one that fails on purpose is counted. Keep more under way than the worker takes on. */
export function runtimeLoad(running: RunningFunction, seed: number) {
	let onPurpose = 0;
	return {
		onPurpose: () => onPurpose,
		async invoke({ index, tenant, other }: Invocation): Promise<void> {
			const event = { index, seed, tenant, other: other() };
			const { kind, body } = await running.invoke(event, { tenantId: tenant });
			const answer = JSON.parse(body) as { readonly answered?: string; readonly errorMessage?: string };
			if (kind === "error" && answer.errorMessage === "on purpose") onPurpose += 1;
			else if (answer.answered !== tenant) throw new Error(`${tenant} was answered: ${body}`);
		},
	};
}
