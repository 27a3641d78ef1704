/** Finds constructs that are forbidden, or allowed only in listed files. */

import { Visitor } from "rolldown/utils";
import { lineOf, type Source } from "./sources.js";

/** Generated files may be longer. */
const MAX_LINES = 300;
const GENERATED = /^(src\/client\/service(s|-types)|resources\/(definitions|types)\/[\w-]+)\.ts$/;

/** Only these read clocks and random numbers, so that tests can replace them. */
const CLOCK = "src/home/clock.ts";

const CLOCKS: Readonly<Record<string, string>> = {
	[CLOCK]: "the library's only source of time and random numbers",
	"local-aws/": "the local AWS has its own clock, as AWS does",
	"resources/dynamodb/batch-writer.ts": "waits a random time before it sends again",
	"fan-out/": "tells when a task started and how long it took, and how long a throttled account waits",
};

/** A timer may live only as long as the call that it limits, as in these files. */
const TIMERS: Readonly<Record<string, string>> = {
	[CLOCK]: "the library's only source of timers",
	"local-aws/": "the local AWS delays responses and holds connections on purpose",
	"fan-out/": "limits the time of a task, and waits until a throttled account may be called again",
	"resources/dynamodb/batch-writer.ts": "waits before it sends what DynamoDB has not processed again",
	"worker/timers.ts":
		"ends an invocation in time, extends the visibility of messages meanwhile, and waits before it sends again",
};

const TIMER_NAMES = new Set(["setTimeout", "setInterval"]);

/** Returns the problems in a file, one sentence each, with the line. */
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
				report(node, `reads ${member}; use ${CLOCK} for time and random numbers.`);
			}
			if (property === "enterWith") report(node, "uses enterWith, which leaks into the caller's context; use run.");
		},
		NewExpression(node) {
			if (clockFree && nameOf(node.callee) === "Date" && node.arguments.length === 0) {
				report(node, `reads new Date(); use ${CLOCK} for time.`);
			}
		},
		CallExpression(node) {
			const name = nameOf(node.callee);
			if (timerFree && TIMER_NAMES.has(name)) {
				report(node, `starts a timer (${name}); only files listed in scripts/checks/patterns.ts may do so.`);
			}
		},
		LogicalExpression(node) {
			if (node.operator === "&&") return;
			if (source.text.slice(node.left.start, node.left.end).endsWith("getStore()")) {
				report(node, "falls back when there is no scope; call refuseLost() instead.");
			}
		},
		ExportAllDeclaration(node) {
			report(node, "uses export *; name the public exports.");
		},
		ExportDefaultDeclaration(node) {
			report(node, "has a default export; use a named one.");
		},
	}).visit(source.parsed.program);

	for (const node of source.parsed.program.body) {
		const declaration = node.type === "ExportNamedDeclaration" ? node.declaration : node;
		if (declaration?.type === "VariableDeclaration" && declaration.kind !== "const" && !declaration.declare) {
			report(node, "keeps state in a module variable; keep it in the home.");
		}
	}
	for (const { specifier, typeOnly } of source.imports) {
		if (path.startsWith("local-aws/") || typeOnly) continue;
		if (specifier.startsWith("@aws-sdk/")) {
			problems.push(`${path} imports "${specifier}" at load time; load SDK packages on first use.`);
		}
		if (timerFree && /^(node:)?timers(\/promises)?$/.test(specifier)) {
			problems.push(`${path} imports "${specifier}"; only files listed in scripts/checks/patterns.ts may do so.`);
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
