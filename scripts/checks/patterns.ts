/** Constructs that the laws of the library forbid, or allow in one place only. */

import { Visitor } from "rolldown/utils";
import { lineOf, type Source } from "./sources.js";

/** Files may be longer only where they are generated. */
const MAX_LINES = 300;
const GENERATED = /^src\/client\/service(s|-types)\.ts$/;

/** Time and chance have one door, so that tests can hold the clock. */
const CLOCK = "src/home/clock.ts";

const CLOCKS: Readonly<Record<string, string>> = {
	[CLOCK]: "the one door to time and chance of the library",
	"local-aws/": "the local AWS has a clock of its own, as AWS has",
};

/** A timer lives only as long as the call it bounds. Each of these places bounds one. */
const TIMERS: Readonly<Record<string, string>> = {
	[CLOCK]: "the one door to timers of the library",
	"local-aws/": "the local AWS delays answers and holds connections on purpose",
};

const TIMER_NAMES = new Set(["setTimeout", "setInterval"]);

/** What is wrong in this file: one sentence each, with its line. */
export function checkPatterns(source: Source): string[] {
	const problems: string[] = [];
	const { path } = source;
	const report = (node: { start: number }, sentence: string) =>
		void problems.push(`${path}:${lineOf(source, node.start)} ${sentence}`);
	const clockFree = !isListed(path, CLOCKS);
	const timerFree = !isListed(path, TIMERS);

	new Visitor({
		MemberExpression(node) {
			const property = nameOf(node.property);
			const member = `${nameOf(node.object)}.${property}`;
			if (clockFree && /^(Date\.now|Math\.random|performance\.now|process\.hrtime)$/.test(member)) {
				report(node, `reads ${member}; time and chance come from ${CLOCK}.`);
			}
			if (property === "enterWith") report(node, "uses enterWith, which leaks into whoever awaits; use run.");
		},
		NewExpression(node) {
			if (clockFree && nameOf(node.callee) === "Date" && node.arguments.length === 0) {
				report(node, `reads new Date(); time comes from ${CLOCK}.`);
			}
		},
		CallExpression(node) {
			const name = nameOf(node.callee);
			if (timerFree && TIMER_NAMES.has(name)) {
				report(node, `starts a timer (${name}); timers have listed places in scripts/checks/patterns.ts.`);
			}
		},
		LogicalExpression(node) {
			if (node.operator === "&&") return;
			if (source.text.slice(node.left.start, node.left.end).endsWith("getStore()")) {
				report(node, "falls back when there is no scope; a lost scope has its own named function.");
			}
		},
		ExportAllDeclaration(node) {
			report(node, "exports everything of another file; name what is public.");
		},
		ExportDefaultDeclaration(node) {
			report(node, "has a default export; use a named one.");
		},
	}).visit(source.parsed.program);

	for (const node of source.parsed.program.body) {
		const declaration = node.type === "ExportNamedDeclaration" ? node.declaration : node;
		if (declaration?.type === "VariableDeclaration" && declaration.kind !== "const" && !declaration.declare) {
			report(node, "keeps state in a module variable; the home is the one place of warm state.");
		}
	}
	for (const { specifier, typeOnly } of source.imports) {
		if (path.startsWith("local-aws/") || typeOnly) continue;
		if (specifier.startsWith("@aws-sdk/")) {
			problems.push(`${path} imports "${specifier}" when it is loaded; load SDK packages on first use.`);
		}
		if (timerFree && /^(node:)?timers(\/promises)?$/.test(specifier)) {
			problems.push(`${path} imports "${specifier}"; timers have listed places in scripts/checks/patterns.ts.`);
		}
	}
	const lines = source.text.split("\n").length - 1;
	if (lines > MAX_LINES && !GENERATED.test(path))
		problems.push(`${path} has ${lines} lines; split it (at most ${MAX_LINES}).`);
	return problems;
}

function isListed(path: string, places: Readonly<Record<string, string>>): boolean {
	return Object.keys(places).some((place) => path.startsWith(place));
}

function nameOf(node: { type: string; name?: unknown }): string {
	return node.type === "Identifier" && typeof node.name === "string" ? node.name : "";
}
