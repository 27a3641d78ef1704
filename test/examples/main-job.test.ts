import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { makeOrders } from "../../examples/main-job/invoke.js";
import type { Run } from "../../examples/main-job/measure.js";
import { tenants } from "../../examples/main-job/tenants.js";
import { brokenPromises, type Runs } from "../../examples/main-job/verdict.js";

async function mainJob(...options: string[]) {
	const child = spawn(
		process.execPath,
		[
			"--import",
			"./scripts/ts.mjs",
			"--import",
			"./test/examples/from-source.mjs",
			"examples/main-job/main.ts",
			...options,
		],
		{
			cwd: fileURLToPath(new URL("../../", import.meta.url)),
			// As a user's terminal has it: the example itself must keep the SDK's announcement out of its output.
			env: { ...process.env, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: undefined },
			stdio: ["ignore", "pipe", "pipe"],
		},
	);
	const exit = new Promise<number | null>((resolve) => child.once("close", resolve));
	const [output, errors, code] = await Promise.all([text(child.stdout), text(child.stderr), exit]);
	return { output, errors, code };
}

/** The cells of the table row that starts with `name`. */
const rowOf = (output: string, name: string): string[] | undefined =>
	output
		.split("\n")
		.map((line) =>
			line
				.split("│")
				.slice(1, -1)
				.map((cell) => cell.trim()),
		)
		.find(([first]) => first === name);

test("npm start serves every tenant from its own account and shows what that saves, in plain lines of 80 columns", async () => {
	const { output, errors, code } = await mainJob("--invocations", "40", "--at-once", "20");
	expect(errors).toBe("");
	expect(code).toBe(0);
	for (const { name, account } of tenants) expect(rowOf(output, name)).toEqual([name, account, account, "16", "0"]);
	expect(rowOf(output, "Requests to DynamoDB")?.slice(1)).toEqual(["80", "80"]);
	expect(rowOf(output, "Requests signed for the wrong tenant")?.slice(1)).toEqual(["0", "0"]);
	expect(rowOf(output, "DynamoDB clients built")?.slice(1)).toEqual(["5", "40"]);
	expect(rowOf(output, "AssumeRole calls to STS")?.slice(1)).toEqual(["5", "40"]);
	expect(rowOf(output, "Uses refused, as StrayedClientError")?.slice(1)).toEqual(["32", "0"]);
	expect(rowOf(output, "Requests signed for the wrong account")?.slice(1)).toEqual(["0", "64"]);
	// It is piped here.
	expect(output).not.toContain("\u001B");
	expect(output).toContain("With aws-scope               40 of 40");
	expect(output.split("\n").filter((line) => line.length > 80)).toEqual([]);
});

test("npm start with a mistyped number says what it takes", async () => {
	const { errors, code } = await mainJob("--invocations", "many");
	expect(errors).toBe('--invocations takes a positive integer, not "many".\n');
	expect(code).toBe(2);
});

const work = { orders: makeOrders(10), atOnce: 10 };

const run = (figures: Partial<Run>): Run => ({
	succeeded: 10,
	refused: 0,
	failures: [],
	seconds: 1,
	p50: 1,
	p99: 1,
	cpu: 1,
	seen: new Map(tenants.map(({ name, account }) => [name, { requests: 4, wrong: 0, accounts: new Set([account]) }])),
	requests: 20,
	wrong: 0,
	clientsBuilt: 5,
	assumeRoleCalls: 5,
	connections: 7,
	...figures,
});

const kept: Runs = {
	scoped: run({}),
	usual: run({ clientsBuilt: 10, assumeRoleCalls: 10, connections: 10 }),
	buggy: run({ succeeded: 2, refused: 8 }),
	buggyByHand: run({ wrong: 16 }),
};

test("figures that keep the promise find no fault", () => {
	expect(brokenPromises(kept, work)).toEqual([]);
});

const stolen = new Map([["acme", { requests: 4, wrong: 0, accounts: new Set(["222222222222"]) }]]);

test.each<[string, Partial<Runs>, RegExp]>([
	[
		"one request signed for the wrong tenant",
		{ scoped: run({ wrong: 1 }) },
		/wrong tenant with aws-scope was 1 instead/,
	],
	["an answer from another tenant's account", { scoped: run({ seen: stolen }) }, /222222222222 answered for acme/],
	["a lost request", { scoped: run({ requests: 19 }) }, /was 19 instead of 20/],
	["one AssumeRole too many", { scoped: run({ assumeRoleCalls: 6 }) }, /AssumeRole calls .* was 6 instead of 5/],
	["one client too many", { scoped: run({ clientsBuilt: 6 }) }, /clients built .* was 6 instead of 5/],
	["connections beyond the concurrency", { scoped: run({ connections: 37 }) }, /opened 37 connections .* more than 36/],
	[
		"a stray use that got through",
		{ buggy: run({ succeeded: 2, refused: 7, wrong: 1 }) },
		/refusals .* 7 instead of 8/,
	],
	[
		"a failed invocation",
		{ usual: run({ failures: [new Error("no socket")] }) },
		/failed, the first with: Error: no socket/,
	],
])("npm start fails on %s", (_what, figures, sentence) => {
	expect(brokenPromises({ ...kept, ...figures }, work).join("\n")).toMatch(sentence);
});
