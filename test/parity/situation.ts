/**
 * Situations that users meet. Each runs twice in one process: with the SDK alone and with aws-scope. A test file collects
 * its situations in a table in docs/parity/, so that the docs state what the run found.
 */

import { expect } from "vitest";

/** What a server, a prompt or a program counted in one run. Members that don't matter in a situation are left out. */
export interface Outcome {
	/** Requests that were answered. */
	readonly answered?: number;
	readonly failed?: number;
	/** The account or role that signed, according to the server. */
	readonly identity?: string;
	/** The hosts that received data requests. */
	readonly host?: string;
	/** The hosts that received STS calls. */
	readonly stsHost?: string;
	readonly stsCalls?: number;
	/** How often a person was prompted. */
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

/** Lower is better. */
const FEWER = ["failed", "stsCalls", "prompts", "runs"] as const;

/** Fails if the SDK does better. The test itself checks what must be equal to the SDK's outcome. */
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
			.map(([name, value]) => `${LABELS[name as keyof Outcome]} ${value}`.trim())
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
	identity: "signed as",
	host: "host",
	stsHost: "STS host",
	stsCalls: "STS calls",
	prompts: "prompts",
	runs: "runs",
	value: "",
};
