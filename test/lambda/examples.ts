/** The documentation's examples, as they are deployed beside the tests' own handlers. */

import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { transformSync } from "rolldown/utils";
import type { Deployment } from "./function.js";

/** Puts an example into a deployment: its handlers are `<name>.<export>`. */
export function deployExample({ folder }: Deployment, name: string): void {
	const source = fileURLToPath(new URL(`../../examples/${name}.ts`, import.meta.url));
	const { code } = transformSync(`${name}.ts`, readFileSync(source, "utf8"), { tsconfig: false });
	writeFileSync(`${folder}/${name}.mjs`, code);
}
