/** Runs all tests, including those of the packed tarball, on other Node versions: `npm run test:matrix -- 22 24`. */

import { execFileSync, spawnSync } from "node:child_process";
import { ROOT } from "./entries.js";
import { nodeBinary } from "./node-binary.js";

const VERSIONS = ["22", "24"];

const wanted = process.argv.slice(2);
const failed: string[] = [];
// One build for all versions, as in a release.
execFileSync("npm", ["run", "--silent", "build"], { cwd: ROOT, stdio: "inherit" });

for (const major of wanted.length > 0 ? wanted : VERSIONS) {
	const binary = nodeBinary(major);
	const version = execFileSync(binary, ["--version"], { encoding: "utf8" }).trim();
	console.log(`\n=== Node ${version} ===`);
	const { status } = spawnSync(binary, [`${ROOT}node_modules/vitest/vitest.mjs`, "run", "--mode=full"], {
		cwd: ROOT,
		stdio: "inherit",
		env: { ...process.env, AWS_SCOPE_DIST: "built" },
	});
	if (status !== 0) failed.push(version);
}
console.log(failed.length === 0 ? "\nAll versions passed." : `\nFailed on Node ${failed.join(", ")}.`);
process.exitCode = failed.length === 0 ? 0 : 1;
