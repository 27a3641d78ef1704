/** The packed plugin, in configurations of both kinds and in both supported versions of ESLint. */

import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";
import { fixture } from "../helpers/fixture.js";
import { CONSUMER } from "./pack.js";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const FOLDER = `${CONSUMER}eslint-app/`;
const versions = [
	["ESLint 9", fixture("eslint")],
	["ESLint 10", ROOT],
] as const;
const configs = [
	["mjs", `import awsScope from "aws-scope/eslint";\nexport default [awsScope.configs.recommended];\n`],
	["cjs", `const awsScope = require("aws-scope/eslint");\nmodule.exports = [awsScope.configs.recommended];\n`],
] as const;

beforeAll(() => {
	mkdirSync(FOLDER, { recursive: true });
	writeFileSync(`${FOLDER}kept.js`, `import { clients } from "aws-scope";\nexport const s3 = clients.s3();\n`);
	writeFileSync(`${FOLDER}right.js`, `import { clients } from "aws-scope";\nexport const s3 = () => clients.s3();\n`);
});

interface Result {
	readonly filePath: string;
	readonly messages: readonly { readonly ruleId: string; readonly line: number }[];
}

describe.each(versions)("%s", (_, folder) => {
	const bin = `${dirname(createRequire(`${folder}package.json`).resolve("eslint/package.json"))}/bin/eslint.js`;

	test.each(configs)("reports kept clients with a .%s configuration", (extension, text) => {
		writeFileSync(`${FOLDER}eslint.config.${extension}`, text);
		const args = ["-c", `eslint.config.${extension}`, "--format", "json", "kept.js", "right.js"];
		let printed = "";
		try {
			execFileSync(process.execPath, [bin, ...args], { cwd: FOLDER, encoding: "utf8" });
		} catch (error) {
			printed = String((error as { stdout: unknown }).stdout);
		}
		const results = JSON.parse(printed) as Result[];
		expect(results.map(({ messages }) => messages.map(({ ruleId, line }) => `${line} ${ruleId}`))).toEqual([
			["2 aws-scope/no-kept-client"],
			[],
		]);
	});
});

test.each(["mts", "cts"])("a typed configuration compiles as a .%s file", (extension) => {
	const config = `import { defineConfig } from "eslint/config";
		import type { Rule } from "eslint";
		import awsScope, { configs, rules } from "aws-scope/eslint";
		export const rule: Rule.RuleModule = rules["no-kept-client"];
		export const all = defineConfig([awsScope.configs.recommended, configs.recommended, {
			plugins: { "aws-scope": awsScope },
			rules: { "aws-scope/no-kept-client": "warn" },
		}]);\n`;
	writeFileSync(`${FOLDER}typed.${extension}`, config);
	const options = ["--ignoreConfig", "--noEmit", "--strict", "--module", "nodenext", "--target", "es2022"];
	const exact = ["--exactOptionalPropertyTypes", "--types", "node", "--typeRoots", `${ROOT}node_modules/@types`];
	const tsc = `${ROOT}node_modules/typescript/bin/tsc`;
	const compile = () =>
		execFileSync(process.execPath, [tsc, ...options, ...exact, "--pretty", "false", `typed.${extension}`], {
			cwd: FOLDER,
			encoding: "utf8",
		});
	expect(compile()).toBe("");
});
