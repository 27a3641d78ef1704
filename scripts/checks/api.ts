/** Compares the public names of every sub-path with the committed list. */

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { type Entry, ROOT } from "../entries.js";
import { readSource } from "./sources.js";

/** The names of one sub-path: values, and types. */
export interface ApiNames {
	readonly values: readonly string[];
	readonly types: readonly string[];
}

const SNAPSHOT = "test/dist/api.json";

/** The committed list, by sub-path. */
export function apiSnapshot(): Record<string, ApiNames> {
	return existsSync(ROOT + SNAPSHOT) ? JSON.parse(readFileSync(ROOT + SNAPSHOT, "utf8")) : {};
}

/** The current names, by sub-path. */
export function publicNames(entries: readonly Entry[]): Record<string, ApiNames> {
	return Object.fromEntries(entries.map(({ subpath, source }) => [subpath, namesOf(source)]));
}

/** Updates the committed list. */
export function updateApi(entries: readonly Entry[]): void {
	writeFileSync(ROOT + SNAPSHOT, `${JSON.stringify(publicNames(entries), null, "\t")}\n`);
}

/** Lists names that were added, removed or changed between type and value. */
export function checkApi(entries: readonly Entry[]): string[] {
	const [now, promised] = [publicNames(entries), apiSnapshot()];
	const problems: string[] = [];
	for (const subpath of new Set([...Object.keys(now), ...Object.keys(promised)])) {
		for (const kind of ["values", "types"] as const) {
			const [is, was] = [new Set(now[subpath]?.[kind]), new Set(promised[subpath]?.[kind])];
			const change = [
				...[...is].filter((name) => !was.has(name)).map((name) => `+${name}`),
				...[...was].filter((name) => !is.has(name)).map((name) => `-${name}`),
			];
			if (change.length === 0) continue;
			problems.push(
				`The public ${kind} of "${subpath}" changed (${change.join(", ")}); if this is intended, run npm run api:update.`,
			);
		}
	}
	return problems;
}

function namesOf(path: string): ApiNames {
	const names = { values: [] as string[], types: [] as string[] };
	for (const { entries } of readSource(path).parsed.module.staticExports) {
		for (const { exportName, isType } of entries) {
			if (exportName.name !== null) names[isType ? "types" : "values"].push(exportName.name);
		}
	}
	return { values: names.values.sort(), types: names.types.sort() };
}
