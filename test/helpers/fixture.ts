/**
 * Installs packages that can't be in the repository's own `node_modules`, because npm would print a warning for them (such
 * as for a later Node), or because they would affect other tests. Each folder in `test/fixtures/` has its own manifest and
 * lockfile.
 */

import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
	cpSync,
	existsSync,
	mkdirSync,
	mkdtempSync,
	readFileSync,
	realpathSync,
	renameSync,
	rmSync,
	symlinkSync,
} from "node:fs";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const CACHE = `${ROOT}.cache/fixtures/`;

/**
 * Installs `test/fixtures/<name>` if needed, and returns the folder with its `node_modules`, with a trailing slash:
 * `.cache/fixtures/<hash of the lockfile>/`. Other packages are found in the repository's own `node_modules`. Also links
 * `test/fixtures/<name>/node_modules` to it, so that sources in that folder find the packages, too. Throws if the
 * installation fails, so that every test that needs the fixture fails.
 */
export function fixture(name: string): string {
	const source = `${ROOT}test/fixtures/${name}/`;
	const hash = createHash("sha256")
		.update(readFileSync(`${source}package-lock.json`))
		.digest("hex")
		.slice(0, 16);
	const folder = `${CACHE}${hash}/`;
	if (!existsSync(folder)) install(source, folder);
	link(`${folder}node_modules`, `${source}node_modules`);
	return folder;
}

/** Installs into a temporary folder and renames it, because test files run in parallel and may be interrupted. */
function install(source: string, folder: string): void {
	mkdirSync(CACHE, { recursive: true });
	const aside = mkdtempSync(`${CACHE}installing-`);
	try {
		for (const file of ["package.json", "package-lock.json"]) cpSync(source + file, `${aside}/${file}`);
		const options = ["--prefer-offline", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
		execFileSync("npm", ["ci", ...options], { cwd: aside, stdio: ["ignore", "ignore", "inherit"] });
		renameSync(aside, folder);
	} catch (cause) {
		// Another test file was faster.
		if (!existsSync(folder)) throw new Error(`npm ci failed in ${source}; see its output.`, { cause });
	} finally {
		rmSync(aside, { recursive: true, force: true });
	}
}

function link(target: string, path: string): void {
	if (existsSync(path) && realpathSync(path) === realpathSync(target)) return;
	const aside = `${path}-${process.pid}`;
	symlinkSync(target, aside, "junction");
	renameSync(aside, path);
}
