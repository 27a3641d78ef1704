/** Updates the generated parts of the documentation. With `--check`, it only lists stale pages and fails if there are any. */

import { writeFileSync } from "node:fs";
import { pages } from "./docs.js";
import { ROOT } from "./entries.js";

const check = process.argv.includes("--check");
const all = pages();
const stale = all.filter(({ text, wanted }) => text !== wanted);
for (const { path, wanted } of stale) {
	if (check) console.error(`${path} is stale; run npm run docs.`);
	else writeFileSync(ROOT + path, wanted);
}
const problems = all.flatMap((page) => page.problems);
for (const problem of problems) console.error(problem);
console.log(`Checked ${all.length} pages: ${check ? `${stale.length} stale` : `${stale.length} written`}.`);
process.exitCode = problems.length > 0 || (check && stale.length > 0) ? 1 : 0;
