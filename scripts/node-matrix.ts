/**
 * Runs the tests of the sources and of the packed tarball under other versions of Node: `npm run test:matrix -- 22 24`.
 *
 * The binaries are the npm packages `node-<platform>-<arch>`, fetched once into `.cache/`: too big, and too bound to one
 * platform, to be dependencies. A version that is there already is not fetched again; delete `.cache/node` to renew it.
 */

import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { ROOT } from "./entries.js";

const VERSIONS = ["22", "24"];

/** The path of a Node of this major version. */
function nodeBinary(major: string): string {
	const folder = `${ROOT}.cache/node/${major}`;
	const name = `node-${process.platform === "win32" ? "win" : process.platform}-${process.arch}`;
	const binary = `${folder}/node_modules/${name}/bin/node${process.platform === "win32" ? ".exe" : ""}`;
	if (!existsSync(binary)) {
		mkdirSync(folder, { recursive: true });
		writeFileSync(`${folder}/package.json`, JSON.stringify({ private: true }));
		const options = ["--prefix", folder, "--no-save", "--no-package-lock", "--ignore-scripts", "--force", "--silent"];
		execFileSync("npm", ["install", ...options, `${name}@${major}`], { stdio: "inherit" });
	}
	return binary;
}

const wanted = process.argv.slice(2);
const failed: string[] = [];
// One build for all: what is published is built once, too.
execFileSync("npm", ["run", "--silent", "build"], { cwd: ROOT, stdio: "inherit" });

for (const major of wanted.length > 0 ? wanted : VERSIONS) {
	const binary = nodeBinary(major);
	const version = execFileSync(binary, ["--version"], { encoding: "utf8" }).trim();
	console.log(`\n=== Node ${version} ===`);
	const { status } = spawnSync(binary, [`${ROOT}node_modules/vitest/vitest.mjs`, "run"], {
		cwd: ROOT,
		stdio: "inherit",
		env: { ...process.env, AWS_SCOPE_DIST: "built" },
	});
	if (status !== 0) failed.push(version);
}
console.log(failed.length === 0 ? "\nEvery version passed." : `\nFailed under Node ${failed.join(", ")}.`);
process.exitCode = failed.length === 0 ? 0 : 1;
