/**
 * Sends a million invocations for 1,000 tenants through every entry point: `npm run soak`, which takes long. Options:
 * `-- --invocations 20000` sets the number per entry point, `--node 24` runs another version of Node, and
 * `--only Express` runs one entry point. Fails unless every request was signed for the intended tenant.
 */

import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { nodeBinary } from "../scripts/node-binary.js";
import { ENTRY_POINTS } from "../test/load/entry-points.js";
import { type Progress, type Soak, type Soaked, soak } from "../test/load/soak.js";
import { show } from "./support/measure.js";

const MILLION = 1_000_000;
const STEPS = 10;

/** A message from the child process. */
type Message = { readonly progress: Progress } | { readonly soaked: Soaked };

const number = (value: number): string => value.toLocaleString("en-US");

/** Runs a soak in its own process and prints its progress. */
async function run(task: Soak, execPath: string): Promise<Soaked> {
	const { name, invocations } = task;
	const child: ChildProcess = fork(fileURLToPath(import.meta.url), [JSON.stringify(task)], {
		execPath,
		execArgv: ["--expose-gc", "--import", "./scripts/ts.mjs"],
		cwd: fileURLToPath(new URL("..", import.meta.url)),
		env: {
			...process.env,
			AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
			AWS_EC2_METADATA_DISABLED: "true",
			AWS_SCOPE_SOAK_CHILD: "1",
		},
	});
	let soaked: Soaked | undefined;
	child.on("message", (message: Message) => {
		if ("soaked" in message) {
			soaked = message.soaked;
			return;
		}
		const { done, seconds, requests, wrong, unscoped, heap } = message.progress;
		console.log(
			`${name}: ${number(done)} of ${number(invocations)} after ${seconds} s, ${number(requests)} requests, ` +
				`${wrong} wrong, ${unscoped} unscoped, heap ${heap.toFixed(1)} MiB`,
		);
	});
	const [code] = await once(child, "exit");
	if (soaked === undefined) throw new Error(`${name} ended with code ${code} before it was done.`);
	return soaked;
}

/** Why a soak failed; `undefined` if it succeeded. */
function flaw({ name, invocations, tenants }: Soak, { progress, failures, ...seen }: Soaked): string | undefined {
	const { wrong = 1, unscoped = 1, requests = 0 } = progress.at(-1) ?? {};
	if (wrong > 0 || unscoped > 0) return `${name}: ${wrong} requests were wrong and ${unscoped} unscoped.`;
	if (failures.length > 0) return `${name}: an invocation failed: ${failures[0]}`;
	if (requests < invocations * 0.9) return `${name}: only ${requests} requests were seen.`;
	// Some invocations fail on purpose. With only a few, all of them may.
	const expected = invocations < 20 * tenants ? seen.tenants : tenants;
	if (seen.tenants !== expected || seen.assumeRoleCalls !== expected) {
		return `${name}: ${seen.tenants} tenants were served with ${seen.assumeRoleCalls} AssumeRole calls, not ${expected}.`;
	}
	const refused = Object.entries(seen.refused);
	return refused.length === 0 ? undefined : `${name}: AWS refused requests: ${refused.join("; ")}`;
}

async function main(): Promise<void> {
	const { values } = parseArgs({
		options: {
			invocations: { type: "string" },
			tenants: { type: "string", default: "1000" },
			seed: { type: "string", default: String(Date.now() % 2 ** 32) },
			node: { type: "string" },
			only: { type: "string", multiple: true },
		},
	});
	const names = values.only ?? ENTRY_POINTS.map(({ name }) => name);
	const invocations = Number(values.invocations ?? Math.ceil(MILLION / names.length));
	const execPath = values.node === undefined ? process.execPath : nodeBinary(values.node);
	const seed = Number(values.seed);
	const tasks = names.map((name) => ({ name, invocations, tenants: Number(values.tenants), seed, steps: STEPS }));
	console.log(
		`${number(invocations * names.length)} invocations of ${values.tenants} tenants, --seed ${seed}, with ${execPath === process.execPath ? process.version : `Node ${values.node}`}`,
	);

	const results = new Map<string, Soaked>();
	const flaws: string[] = [];
	const waiting = [...tasks];
	const worker = async (): Promise<void> => {
		for (let task = waiting.shift(); task !== undefined; task = waiting.shift()) {
			const soaked = await run(task, execPath);
			results.set(task.name, soaked);
			const found = flaw(task, soaked);
			if (found !== undefined) flaws.push(found);
		}
	};
	await Promise.all(Array.from({ length: availableParallelism() }, worker));

	show(
		["entry point", "invocations", "requests", "wrong", "unscoped", "AssumeRole", "heap in MiB, by tenths", "per s"],
		tasks.map(({ name }) => {
			const { progress, assumeRoleCalls } = results.get(name) as Soaked;
			const { done, seconds, requests, wrong, unscoped } = progress.at(-1) as Progress;
			const heaps = progress.map(({ heap }) => Math.round(heap)).join(" ");
			return [
				name,
				number(done),
				number(requests),
				wrong,
				unscoped,
				number(assumeRoleCalls),
				heaps,
				number(Math.round(done / seconds)),
			];
		}),
	);
	if (flaws.length > 0) throw new Error(flaws.join("\n"));
	console.log("Every request was signed for the intended tenant.");
}

if (process.env["AWS_SCOPE_SOAK_CHILD"] === undefined) await main();
else {
	const send = (message: Message): unknown => process.send?.(message);
	send({ soaked: await soak(JSON.parse(process.argv[2] as string), (progress) => send({ progress })) });
	process.disconnect();
}
