/** Checks package.json and the lockfiles. */

import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import { type Entry, exportsField, ROOT } from "../entries.js";

interface LockedPackage {
	readonly resolved?: string;
	readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/** Checks that `exports` matches the table of sub-paths. */
export function checkExports(entries: readonly Entry[]): string[] {
	const { exports } = JSON.parse(readFileSync(`${ROOT}package.json`, "utf8"));
	const wanted = exportsField(entries);
	if (isDeepStrictEqual(exports, wanted)) return [];
	return [`"exports" in package.json doesn't match scripts/entries.ts; run npm run api:update.`];
}

/** Writes `exports` from the table of sub-paths. */
export function updateExports(entries: readonly Entry[]): void {
	const manifest = JSON.parse(readFileSync(`${ROOT}package.json`, "utf8"));
	manifest.exports = exportsField(entries);
	writeFileSync(`${ROOT}package.json`, `${JSON.stringify(manifest, null, "\t")}\n`);
}

/** Checks that the lockfiles work on any machine and with any registry. */
export function checkLockfiles(): string[] {
	const fixtures = readdirSync(`${ROOT}test/fixtures`).map((name) => `test/fixtures/${name}/package-lock.json`);
	return ["package-lock.json", ...fixtures].flatMap(checkLockfile);
}

function checkLockfile(file: string): string[] {
	const { packages }: { packages: Record<string, LockedPackage> } = JSON.parse(readFileSync(`${ROOT}${file}`, "utf8"));
	const problems: string[] = [];
	for (const [path, { resolved, optionalDependencies }] of Object.entries(packages)) {
		if (resolved?.startsWith("http")) {
			problems.push(`${file} names a registry host for ${path}; install with omit-lockfile-registry-resolved.`);
		}
		for (const name of Object.keys(optionalDependencies ?? {})) {
			if (packages[`${path}/node_modules/${name}`] || packages[`node_modules/${name}`]) continue;
			problems.push(`${file} lacks ${name}, an optional dependency of ${path}; npm ci would fail.`);
		}
	}
	return problems;
}
