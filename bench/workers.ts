/**
 * 5,000 targets in an SQS queue of moto's, worked on by one process, and by four of which two are killed:
 * `npm run -s ts -- bench/workers.ts` (`-- 1000 1000` for 1,000 targets of one second). Needs Python, as `npm run test:moto` does.
 */

import Table from "cli-table3";
import { environment, setEnvironment } from "../local-aws/environment.js";
import { findPython, pythonWithMoto } from "../scripts/moto.python.js";
import { startMoto } from "../scripts/moto.server.js";
import { type Drained, drain } from "../test/moto/workers/drain.js";

const targets = Number(process.argv[2] ?? 5_000);
const latencyMs = Number(process.argv[3] ?? 250);
const visibilitySeconds = 10;

const python = findPython();
if (python === undefined) throw new Error("This needs Python with venv and pip.");
const moto = await startMoto(await pythonWithMoto(python));
const key = {
	accessKeyId: "testing",
	secretAccessKey: "testing",
	accountId: "123456789012",
	arn: "arn:aws:iam::123456789012:root",
};
setEnvironment({ ...environment(moto.endpoint, "us-east-1", key), AWS_ENDPOINT_URL: moto.endpoint });

const table = new Table({
	head: ["processes", "killed", "done", "lost", "twice", "wrong", "left", "seconds"],
	style: { head: [] },
});
const row = (processes: number, killed: number, { done, lost, twice, wrong, left, seconds }: Drained): void => {
	table.push([processes, killed, done, lost, twice, wrong, left, seconds.toFixed(1)]);
};
try {
	const one = await drain({ targets, processes: 1, latencyMs, visibilitySeconds });
	row(1, 0, one);
	const four = await drain({ targets, processes: 4, latencyMs, visibilitySeconds });
	row(4, 0, four);
	const killed = await drain({ targets, processes: 4, killAt: [0.3, 0.5], latencyMs, visibilitySeconds });
	row(4, 2, killed);
	console.log(
		`${targets} targets, ${latencyMs} ms each, ten at once in a process, ${visibilitySeconds} s visibility timeout`,
	);
	console.log(table.toString());
	console.log(
		`Four processes take ${(four.seconds / one.seconds).toFixed(2)} of the time of one, with two killed ${(killed.seconds / one.seconds).toFixed(2)}.`,
	);
} finally {
	await moto.end();
}
