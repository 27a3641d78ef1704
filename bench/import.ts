/**
 * What does importing the package cost? `npm run ts -- bench/import.ts`
 *
 * Runs whole processes that do nothing else, compared with a bare Node process of the same kind (ES module or CommonJS).
 * The order is reversed in every other round.
 */

import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { median, QUIET, ROOT, SMOKE, show } from "./support/measure.js";

const PROGRAMS = {
	"bare Node, ES module": { file: "bare.mjs", text: "" },
	'import "aws-scope"': { file: "import.mjs", text: 'import "aws-scope";' },
	'import "aws-scope/resources"': { file: "resources.mjs", text: 'import "aws-scope/resources";' },
	'import "@aws-sdk/client-dynamodb"': { file: "sdk.mjs", text: 'import "@aws-sdk/client-dynamodb";' },
	"bare Node, CommonJS": { file: "bare.cjs", text: "" },
	'require("aws-scope")': { file: "require.cjs", text: 'require("aws-scope");' },
	'require("aws-scope/resources")': { file: "resources.cjs", text: 'require("aws-scope/resources");' },
} as const;

/** One of the programs. */
export type Program = keyof typeof PROGRAMS;

/** Milliseconds from start to exit. */
export interface ImportFigure {
	readonly time: number;
	/** More than a bare Node process of the same kind. */
	readonly above: number;
}

const bareOf = (name: Program): Program =>
	PROGRAMS[name].file.endsWith(".cjs") ? "bare Node, CommonJS" : "bare Node, ES module";

/** Runs every program many times. Returns medians, and medians of the differences within a round. */
export function imports(rounds = SMOKE ? 15 : 61): Map<Program, ImportFigure> {
	// Inside the repository, so that the programs find the package as an application would.
	mkdirSync(join(ROOT, ".cache"), { recursive: true });
	const directory = mkdtempSync(join(ROOT, ".cache", "bench-"));
	const names = Object.keys(PROGRAMS) as Program[];
	const runs = new Map(names.map((name) => [name, [] as number[]]));
	try {
		for (const { file, text } of Object.values(PROGRAMS)) writeFileSync(join(directory, file), text);
		// The first round warms the file cache and is not counted.
		for (let round = 0; round <= rounds; round++) {
			for (const name of round % 2 === 0 ? names : names.toReversed()) {
				const figure = once(join(directory, PROGRAMS[name].file));
				if (round > 0) runs.get(name)?.push(figure);
			}
		}
	} finally {
		rmSync(directory, { recursive: true });
	}
	const times = (name: Program): number[] => runs.get(name) ?? [];
	const above = (name: Program): number => {
		const bare = times(bareOf(name));
		return median(times(name).map((time, round) => time - (bare[round] ?? Number.NaN)));
	};
	return new Map(names.map((name) => [name, { time: median(times(name)), above: above(name) }]));
}

function once(file: string): number {
	const { NODE_OPTIONS: _, ...env } = process.env;
	const start = performance.now();
	const { status } = spawnSync(process.execPath, [file], { env: { ...QUIET, ...env }, stdio: "ignore" });
	if (status !== 0) throw new Error(`${file} ended with ${status}.`);
	return performance.now() - start;
}

/** Prints them. */
export function showImports(figures: ReadonlyMap<Program, ImportFigure>): void {
	show(
		["a process from start to exit", "ms", "above bare Node"],
		[...figures].map(([name, { time, above }]) => [name, time.toFixed(1), above.toFixed(1)]),
	);
}

if (process.argv[1]?.endsWith("/import.ts")) showImports(imports());
