/** Writes what the documentation takes from code; with `--check` it only says which page is stale, and fails. */

import { writeFileSync } from "node:fs";
import { pages } from "./docs.js";
import { ROOT } from "./entries.js";

const check = process.argv.includes("--check");
const all = pages();
const stale = all.filter(({ text, wanted }) => text !== wanted);
for (const { path, wanted } of stale) {
	if (check) console.error(`${path} is not what the code says; run npm run docs.`);
	else writeFileSync(ROOT + path, wanted);
}
const problems = all.flatMap((page) => page.problems);
for (const problem of problems) console.error(problem);
console.log(`Checked ${all.length} pages: ${check ? `${stale.length} stale` : `${stale.length} written`}.`);
process.exitCode = problems.length > 0 || (check && stale.length > 0) ? 1 : 0;
