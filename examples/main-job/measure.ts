/** Sends all orders through handlers that take turns, and collects the counts of server and client. */

import { type Handler, invokeAll, type Outcome } from "./invoke.js";
import type { LocalAccounts, ServerReport } from "./local-aws.js";
import type { Order } from "./orders.js";
import type { Progress } from "./progress.js";
import type { Seen } from "./witness.js";

/** What happened, added up over the rounds. The times are the medians of the rounds. */
export interface Run extends Outcome, ServerReport {
	readonly requests: number;
	readonly wrong: number;
	readonly clientsBuilt: number;
	/** Milliseconds of CPU time for an invocation, with the local AWS. */
	readonly cpu: number;
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
	readonly progress: Progress;
}

/** The handlers take turns: a round of `atOnce` orders each, so that what slows the machine for a while slows all of them. */
export async function inTurns<Plans extends readonly Plan[]>(
	load: Load,
	plans: Plans,
): Promise<{ [Index in keyof Plans]: Run }> {
	const rounds = plans.map((): Run[] => []);
	for (let start = 0; start < load.orders.length; start += load.atOnce) {
		const orders = load.orders.slice(start, start + load.atOnce);
		for (const [index, plan] of plans.entries()) rounds[index]?.push(await round({ ...load, orders }, plan));
	}
	return rounds.map(together) as { [Index in keyof Plans]: Run };
}

async function round({ accounts, orders, atOnce, progress }: Load, plan: Plan): Promise<Run> {
	const builtBefore = plan.clientsBuilt();
	const cpuBefore = process.cpuUsage();
	const outcome = await invokeAll(plan.handler, orders, atOnce, () => progress.step(plan.label));
	const { user, system } = process.cpuUsage(cpuBefore);
	const report = await accounts.report();
	const seen = [...report.seen.values()];
	return {
		...outcome,
		...report,
		requests: sum(seen, ({ requests }) => requests),
		wrong: sum(seen, ({ wrong }) => wrong),
		clientsBuilt: plan.clientsBuilt() - builtBefore,
		cpu: (user + system) / 1000 / orders.length,
	};
}

function together(rounds: readonly Run[]): Run {
	const total = (count: (one: Run) => number) => sum(rounds, count);
	const middle = (time: (one: Run) => number) => median(rounds.map(time));
	return {
		succeeded: total(({ succeeded }) => succeeded),
		refused: total(({ refused }) => refused),
		failures: rounds.flatMap(({ failures }) => failures),
		seconds: middle(({ seconds }) => seconds),
		p50: middle(({ p50 }) => p50),
		p99: middle(({ p99 }) => p99),
		cpu: middle(({ cpu }) => cpu),
		seen: rounds.map(({ seen }) => seen).reduce(added),
		requests: total(({ requests }) => requests),
		wrong: total(({ wrong }) => wrong),
		clientsBuilt: total(({ clientsBuilt }) => clientsBuilt),
		assumeRoleCalls: total(({ assumeRoleCalls }) => assumeRoleCalls),
		connections: total(({ connections }) => connections),
	};
}

function added(some: ReadonlyMap<string, Seen>, more: ReadonlyMap<string, Seen>): ReadonlyMap<string, Seen> {
	const all = new Map(some);
	for (const [tenant, seen] of more) {
		const { requests, wrong, accounts } = all.get(tenant) ?? { requests: 0, wrong: 0, accounts: new Set<string>() };
		all.set(tenant, {
			requests: requests + seen.requests,
			wrong: wrong + seen.wrong,
			accounts: new Set([...accounts, ...seen.accounts]),
		});
	}
	return all;
}

const sum = <Item>(items: readonly Item[], count: (one: Item) => number): number =>
	items.reduce((total, one) => total + count(one), 0);

function median(values: readonly number[]): number {
	const sorted = [...values].sort((a, b) => a - b);
	const upper = Math.floor(sorted.length / 2);
	return sorted.length % 2 === 1
		? (sorted[upper] as number)
		: ((sorted[upper - 1] as number) + (sorted[upper] as number)) / 2;
}
