/** Checks the figures against what the README promises, with one sentence for each failure. */

import type { Load, Run } from "./measure.js";
import { tenants } from "./tenants.js";

export interface Runs {
	readonly scoped: Run;
	readonly usual: Run;
	readonly buggy: Run;
	readonly buggyByHand: Run;
}

type Work = Pick<Load, "orders" | "atOnce">;

/** The limits of the shared pools, however many tenants there are: 128 sockets to DynamoDB, 16 to STS. */
const POOL = { data: 128, sts: 16 };

export function brokenPromises({ scoped, usual, buggy, buggyByHand }: Runs, { orders, atOnce }: Work): string[] {
	const tenantsServed = new Set(orders.map(({ tenant }) => tenant)).size;
	const strangers = orders.filter(({ tenant }) => tenant !== orders[0]?.tenant).length;
	const expected: readonly [what: string, is: unknown, promised: unknown][] = [
		["requests signed for the wrong tenant with aws-scope", scoped.wrong, 0],
		["requests of all invocations with aws-scope", scoped.requests, 2 * orders.length],
		["invocations that succeeded with aws-scope", scoped.succeeded, orders.length],
		["clients built with aws-scope", scoped.clientsBuilt, tenantsServed],
		["AssumeRole calls with aws-scope", scoped.assumeRoleCalls, tenantsServed],
		["invocations that succeeded the usual way", usual.succeeded, orders.length],
		["requests signed for the wrong tenant the usual way", usual.wrong, 0],
		["requests signed for the wrong tenant by the classic bug with aws-scope", buggy.wrong, 0],
		["refusals of the classic bug with aws-scope", buggy.refused, strangers],
		["the owner's own invocations with the classic bug", buggy.succeeded, orders.length - strangers],
		["requests signed for the wrong tenant by the classic bug by hand", buggyByHand.wrong, 2 * strangers],
	];
	const broken = expected
		.filter(([, is, promised]) => is !== promised)
		.map(([what, is, promised]) => `The number of ${what} was ${is} instead of ${promised}.`);
	for (const { name, account } of tenants) {
		const accounts = [...(scoped.seen.get(name)?.accounts ?? [])];
		if (accounts.some((one) => one !== account)) {
			broken.push(`Account ${accounts.join(" and ")} answered for ${name}, which is account ${account}.`);
		}
	}
	// Node may open the next connection before it releases the previous one.
	const most = Math.min(POOL.data, 2 * atOnce) + POOL.sts;
	if (scoped.connections > most) {
		broken.push(
			`aws-scope opened ${scoped.connections} connections for ${atOnce} invocations at once, more than ${most}.`,
		);
	}
	const failures = [scoped, usual, buggy, buggyByHand].flatMap((run) => run.failures);
	if (failures.length > 0) broken.push(`${failures.length} invocations failed, the first with: ${failures[0]}`);
	return broken;
}
