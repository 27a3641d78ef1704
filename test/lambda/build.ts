/** One folder per test run for the build of the sources that all Lambda functions under test have in common. */

import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";

const CACHE = fileURLToPath(new URL("../../.cache/lambda/", import.meta.url));

/** Makes it; the first file that needs the build fills it. */
export default function setup(): () => void {
	mkdirSync(CACHE, { recursive: true });
	const folder = mkdtempSync(`${CACHE}build-`);
	process.env["AWS_SCOPE_BUILD"] = folder;
	return () => rmSync(folder, { recursive: true, force: true });
}
