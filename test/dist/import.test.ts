/** Importing the package is cheap because it loads nothing that only a client needs. */

import { expect, test } from "vitest";
import { type Format, runConsumer } from "./consumer.js";

/** What a client, a key or a request needs, and a process that has only imported the package does not. */
const LATER = ["net", "tls", "http", "https", "http2", "dns", "crypto"];

test.each<[Format, string]>([
	["esm", "aws-scope"],
	["cjs", "aws-scope"],
	["esm", "aws-scope/middy"],
	["cjs", "aws-scope/middy"],
	["esm", "aws-scope/resources"],
	["cjs", "aws-scope/resources"],
	["esm", "aws-scope/eslint"],
	["cjs", "aws-scope/eslint"],
])("the %s build of %s loads no SDK package, nothing of Node's network and no cryptography", (format, specifier) => {
	const found = runConsumer(`import-${specifier.replace("/", "-")}`, format, (load) =>
		[
			load("{ createRequire }", "node:module"),
			// ES modules load their imports before their own first line runs, so the package is loaded by the second.
			"const builtins = () => process.moduleLoadList.map((entry) => entry.replace(/^NativeModule /, ''));",
			"const before = new Set(builtins()), open = process.getActiveResourcesInfo().length;",
			format === "esm" ? `await import("${specifier}");` : `require("${specifier}");`,
			`const cache = Object.keys(createRequire(${JSON.stringify(import.meta.url)}).cache);`,
			`report({
				builtins: builtins().filter((name) => !before.has(name) && ${JSON.stringify(LATER)}.includes(name)),
				packages: cache.filter((file) => /node_modules[\\\\/]@(aws-sdk|smithy)[\\\\/]/.test(file)),
				opened: process.getActiveResourcesInfo().length - open,
			});`,
		].join("\n"),
	);
	expect(found).toEqual({ builtins: [], packages: [], opened: 0 });
});
