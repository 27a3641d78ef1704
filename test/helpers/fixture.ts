/**
 * Packages that are not in the repository's own `node_modules`, because npm would print a warning for them there (they
 * need a later Node, say) or because they would change what other tests find. Each folder in `test/fixtures/` has a
 * manifest and a lockfile of its own.
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
 * Installs `test/fixtures/<name>` unless it is installed, and returns the folder with its `node_modules`, with a slash at
 * its end: `.cache/fixtures/<hash of the lockfile>/`. What that `node_modules` lacks, Node finds in the repository's own.
 * Afterward `test/fixtures/<name>/node_modules` is a link to it, so that sources in that folder find the packages, too.
 * A failed installation throws, and with it every test that needs the fixture fails.
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

/** Installs aside and moves the result into place: test files run in parallel, and an installation may be interrupted. */
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
		if (!existsSync(folder)) throw new Error(`npm ci failed in ${source}; its output says why.`, { cause });
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
