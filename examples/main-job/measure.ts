/** One run: sends all orders through one handler and collects the counts of server and client. */

import { type Handler, invokeAll, type Outcome } from "./invoke.js";
import type { LocalAccounts, ServerReport } from "./local-aws.js";
import type { Order } from "./orders.js";
import { showProgress } from "./progress.js";
import type { Seen } from "./witness.js";

export interface Run extends Outcome, ServerReport {
	readonly requests: number;
	readonly wrong: number;
	readonly clientsBuilt: number;
}

export interface Plan {
	readonly label: string;
	readonly handler: Handler;
	/** The number of clients built for this handler so far. */
	readonly clientsBuilt: () => number;
}

export interface Load {
	readonly accounts: LocalAccounts;
	readonly orders: readonly Order[];
	readonly atOnce: number;
}

export async function measure({ accounts, orders, atOnce }: Load, plan: Plan): Promise<Run> {
	const progress = showProgress(plan.label, orders.length);
	const builtBefore = plan.clientsBuilt();
	const outcome = await invokeAll(plan.handler, orders, atOnce, progress.step);
	progress.stop();
	const report = await accounts.report();
	const sum = (count: (one: Seen) => number) => [...report.seen.values()].reduce((total, one) => total + count(one), 0);
	return {
		...outcome,
		...report,
		requests: sum(({ requests }) => requests),
		wrong: sum(({ wrong }) => wrong),
		clientsBuilt: plan.clientsBuilt() - builtBefore,
	};
}
