/** The source checks refuse what they are there to refuse: each rule is seen red once. */

import { describe, expect, test } from "vitest";
import { checkLayers } from "../../scripts/checks/layers.js";
import { checkPatterns } from "../../scripts/checks/patterns.js";
import { readSource } from "../../scripts/checks/sources.js";

describe("a source file is refused when it", () => {
	test.each([
		["reads the wall clock", "export const f = () => Date.now();", "reads Date.now"],
		["reads the wall clock through a date", "export const f = () => new Date();", "reads new Date()"],
		["reads the monotonic clock", "export const f = () => performance.now();", "reads performance.now"],
		["draws a random number", "export const f = () => Math.random();", "reads Math.random"],
		["starts a timer", "export const f = (g: () => void) => setTimeout(g, 1);", "starts a timer (setTimeout)"],
		["starts an interval", "export const f = (g: () => void) => setInterval(g, 1);", "starts a timer (setInterval)"],
		["imports a timer", 'import { setTimeout } from "node:timers/promises";', 'imports "node:timers/promises"'],
		["enters a scope for its caller", "export const f = (s: S) => s.enterWith(1);", "uses enterWith"],
		[
			"falls back from a lost scope",
			"export const f = (s: S) => s.getStore() ?? 1;",
			"falls back when there is no scope",
		],
		["falls back by ||", "export const f = (s: S) => s.getStore() || 1;", "falls back when there is no scope"],
		["exports a whole file", 'export * from "./names.js";', "uses export *"],
		["has a default export", "export default 1;", "has a default export"],
		["keeps a module variable", "let last = 1; export const f = () => last++;", "keeps state in a module variable"],
		[
			"loads the SDK at once",
			'import { STS } from "@aws-sdk/client-sts"; export const f = () => STS;',
			"load SDK packages",
		],
		["is too long", "\n".repeat(301), "has 301 lines"],
	])("%s", (_, text, problem) => {
		const problems = checkPatterns(readSource("src/session/example.ts", text));
		expect(problems).toHaveLength(1);
		expect(problems[0]).toContain(problem);
	});
});

test("time, timers and types of the SDK are allowed where they belong", () => {
	const allowed = [
		["src/home/clock.ts", "export const f = (g: () => void) => setTimeout(g, Date.now() + Math.random());"],
		["src/session/a.ts", 'import type { STS } from "@aws-sdk/client-sts"; export type F = STS;'],
		["src/session/b.ts", 'export const f = () => import("@aws-sdk/client-sts");'],
		["src/session/c.ts", "// Date.now() and enterWith in words\nexport const f = (d: number) => new Date(d);"],
	] as const;
	expect(allowed.flatMap(([path, text]) => checkPatterns(readSource(path, text)))).toEqual([]);
});

describe("an import is refused when", () => {
	test.each([
		["a layer imports the one above it", "src/session/a.ts", '"../scope/scope.js"'],
		["a session names the accessors", "src/session/a.ts", '"../client/service-types.js"'],
		["scope and client meet", "src/scope/a.ts", '"../client/cache.js"'],
		["client and scope meet", "src/client/a.ts", '"../scope/scope.js"'],
		["the core imports the local AWS", "src/index.ts", '"../local-aws/index.js"'],
		["the local AWS looks behind the public API", "local-aws/sts.ts", '"../src/errors.js"'],
		["anything imports a middleware", "src/accessors.ts", '"../middleware/middy.js"'],
		["a middleware looks behind the public API", "middleware/middy.ts", '"../src/scope/scope.js"'],
		["the ESLint plugin needs the library", "eslint/index.ts", '"../src/index.js"'],
		["a source names its own package", "middleware/middy.ts", '"aws-scope"'],
		["a new unit has no layer yet", "src/novelty/a.ts", '"../errors.js"'],
	])("%s", (_, path, specifier) => {
		expect(checkLayers([readSource(path, `import { x } from ${specifier}; export const y = x;`)])).toHaveLength(1);
		expect(checkLayers([readSource(path, `export type { X } from ${specifier};`)])).toHaveLength(1);
	});

	test("files import each other in a circle", () => {
		const files = ["a", "b", "c"].map((name, index, all) =>
			readSource(`src/home/${name}.ts`, `import { x } from "./${all[(index + 1) % 3]}.js"; export const y = x;`),
		);
		expect(checkLayers(files)).toEqual([expect.stringContaining("src/home/a.ts → src/home/b.ts → src/home/c.ts")]);
		expect(checkLayers(files.slice(0, 2))).toEqual([]);
	});
});

test("imports that point down, and circles of types alone, pass", () => {
	const files = [
		readSource("src/accessors.ts", 'import { a } from "./scope/a.js"; import { b } from "./client/b.js"; f(a, b);'),
		readSource("src/home/a.ts", 'import type { B } from "./b.js"; export type A = B;'),
		readSource("src/home/b.ts", 'import type { A } from "./a.js"; export type B = A;'),
		readSource("middleware/middy.ts", 'import { withAwsScope } from "../src/index.js"; f(withAwsScope);'),
	];
	expect(checkLayers(files)).toEqual([]);
});
