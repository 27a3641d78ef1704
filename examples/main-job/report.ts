/** The tables at the end. */

import Table from "cli-table3";
import type { Run } from "./measure.js";
import { tenants } from "./tenants.js";
import type { Runs } from "./verdict.js";

const colorful = process.stdout.isTTY && process.stdout.hasColors();
const paint = (code: number) => (text: string) => (colorful ? `\u001B[${code}m${text}\u001B[0m` : text);
export const bold = paint(1);
export const cyan = paint(36);
export const green = paint(32);
export const red = paint(31);

const makeTable = (head: readonly string[], colWidths: number[]) =>
	new Table({
		head: head.map(bold),
		colWidths,
		colAligns: head.map((_, index) => (index === 0 ? "left" : "right")),
		style: { head: [], border: colorful ? ["gray"] : [], compact: true },
		wordWrap: true,
	});

const count = (value: number): string => value.toLocaleString("en-US");
const wrongCount = (value: number): string => (value === 0 ? green : red)(count(value));
const milliseconds = (value: number): string => `${value.toFixed(value < 10 ? 1 : 0)} ms`;

/** For each tenant: which account answered, according to the server. */
export function tenantTable({ seen }: Run): string {
	const table = makeTable(
		["Tenant", "Its account", "Answered by", "Requests", "Wrong identities"],
		[11, 16, 16, 11, 18],
	);
	for (const { name, account } of tenants) {
		const { requests, wrong, accounts } = seen.get(name) ?? { requests: 0, wrong: 0, accounts: [] };
		table.push([name, account, [...accounts].join("\n"), count(requests), wrongCount(wrong)]);
	}
	return table.toString();
}

/** The cost of the same work with aws-scope and the usual way. */
export function costTable({ scoped, usual }: Runs): string {
	const table = makeTable(["", "With aws-scope", "The usual way"], [42, 16, 16]);
	const row = (what: string, show: (run: Run) => string) => table.push([what, show(scoped), show(usual)]);
	row("Requests to DynamoDB", ({ requests }) => count(requests));
	row("Requests signed for the wrong tenant", ({ wrong }) => wrongCount(wrong));
	row("DynamoDB clients built", ({ clientsBuilt }) => count(clientsBuilt));
	row("AssumeRole calls to STS", ({ assumeRoleCalls }) => count(assumeRoleCalls));
	row("TCP connections opened", ({ connections }) => count(connections));
	row("CPU time for an invocation", ({ cpu }) => milliseconds(cpu));
	row("Latency of an invocation, p50", ({ p50 }) => milliseconds(p50));
	row("Latency of an invocation, p99", ({ p99 }) => milliseconds(p99));
	row("Time for a round", ({ seconds }) => milliseconds(1000 * seconds));
	return table.toString();
}

/** The outcome of the classic bug. */
export function bugTable({ buggy, buggyByHand }: Runs): string {
	const table = makeTable(["", "With aws-scope", "By hand"], [42, 16, 16]);
	table.push(
		["Uses refused, as StrayedClientError", count(buggy.refused), count(buggyByHand.refused)],
		["Requests signed for the wrong account", wrongCount(buggy.wrong), wrongCount(buggyByHand.wrong)],
	);
	return table.toString();
}
