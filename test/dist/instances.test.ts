/** However an application loads the package, there is one scope and one home. */

import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { type Format, runConsumer } from "./consumer.js";
import { INSTALLED } from "./pack.js";

const MINE = 'session({ credentials: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "example" } })';

test.each<Format>(["esm", "cjs"])(
	"the %s build holds every source file once, so sub-paths share their state",
	(format) => {
		const maps = readdirSync(`${INSTALLED}dist/${format}`).filter((file) => file.endsWith(".js.map"));
		const sources = maps.flatMap((file) => {
			const map: { sources: string[] } = JSON.parse(readFileSync(`${INSTALLED}dist/${format}/${file}`, "utf8"));
			return map.sources;
		});
		expect(sources.length).toBeGreaterThan(10);
		expect(sources.filter((source, index) => sources.indexOf(source) !== index)).toEqual([]);
	},
);

test("a scope opened through the ESM build is seen through the CJS build, and the other way round", () => {
	const seen = runConsumer(
		"both",
		"esm",
		(load) => `${load("esm", "aws-scope")}${load("{ createRequire }", "node:module")}
			const cjs = createRequire(import.meta.url)("aws-scope");
			const region = ({ tryCurrentAwsScope }) => tryCurrentAwsScope()?.region;
			const open = ({ runInAwsScope, session }, region, fn) => runInAwsScope({ session: ${MINE}, region }, fn);
			report({
				twoCopies: esm.runInAwsScope !== cjs.runInAwsScope,
				cjsSees: open(esm, "eu-west-1", () => region(cjs)),
				esmSees: open(cjs, "eu-west-2", () => region(esm)),
			});`,
	);
	expect(seen).toEqual({ twoCopies: true, cjsSees: "eu-west-1", esmSees: "eu-west-2" });
});

test("an error of one build is an instance of the other build's class", () => {
	const seen = runConsumer(
		"errors",
		"esm",
		(load) => `${load("esm", "aws-scope")}${load("{ createRequire }", "node:module")}
			const cjs = createRequire(import.meta.url)("aws-scope");
			try { esm.currentAwsScope(); report("did not throw"); }
			catch (error) { report([error instanceof cjs.errors.NoAwsScopeError, error instanceof cjs.errors.LostScopeError, error.code]); }`,
	);
	expect(seen).toEqual([true, false, "NO_SCOPE"]);
});
