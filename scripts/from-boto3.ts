/** The two columns of docs/from-boto3.md: the same steps in Python and TypeScript, as `test/moto` runs them. */

import { readFileSync } from "node:fs";
import { ROOT } from "./entries.js";

const FOLDER = `${ROOT}examples/from-boto3/`;

/** One step in both languages. */
export interface Step {
	/** The names of its functions. */
	readonly python: string;
	readonly typeScript: string;
	readonly title: string;
	/** The bodies of the functions. */
	readonly before: string;
	readonly after: string;
}

/** A file of steps in both languages. */
export interface Steps {
	/** What stands above the first function: imports and constants. */
	readonly before: string;
	readonly after: string;
	readonly steps: readonly Step[];
}

const PYTHON = /^(?:async )?def (?<name>\w+)\(\):\n(?<body>(?: {4}.*\n|\n)+)/gm;
const TYPESCRIPT =
	/^\/\*\* (?<title>.*) \*\/\nexport (?:async )?function (?<name>\w+)\(\) \{\n(?<body>[\s\S]*?)^\}\n/gm;

/** Reads `examples/from-boto3/<name>.py` and `.ts`, whose functions stand in the same order. */
export function stepsOf(name: string): Steps {
	const [python, typeScript] = ["py", "ts"].map((ending) => readFileSync(`${FOLDER}${name}.${ending}`, "utf8"));
	return readSteps(name, python as string, typeScript as string);
}

/** Reads the steps of both languages; refuses functions that don't come in pairs. */
export function readSteps(name: string, python: string, typeScript: string): Steps {
	const theirs = [...python.matchAll(PYTHON)].map(({ groups = {} }) => groups);
	const ours = [...typeScript.matchAll(TYPESCRIPT)].map(({ groups = {} }) => groups);
	for (let at = 0; at < Math.max(theirs.length, ours.length); at += 1) {
		const wanted = theirs[at]?.["name"]?.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
		if (wanted === undefined || wanted !== ours[at]?.["name"]) {
			throw new Error(
				`examples/from-boto3/${name}: step ${at + 1} is ${theirs[at]?.["name"]}() in Python, but ${ours[at]?.["name"]}() in TypeScript.`,
			);
		}
	}
	return {
		before: python
			.slice(0, python.search(/^(async )?def /m))
			.replace(/^""".*?"""\n+/s, "")
			.trim(),
		after: forPage(
			typeScript
				.slice(0, typeScript.search(/^\/\*\* .* \*\/\nexport /m))
				.replace(/^\/\*\*.*?\*\/\n+/s, "")
				.trim(),
		),
		steps: theirs.map((step, at) => ({
			python: step["name"] ?? "",
			typeScript: ours[at]?.["name"] ?? "",
			title: ours[at]?.["title"] ?? "",
			before: (step["body"] ?? "").replace(/^ {4}/gm, "").trim(),
			after: forPage((ours[at]?.["body"] ?? "").replace(/^\t/gm, "").trim()),
		})),
	};
}

/** The steps as a table of two columns, as GitHub shows it. */
export function sideBySide(name: string): string {
	const { before, after, steps } = stepsOf(name);
	const row = (left: string, right: string): string =>
		`<tr valign="top"><td>\n\n\`\`\`python\n${left}\n\`\`\`\n\n</td><td>\n\n\`\`\`ts\n${right}\n\`\`\`\n\n</td></tr>`;
	const rows = steps.map(({ title, ...step }) => [
		`<tr><td colspan="2">\n\n${title}\n\n</td></tr>`,
		row(step.before, step.after),
	]);
	return [
		"<table>",
		"<tr><th>Python</th><th>TypeScript</th></tr>",
		row(before, after),
		...rows.flat(),
		"</table>",
		"",
	].join("\n");
}

const forPage = (code: string): string => code.replace(/^\t+/gm, (tabs) => "  ".repeat(tabs.length));
