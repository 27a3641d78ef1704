/** Checks that the linter doesn't have: layers, forbidden constructs, public names, package.json. Part of `npm run lint`. */

import { checkApi, updateApi } from "./checks/api.js";
import { checkLayers } from "./checks/layers.js";
import { checkExports, checkLockfiles, updateExports } from "./checks/package-json.js";
import { checkPatterns } from "./checks/patterns.js";
import { readSources } from "./checks/sources.js";
import { entries } from "./entries.js";

const list = entries();
if (process.argv.includes("--update-api")) {
	updateApi(list);
	updateExports(list);
}

const sources = readSources();
const problems = [
	...checkLayers(sources),
	...sources.flatMap(checkPatterns),
	...checkApi(list),
	...checkExports(list),
	...checkLockfiles(),
];
for (const problem of problems) console.error(problem);
console.log(`Checked ${sources.length} source files and ${list.length} sub-paths: ${problems.length} problems.`);
process.exitCode = problems.length === 0 ? 0 : 1;
