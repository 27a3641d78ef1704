/** Measures a baseline and a variant that take turns in a fresh process, and prints tables. */

import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import Table from "cli-table3";
import { measure } from "mitata";

/** The root of the repository, with a trailing slash. */
export const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** A short run with fewer rounds, for CI. */
export const SMOKE = process.argv.includes("--smoke") || process.env["BENCH_SMOKE"] === "1";

export const median = (values: readonly number[]): number =>
	values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

/** Nanoseconds per call, and the ratio to the baseline, from the same run. */
export interface Figure {
	readonly floor: number;
	readonly time: number;
	readonly ratio: number;
}

/** Measures both in turns, so that other load on the machine affects both. The figures are medians over the rounds. */
export async function compare(floor: () => unknown, variant: () => unknown, rounds = SMOKE ? 5 : 11): Promise<Figure> {
	const floors: number[] = [];
	const variants: number[] = [];
	for (let round = 0; round < rounds; round++) {
		const first = round % 2 === 0;
		if (first) floors.push(await nanoseconds(floor));
		variants.push(await nanoseconds(variant));
		if (!first) floors.push(await nanoseconds(floor));
	}
	const ratio = median(variants.map((time, round) => time / (floors[round] ?? Number.NaN)));
	return { floor: median(floors), time: median(variants), ratio };
}

async function nanoseconds(fn: () => unknown): Promise<number> {
	const { p50 } = await measure(fn, { min_cpu_time: 40e6, min_samples: 8 });
	return p50;
}

/** The part that this process measures; `undefined` in the process that the user started. */
export const ownPart = (): string | undefined => process.env["BENCH_PART"];

/** Runs one part of a benchmark in a fresh process and returns what that passed to {@link answer}. */
export function inFreshProcess<Answer>(file: string, part: string): Answer {
	const output = execFileSync(process.execPath, ["--import", "./scripts/ts.mjs", fileURLToPath(file)], {
		cwd: ROOT,
		encoding: "utf8",
		env: { ...QUIET, ...process.env, BENCH_PART: part, BENCH_SMOKE: SMOKE ? "1" : "0" },
	});
	return JSON.parse(output.slice(output.lastIndexOf("\n", output.length - 2) + 1)) as Answer;
}

/** Hides the machine's own AWS identity and the SDK's notice about old versions of Node. */
export const QUIET = {
	AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
	AWS_EC2_METADATA_DISABLED: "true",
	AWS_REGION: "eu-central-1",
};

/** Reports the result of a fresh process. */
export const answer = (value: unknown): void => void process.stdout.write(`${JSON.stringify(value)}\n`);

/** Runs each part in `processes` fresh processes, with the order reversed every other time, and returns the results. */
export function collect<Answer>(
	file: string,
	parts: readonly string[],
	processes = SMOKE ? 1 : 3,
): Map<string, Answer[]> {
	const answers = new Map<string, Answer[]>(parts.map((part) => [part, []]));
	for (let run = 0; run < processes; run++) {
		for (const part of run % 2 === 0 ? parts : parts.toReversed()) {
			answers.get(part)?.push(inFreshProcess<Answer>(file, part));
		}
	}
	return answers;
}

/** Measures each way in processes of its own and returns the medians. */
export function figuresOf<Way extends string>(file: string, ways: Readonly<Record<Way, unknown>>): Map<Way, Figure> {
	const middle = (figures: Figure[], name: keyof Figure): number => median(figures.map((figure) => figure[name]));
	return new Map(
		[...collect<Figure>(file, Object.keys(ways))].map(([way, figures]) => [
			way as Way,
			{ floor: middle(figures, "floor"), time: middle(figures, "time"), ratio: middle(figures, "ratio") },
		]),
	);
}

/** Prints a table. */
export function show(head: readonly string[], rows: readonly (readonly (string | number)[])[]): void {
	const table = new Table({
		head: [...head],
		colAligns: head.map((_, column) => (column === 0 ? "left" : "right")),
		style: { head: [], border: [] },
	});
	table.push(...rows.map((row) => [...row]));
	console.log(table.toString());
}

/** Throws unless the function to measure returns the right result. */
export function must(condition: boolean, what: string): asserts condition {
	if (!condition) throw new Error(`The benchmark measures the wrong thing: ${what}.`);
}
