/**
 * Situations that users meet, each run twice in one process: with the plain SDK and with aws-scope. A test file collects
 * its situations in a table that is kept in docs/parity/, so that what the docs say is what the run found.
 */

import { expect } from "vitest";

/** What a server, a prompt or a program counted in one run; what does not matter in a situation is left out. */
export interface Outcome {
	/** Requests that were answered. */
	readonly answered?: number;
	readonly failed?: number;
	/** Who signed, as the server tells: an account or a role. */
	readonly identity?: string;
	/** The hosts that data requests went to. */
	readonly host?: string;
	/** The hosts that STS calls went to. */
	readonly stsHost?: string;
	readonly stsCalls?: number;
	/** How often a person was asked. */
	readonly prompts?: number;
	/** How often a program was started. */
	readonly runs?: number;
	/** Anything else that the situation is about, such as a region or a setting. */
	readonly value?: string;
}

/** One row. */
export interface Row {
	readonly situation: string;
	readonly sdk: Outcome;
	readonly ours: Outcome;
}

/** Fewer of these is better. */
const FEWER = ["failed", "stsCalls", "prompts", "runs"] as const;

/** Fails where the SDK does better. What must be equal to the SDK's outcome is the test's own to say. */
export function expectNoWorse({ situation, sdk, ours }: Row): void {
	for (const name of FEWER) {
		const [theirs, own] = [sdk[name], ours[name]];
		if (theirs === undefined && own === undefined) continue;
		expect(own, `${situation}: ${name}`).toBeLessThanOrEqual(theirs as number);
	}
	if (sdk.answered !== undefined) expect(ours.answered, situation).toBeGreaterThanOrEqual(sdk.answered);
}

/** The rows as a Markdown page: `await expect(page(…)).toMatchFileSnapshot("../../docs/parity/<topic>.md")`. */
export function page(title: string, introduction: string, rows: readonly Row[]): string {
	const text = (outcome: Outcome): string =>
		Object.entries(outcome)
			.map(([name, value]) => `${LABELS[name as keyof Outcome]} ${value}`)
			.join(", ");
	const lines = rows.map(({ situation, sdk, ours }) => `| ${situation} | ${text(sdk)} | ${text(ours)} |`);
	return [
		`# ${title}`,
		"",
		introduction,
		"",
		"| situation | the SDK | aws-scope |",
		"| --- | --- | --- |",
		...lines,
		"",
	].join("\n");
}

const LABELS: Readonly<Record<keyof Outcome, string>> = {
	answered: "answered",
	failed: "failed",
	identity: "as",
	host: "to",
	stsHost: "STS at",
	stsCalls: "STS calls",
	prompts: "prompts",
	runs: "runs",
	value: "gives",
};
