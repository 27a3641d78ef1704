/** `aws-scope/no-kept-client`, under the oldest and the newest supported ESLint, with ESLint's parser and TypeScript's. */

import { createRequire } from "node:module";
import { relative } from "node:path";
import { ESLint, Linter, RuleTester } from "eslint";
import { describe, expect, test } from "vitest";
import awsScope, { configs, rules } from "../../eslint/index.js";
import { ROOT } from "../../scripts/entries.js";
import { fixture } from "../helpers/fixture.js";
import { type Cases, names, places, right, scopedArguments, typed } from "./cases.js";

const require = createRequire(`${fixture("eslint")}package.json`);
const old = require("eslint") as { RuleTester: typeof RuleTester; Linter: typeof Linter };
const typescript = require("@typescript-eslint/parser") as Linter.Parser;

const versions = [
	["ESLint 9", old, "9."],
	["ESLint 10", { RuleTester, Linter }, "10."],
] as const;
const languages = [
	["JavaScript", {}, [names, scopedArguments, places], [right]],
	["TypeScript", { parser: typescript }, [names, scopedArguments, places, typed.kept], [right, typed.right]],
] as const;

/** The places that `KEPT` marks, as the linter counts them, and the code without the marks. */
function readMarks(code: string): { readonly code: string; readonly marks: readonly string[] } {
	const [first = "", ...rest] = code.split("KEPT ");
	const marks: string[] = [];
	let text = first;
	for (const part of rest) {
		const lines = text.split("\n");
		marks.push(`${lines.length}:${(lines.at(-1) ?? "").length + 1}`);
		text += part;
	}
	return { code: text, marks };
}

describe.each(versions)("%s", (_, eslint, version) => {
	test("is the version that is meant", () => expect(new eslint.Linter().version).toMatch(version));

	describe.each(languages)("with %s", (_, languageOptions, kept, notKept) => {
		const linter = new eslint.Linter({ configType: "flat" });
		const config = [configs.recommended, { languageOptions }] as Linter.Config[];
		const all = (tables: readonly Cases[]) => tables.flatMap((cases) => Object.entries(cases));

		test.each(all(kept))("reports %s", (_, marked) => {
			const { code, marks } = readMarks(marked);
			const found = linter.verify(code, config);
			expect(found.map(({ ruleId }) => ruleId)).toEqual(marks.map(() => "aws-scope/no-kept-client"));
			expect(found.map(({ line, column }) => `${line}:${column}`)).toEqual(marks);
		});

		test.each(all(notKept))("accepts %s", (_, code) => expect(linter.verify(code, config)).toEqual([]));
	});

	const Tester = eslint.RuleTester as typeof RuleTester & { describe: unknown; it: unknown };
	Tester.describe = describe;
	Tester.it = test;
	new Tester().run("no-kept-client", rules["no-kept-client"], {
		valid: [`import { clients } from "aws-scope";\nexport const list = () => clients.s3().listBuckets({});`],
		invalid: [
			{
				name: "says why and what to do, and can make the client a function",
				code: `import { clients } from "aws-scope";\nconst s3 = clients.s3("us-east-1");\nexport const list = () => s3.listBuckets({});`,
				errors: [
					{
						message:
							"This client is made outside every scope and kept, so the first tenant's call with it is refused (STRAYED_CLIENT). Call clients.s3() where the client is used. For a library that keeps its client, use followingClient(clients.s3), or perSession(() => ...).",
						line: 2,
						suggestions: [
							{
								desc: "Call it where it is used: make 's3' a function.",
								output: `import { clients } from "aws-scope";\nconst s3 = () => clients.s3("us-east-1");\nexport const list = () => s3().listBuckets({});`,
							},
						],
					},
				],
			},
			{
				name: "suggests nothing where a use would need more than a call",
				code: `import { clients } from "aws-scope";\nconst s3 = clients.s3();\nexport const list = () => use({ s3 });`,
				errors: [{ messageId: "madeOutside", line: 2 }],
			},
			{
				name: "suggests nothing for an export, which other files use",
				code: `import { clients } from "aws-scope";\nexport const s3 = clients.s3();\nexport const list = () => s3.listBuckets({});`,
				errors: [{ messageId: "madeOutside", line: 2 }],
			},
			{
				name: "suggests nothing where the variable has a type",
				code: `import { clients } from "aws-scope";\nconst s3: S3 = clients.s3();\nexport const list = () => s3.listBuckets({});`,
				languageOptions: { parser: typescript },
				errors: [{ messageId: "madeOutside", line: 2 }],
			},
			{
				name: "says that a handler keeps a client for other tenants",
				code: `import { client } from "aws-scope";\nlet s3; export const handler = () => { s3 ??= client(S3); };`,
				errors: [
					{
						message:
							"This client is kept where other tenants' calls find it, and they are refused (STRAYED_CLIENT). Call client(S3) where the client is used. For a library that keeps its client, use perSession(() => ...).",
						line: 2,
					},
				],
			},
			{
				name: "says what to do with a resource",
				code: `import { s3 } from "aws-scope/resources";\nexport const photos = s3.Bucket("photos");`,
				errors: [
					{
						message:
							"This resource is made outside every scope and kept, so the first tenant's call with it is refused (STRAYED_CLIENT). Get it where it is used.",
						line: 2,
					},
				],
			},
		],
	});
});

test("the plugin has its rules and configurations, for ES modules and for require()", () => {
	expect(awsScope).toMatchObject({ meta: { name: "aws-scope" }, rules, configs });
	expect(Object.keys(configs.recommended.rules ?? {})).toEqual(Object.keys(rules).map((name) => `aws-scope/${name}`));
});

test("of the examples, and with them the code of the docs, only the classic bug keeps a client", async () => {
	const eslint = new ESLint({
		cwd: ROOT,
		overrideConfigFile: true,
		overrideConfig: [{ files: ["**/*.ts"], languageOptions: { parser: typescript } }, configs.recommended],
		allowInlineConfig: false,
	});
	const results = await eslint.lintFiles(["examples"]);
	expect(results.length).toBeGreaterThan(40);
	const found = results.flatMap(({ messages, filePath }) =>
		messages.map(({ messageId }) => [relative(ROOT, filePath).replaceAll("\\", "/"), messageId]),
	);
	expect(found).toEqual([["examples/main-job/classic-bug.ts", "keptOutside"]]);
});
