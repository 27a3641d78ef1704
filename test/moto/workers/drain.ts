/** Several worker processes empty a queue of moto's, and some of them are killed under way. */

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { clients, defaultSession } from "../../../src/index.js";
import { sendTargets } from "../../../worker/index.js";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));

/** What {@link drain} takes. */
export interface DrainOptions {
	readonly targets: number;
	readonly processes: number;
	/** At which parts of the work the first processes are killed: `[0.3, 0.5]` kills two. */
	readonly killAt?: readonly number[];
	/** How long a task takes beside its call. */
	readonly latencyMs: number;
	/** The queue's visibility timeout. */
	readonly visibilitySeconds: number;
}

/** What became of the targets. */
export interface Drained {
	readonly sent: number;
	readonly done: number;
	readonly lost: number;
	/** Targets that were done more than once. */
	readonly twice: number;
	/** Tasks that acted in another account than their target's. */
	readonly wrong: number;
	/** How many targets each process has done. */
	readonly byProcess: readonly number[];
	readonly seconds: number;
	/** Messages that are left in the queue. */
	readonly left: number;
}

interface Line {
	readonly index: number;
	readonly account: string;
	readonly acted: string;
}

/** Starts the processes, fills their queue, and waits until every target is done and the queue is empty. */
export async function drain(options: DrainOptions): Promise<Drained> {
	const { targets, processes, killAt = [], latencyMs, visibilitySeconds } = options;
	const folder = mkdtempSync(`${tmpdir()}/drain-`);
	const sqs = clients.sqs({ session: defaultSession() });
	const { QueueUrl = "" } = await sqs.createQueue({
		QueueName: `targets-${Date.now()}`,
		Attributes: { VisibilityTimeout: String(visibilitySeconds) },
	});
	const logs = Array.from({ length: processes }, (_, index) => `${folder}/${index}.ndjson`);
	const doneSoFar = (): number => new Set(logs.flatMap(read).map(({ index }) => index)).size;
	async function* all() {
		for (let index = 0; index < targets; index += 1) {
			// moto counts all messages of a queue for each one that is sent, so that a long queue would be slow to fill.
			while (index % 10 === 0 && index - doneSoFar() > 40 * processes) await wait(20);
			yield { account: String((index % 50) + 1).padStart(12, "0"), index };
		}
	}
	const children = logs.map((LOG) =>
		start({
			QUEUE_URL: QueueUrl,
			LOG,
			LATENCY_MS: `${latencyMs}`,
			VISIBILITY_SECONDS: `${visibilitySeconds}`,
		}),
	);
	const sending = sendTargets(QueueUrl, all(), { session: defaultSession() });
	try {
		// The time is taken from the first target that is done, without the processes' start.
		let from: number | undefined;
		let killed = 0;
		for (;;) {
			const done = doneSoFar();
			if (done > 0) from ??= performance.now();
			const part = killAt[killed];
			if (part !== undefined && done >= part * targets) children[killed++]?.kill("SIGKILL");
			if (done >= targets) break;
			const gone = children.slice(killed).find(({ exitCode }) => exitCode !== null);
			if (gone !== undefined) throw new Error(`A worker ended with code ${gone.exitCode}.`);
			await wait(50);
		}
		const seconds = (performance.now() - (from ?? 0)) / 1_000;
		const { sent } = await sending;
		const left = await leftIn(QueueUrl, visibilitySeconds);
		const lines = logs.map(read);
		const times = new Map<number, number>();
		for (const { index } of lines.flat()) times.set(index, (times.get(index) ?? 0) + 1);
		return {
			sent,
			done: times.size,
			lost: targets - times.size,
			twice: [...times.values()].filter((count) => count > 1).length,
			wrong: lines.flat().filter(({ account, acted }) => account !== acted).length,
			byProcess: lines.map(({ length }) => length),
			seconds,
			left,
		};
	} finally {
		for (const child of children) child.kill("SIGTERM");
		await Promise.all(children.map((child) => child.exitCode ?? child.signalCode ?? once(child, "exit")));
		rmSync(folder, { recursive: true, force: true });
	}
}

/** Messages that a killed process had are deleted only after they were delivered, and done, again. */
async function leftIn(QueueUrl: string, visibilitySeconds: number): Promise<number> {
	const sqs = clients.sqs({ session: defaultSession() });
	let left = 0;
	for (let tries = 0; tries < visibilitySeconds * 10 + 100; tries += 1) {
		const { Attributes = {} } = await sqs.getQueueAttributes({ QueueUrl, AttributeNames: ["All"] });
		const { ApproximateNumberOfMessages: waiting, ApproximateNumberOfMessagesNotVisible: held } = Attributes;
		left = Number(waiting) + Number(held);
		if (left === 0) break;
		await wait(100);
	}
	return left;
}

/** A line that is being written when its process is killed is not complete. */
function read(log: string): Line[] {
	if (!existsSync(log)) return [];
	const complete = readFileSync(log, "utf8").split("\n").slice(0, -1);
	return complete.map((line) => JSON.parse(line) as Line);
}

function start(env: NodeJS.ProcessEnv): ChildProcess {
	const hooks = ["./scripts/ts.mjs", "./test/examples/from-source.mjs"].flatMap((hook) => ["--import", hook]);
	return spawn(process.execPath, [...hooks, "test/moto/workers/process.ts"], {
		cwd: ROOT,
		stdio: ["ignore", "ignore", "inherit"],
		env: { ...process.env, WAIT_SECONDS: "1", NODE_OPTIONS: "", ...env },
	});
}
