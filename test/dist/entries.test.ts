/** Every sub-path of the packed tarball loads, as ESM and as CJS, and exports what is promised. */

import { describe, expect, test } from "vitest";
import { apiSnapshot } from "../../scripts/checks/api.js";
import { entries } from "../../scripts/entries.js";
import { type Format, runConsumer } from "./consumer.js";

const list = entries();
const promised = apiSnapshot();
const FORMATS: Format[] = ["esm", "cjs"];

describe.each(FORMATS)("an application that loads the package as %s", (format) => {
	test.each(list)("gets every promised name from $specifier", ({ specifier, subpath, name }) => {
		const names = runConsumer(
			`names-${name}`,
			format,
			(load) =>
				`${load("loaded", specifier)}report(Object.keys(loaded).filter((n) => loaded[n] !== undefined).sort());`,
		);
		expect(names).toEqual(promised[subpath]?.values);
	});

	// The SDK is CommonJS, also when an ES module imports it: whatever of it is loaded stands in the module cache.
	test.each(["aws-scope", "aws-scope/middy", "aws-scope/resources"])(
		"loads no SDK package and keeps nothing open by importing %s",
		(specifier) => {
			const found = runConsumer(
				`quiet-${specifier.replace("/", "-")}`,
				format,
				(load) => `${load("{ createRequire }", "node:module")}${load("loaded", specifier)}
				const cache = Object.keys(createRequire(${JSON.stringify(import.meta.url)}).cache);
				report({
					loaded: typeof loaded,
					sdk: cache.filter((file) => /node_modules[\\\\/]@aws-sdk[\\\\/]/.test(file)),
					open: process.getActiveResourcesInfo().filter((kind) => /TCP|TLS|UDP|FSEvent|Timeout|Immediate/.test(kind)),
				});`,
			);
			expect(found).toEqual({ loaded: "object", sdk: [], open: [] });
		},
	);

	test("finds the SDK packages of the application and builds their clients", () => {
		const found = runConsumer(
			"client",
			format,
			(load) => `${load("{ clients, runInAwsScope, session }", "aws-scope")}
				const mine = session({ credentials: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "example" } });
				const built = runInAwsScope({ session: mine, region: "eu-central-1" }, () => clients.dynamodb());
				report(built.constructor.name);`,
		);
		expect(found).toBe("DynamoDB");
	});
});
