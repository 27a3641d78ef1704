/**
 * `npm run test:moto`: runs `test/moto` against moto, an independent multi-account AWS emulator. It runs in a Python
 * virtual environment in `.cache/moto`, which the first run creates. Without a suitable Python, the tests are skipped.
 * Arguments go to vitest: `npm run test:moto -- -t chained`.
 */

import { type ChildProcess, spawn } from "node:child_process";
import { constants } from "node:os";
import { ROOT } from "./entries.js";
import { findPython, OLDEST_PYTHON, pythonWithMoto } from "./moto.python.js";
import { startMoto } from "./moto.server.js";

async function run(): Promise<number> {
	const found = findPython();
	if (found === undefined) {
		console.log(`moto: skipped, because there is no Python ${OLDEST_PYTHON} or later with venv and pip on the PATH.`);
		return 0;
	}
	const python = await pythonWithMoto(found);
	const start = performance.now();
	const server = await startMoto(python);
	try {
		console.log(`moto: listening on ${server.endpoint}`);
		const vitest = spawn(
			process.execPath,
			[`${ROOT}node_modules/vitest/vitest.mjs`, "run", "--project", "moto", ...process.argv.slice(2)],
			{
				cwd: ROOT,
				stdio: "inherit",
				env: { ...process.env, AWS_SCOPE_MOTO: server.endpoint, AWS_SCOPE_MOTO_PYTHON: python },
			},
		);
		return await exitOf(vitest);
	} finally {
		await server.end();
		const seconds = ((performance.now() - start) / 1000).toFixed(1);
		console.log(`moto: ${server.requests()} requests in ${seconds} s, including the server's start and stop.`);
	}
}

/** Forwards signals, so that the server shuts down normally whichever process was told to stop. */
function exitOf(child: ChildProcess): Promise<number> {
	const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
	const pass = (signal: NodeJS.Signals): void => void child.kill(signal);
	for (const signal of signals) process.on(signal, pass);
	return new Promise((resolve, reject) => {
		child.once("error", reject);
		child.once("exit", (status, signal) => {
			for (const name of signals) process.off(name, pass);
			resolve(status ?? 128 + (signal === null ? 0 : constants.signals[signal]));
		});
	});
}

process.exitCode = await run().catch((error: unknown) => {
	console.error(error instanceof Error ? error.message : error);
	return 1;
});
