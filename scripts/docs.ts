/** Generates parts of the documentation: code blocks from compiled examples, and the table of errors. */

import { readdirSync, readFileSync } from "node:fs";
import type { AwsScopeErrorCode } from "../src/errors.js";
import { ROOT } from "./entries.js";
import { ALL_ERROR_NAMES, ERROR_MEANINGS } from "./error-meanings.js";
import { sideBySide } from "./from-boto3.js";

/** A page, its current text and the text that it should have. */
export interface Page {
	readonly path: string;
	readonly text: string;
	readonly wanted: string;
	/** Problems that generating can't fix, one sentence each. */
	readonly problems: readonly string[];
}

/** Pages whose code blocks don't come from examples, and why. */
const OWN_BLOCKS: Readonly<Record<string, string>> = {
	"docs/middy.md": "its blocks are excerpts of examples/lambda-middy.ts and test/middleware/, which run the code",
	"docs/testing.md": "its blocks are excerpts of a test suite, and test/local-aws/ runs the code",
};

export const pages = (): Page[] =>
	["README.md", ...["docs/", "docs/decisions/", "docs/resources/"].flatMap(markdownIn)].map((path) =>
		rewrite(path, readFileSync(ROOT + path, "utf8")),
	);

const markdownIn = (folder: string): string[] =>
	readdirSync(ROOT + folder)
		.filter((file) => file.endsWith(".md"))
		.sort()
		.map((file) => folder + file);

const EXAMPLE = /^<!-- example: (?<file>[\w./-]+?)(?:#(?<region>[\w-]+))? -->\n```ts\n(?<code>.*?)^```$/gms;
const BLOCK = /^```(?:ts|typescript|js|javascript|mjs|cjs)\b/gm;
const ERRORS = /(?<=^<!-- errors -->\n).*?(?=^<!-- \/errors -->$)/ms;

const SIDE_BY_SIDE = /(?<=^<!-- from-boto3: (?<name>[\w-]+) -->\n).*?(?=^<!-- \/from-boto3 -->$)/gms;

/** Updates a page's code blocks from the examples that they name, its columns of two languages, and its table of errors. */
export function rewrite(path: string, text: string): Page {
	const problems: string[] = [];
	const fill = (block: string, file: string, region: string | undefined): string => {
		try {
			const name = region === undefined ? file : `${file}#${region}`;
			return `<!-- example: ${name} -->\n\`\`\`ts\n${example(file, region)}\`\`\``;
		} catch (error) {
			problems.push(`${path}: ${(error as Error).message}`);
			return block;
		}
	};
	const wanted = text
		.replace(EXAMPLE, fill)
		.replace(SIDE_BY_SIDE, (_, name: string) => sideBySide(name))
		.replace(ERRORS, errorTable());
	const own = text.replace(SIDE_BY_SIDE, "");
	const [blocks, taken] = [count(own, BLOCK), count(own, EXAMPLE)];
	if (blocks !== taken && !(path in OWN_BLOCKS)) {
		problems.push(
			`${path}: ${blocks - taken} of ${blocks} code blocks name no example; add a comment with its name above the block.`,
		);
	}
	return { path, text, wanted, problems };
}

/** The code of an example, or of a `//#region` in it, formatted for a page. The first comment is left out. */
export function example(file: string, region: string | undefined): string {
	const text = readFileSync(`${ROOT}examples/${file}`, "utf8");
	if (region === undefined) return forPage(text.replace(/^\/\*\*.*?\*\/\n+/s, ""));
	const found = new RegExp(`^(\\t*)//#region ${region}\\n(.*?)^\\t*//#endregion`, "ms").exec(text);
	if (found === null) throw new Error(`examples/${file} has no region "${region}".`);
	const [, indent = "", body = ""] = found;
	return forPage(body.replaceAll(new RegExp(`^${indent}`, "gm"), ""));
}

/** Replaces tabs, because browsers show them eight columns wide. */
const forPage = (code: string): string =>
	code.replace(/^\t+/gm, (tabs) => "  ".repeat(tabs.length)).replace(/^ *\/\/#(region|endregion).*\n/gm, "");

/** The table of errors as Markdown. */
export const errorTable = (): string =>
	[
		"",
		"| code | class | thrown when |",
		"| --- | --- | --- |",
		...Object.entries(ALL_ERROR_NAMES).map(
			([code, name]) => `| \`${code}\` | \`${name}\` | ${ERROR_MEANINGS[code as AwsScopeErrorCode]} |`,
		),
		"",
		"",
	].join("\n");

const count = (text: string, pattern: RegExp): number => text.match(pattern)?.length ?? 0;
