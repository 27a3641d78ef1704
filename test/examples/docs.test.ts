/** What the documentation takes from code is what the code says. */

import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { describe, expect, test } from "vitest";
import { errorTable, example, pages, rewrite } from "../../scripts/docs.js";
import { ROOT } from "../../scripts/entries.js";
import { ALL_ERROR_NAMES } from "../../scripts/error-meanings.js";
import { readSteps, sideBySide, stepsOf } from "../../scripts/from-boto3.js";

const all = pages();

test.each(all.map((page) => [page.path, page] as const))("%s shows compiled examples as they are", (_, page) => {
	expect(page.problems).toEqual([]);
	expect(page.text, "run npm run docs").toBe(page.wanted);
});

test("every example and every region is shown somewhere", () => {
	const shown = all.map(({ text }) => text).join();
	for (const file of readdirSync(`${ROOT}examples`).filter((name) => name.endsWith(".ts"))) {
		expect(shown).toContain(file);
		const regions = readFileSync(`${ROOT}examples/${file}`, "utf8").matchAll(/\/\/#region (\S+)/g);
		for (const [, region] of regions) expect(shown).toContain(`<!-- example: ${file}#${region} -->`);
	}
});

test("every file of steps in two languages is shown, as it is", () => {
	const page = all.find(({ path }) => path === "docs/from-boto3.md")?.text ?? "";
	const names = readdirSync(`${ROOT}examples/from-boto3`).map((name) => name.replace(/\.\w+$/, ""));
	for (const name of names) {
		expect(page).toContain(`<!-- from-boto3: ${name} -->\n${sideBySide(name)}<!-- /from-boto3 -->`);
		const { typeScript, python } = {
			typeScript: readFileSync(`${ROOT}examples/from-boto3/${name}.ts`, "utf8"),
			python: readFileSync(`${ROOT}examples/from-boto3/${name}.py`, "utf8"),
		};
		const { steps } = stepsOf(name);
		expect(typeScript.match(/^export /gm)).toHaveLength(steps.length);
		expect(python.match(/^(async )?def /gm)).toHaveLength(steps.length);
	}
});

test("steps that don't come in pairs are refused", () => {
	const python = "import a\n\n\ndef one_step():\n    a()\n";
	const typeScript = '/** Of it. */\n\nimport "a";\n\n/** One */\nexport function oneStep() {\n\ta();\n}\n';
	const step = { python: "one_step", typeScript: "oneStep", title: "One", before: "a()", after: "a();" };
	expect(readSteps("x", python, typeScript)).toEqual({ before: "import a", after: 'import "a";', steps: [step] });
	expect(() => readSteps("x", python, typeScript.replace("oneStep", "other"))).toThrow(
		/one_step\(\) in Python, but other/,
	);
	expect(() => readSteps("x", `${python}\n\ndef more():\n    a()\n`, typeScript)).toThrow(/step 2 is more\(\)/);
});

test("every error of the table is on the page about errors", () => {
	const page = all.find(({ path }) => path === "docs/errors.md")?.text ?? "";
	for (const [code, name] of Object.entries(ALL_ERROR_NAMES)) expect(page).toContain(`| \`${code}\` | \`${name}\` |`);
});

test("every link to a file of the repository leads to one", () => {
	const broken = all.flatMap(({ path, text }) =>
		Array.from(text.matchAll(/\]\((?!https?:)([^)#\s]+)/g), ([, target = ""]) => normalize(join(dirname(path), target)))
			.filter((target) => !exists(target))
			.map((target) => `${path} → ${target}`),
	);
	expect(broken).toEqual([]);
});

test("every link to a heading leads to one", () => {
	const broken = all.flatMap(({ path, text }) =>
		Array.from(text.matchAll(/\]\((?!https?:)([^)#\s]*)#([^)\s]+)\)/g), ([, file = "", heading = ""]) => ({
			target: file === "" ? path : normalize(join(dirname(path), file)),
			heading,
		}))
			.filter(({ target, heading }) => !headings(target).includes(heading))
			.map(({ target, heading }) => `${path} → ${target}#${heading}`),
	);
	expect(broken).toEqual([]);
});

/** The ids that GitHub gives to a page's headings. */
const headings = (path: string): string[] =>
	Array.from(readFileSync(ROOT + path, "utf8").matchAll(/^#+ (.+)$/gm), ([, heading = ""]) =>
		heading
			.toLowerCase()
			.replace(/[^\w\- ]/g, "")
			.replaceAll(" ", "-"),
	);

test("every file that a page names exists", () => {
	const missing = all.flatMap(({ path, text }) =>
		Array.from(
			text.matchAll(/`((?:src|test|middleware|examples|scripts|bench|docs)\/[\w./-]*)`/g),
			([, name = ""]) => name,
		)
			.filter((name) => !exists(name))
			.map((name) => `${path} names ${name}`),
	);
	expect(missing).toEqual([]);
});

function exists(path: string): boolean {
	try {
		readFileSync(ROOT + path);
		return true;
	} catch (error) {
		return (error as NodeJS.ErrnoException).code === "EISDIR";
	}
}

describe("a page is refused when", () => {
	const good = `<!-- example: script-over-accounts.ts -->\n\`\`\`ts\n${example("script-over-accounts.ts", undefined)}\`\`\`\n`;

	test("its block was edited", () => {
		expect(rewrite("README.md", good)).toMatchObject({ wanted: good, problems: [] });
		const edited = good.replace("Reader", "Writer");
		expect(rewrite("README.md", edited)).toMatchObject({ wanted: good, problems: [] });
		expect(edited).not.toBe(good);
	});

	test.each([
		["its block comes from nowhere", "```ts\nconst a = 1;\n```\n", /1 of 1 code blocks name no example/],
		["its block is plain JavaScript from nowhere", `${good}\n\`\`\`js\n1;\n\`\`\`\n`, /1 of 2 code blocks/],
		["it names no region of the example", good.replace(".ts -->", ".ts#lost -->"), /has no region "lost"/],
		["it names no example", good.replace("script-over", "novel-over"), /ENOENT/],
	])("%s", (_, text, problem) => {
		expect(rewrite("docs/page.md", text).problems.join()).toMatch(problem);
	});

	test("its two columns were edited", () => {
		const page = (table: string): string => `<!-- from-boto3: aboto3 -->\n${table}<!-- /from-boto3 -->\n`;
		const wanted = page(sideBySide("aboto3"));
		expect(rewrite("docs/from-boto3.md", wanted)).toMatchObject({ wanted, problems: [] });
		expect(rewrite("docs/from-boto3.md", page("<table></table>\n"))).toMatchObject({ wanted, problems: [] });
	});

	test("its table of errors is an old one", () => {
		const page = (table: string): string => `# Errors\n\n<!-- errors -->\n${table}<!-- /errors -->\n`;
		expect(rewrite("docs/errors.md", page("| old |\n")).wanted).toBe(page(errorTable()));
	});
});
