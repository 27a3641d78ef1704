/** package.json and the lockfile say what the sources and other machines need. */

import { readFileSync, writeFileSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import { type Entry, exportsField, ROOT } from "../entries.js";

interface LockedPackage {
	readonly resolved?: string;
	readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/** Is `exports` what the table of sub-paths says? */
export function checkExports(entries: readonly Entry[]): string[] {
	const { exports } = JSON.parse(readFileSync(`${ROOT}package.json`, "utf8"));
	const wanted = exportsField(entries);
	if (isDeepStrictEqual(exports, wanted)) return [];
	return [`"exports" in package.json is not what scripts/entries.ts says; run npm run api:update.`];
}

/** Writes `exports` from the table of sub-paths. */
export function updateExports(entries: readonly Entry[]): void {
	const manifest = JSON.parse(readFileSync(`${ROOT}package.json`, "utf8"));
	manifest.exports = exportsField(entries);
	writeFileSync(`${ROOT}package.json`, `${JSON.stringify(manifest, null, "\t")}\n`);
}

/** Can any machine install from the lockfile, from whichever registry it uses? */
export function checkLockfile(): string[] {
	const { packages }: { packages: Record<string, LockedPackage> } = JSON.parse(
		readFileSync(`${ROOT}package-lock.json`, "utf8"),
	);
	const problems: string[] = [];
	for (const [path, { resolved, optionalDependencies }] of Object.entries(packages)) {
		if (resolved?.startsWith("http")) {
			problems.push(
				`package-lock.json names a registry host for ${path}; install with omit-lockfile-registry-resolved.`,
			);
		}
		for (const name of Object.keys(optionalDependencies ?? {})) {
			if (packages[`${path}/node_modules/${name}`] || packages[`node_modules/${name}`]) continue;
			problems.push(`package-lock.json lacks ${name}, an optional dependency of ${path}; npm ci would refuse it.`);
		}
	}
	return problems;
}
