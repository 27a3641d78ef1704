/** Runs small programs of the application that installed the tarball. */

import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { CONSUMER } from "./pack.js";

/** Lambda's nodejs22 runs with this; every supported Node knows it. */
const WITHOUT_REQUIRE_ESM = ["--no-experimental-require-module"];

/** The two ways to load the package. */
export type Format = "esm" | "cjs";

/**
 * Runs a program as an ES module or a CommonJS module in a fresh process and returns what it gave to `report`.
 * `load` is the statement that binds names from a module: `load("{ clients }", "aws-scope")`.
 */
export function runConsumer(name: string, format: Format, program: (load: typeof loadEsm) => string): unknown {
	const file = `${CONSUMER}${name}.${format === "esm" ? "mjs" : "cjs"}`;
	const report = "const report = (value) => process.stdout.write(JSON.stringify(value));\n";
	writeFileSync(file, report + program(format === "esm" ? loadEsm : loadCjs));
	const { NODE_OPTIONS: _, ...env } = process.env;
	const output = execFileSync(process.execPath, [...(format === "cjs" ? WITHOUT_REQUIRE_ESM : []), file], {
		cwd: CONSUMER,
		encoding: "utf8",
		env,
	});
	return JSON.parse(output);
}

const loadEsm = (names: string, specifier: string): string =>
	`import ${names.startsWith("{") ? names : `* as ${names}`} from ${JSON.stringify(specifier)};\n`;

const loadCjs: typeof loadEsm = (names, specifier) =>
	`const ${names.replaceAll(" as ", ": ")} = require(${JSON.stringify(specifier)});\n`;
