/** Runs one moto server for all accounts, which exits when its parent process does. */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { ROOT } from "./entries.js";

/** A running moto server. */
export interface MotoServer {
	readonly endpoint: string;
	/** The number of requests in its access log, including the tests' resets. */
	requests(): number;
	end(): Promise<void>;
}

const START_WITHIN = 60_000;

/**
 * Starts moto on a free port of 127.0.0.1 and waits until it responds. `callsPort` is where its Step Functions sends its
 * own requests, to Lambda and S3.
 */
export async function startMoto(python: string, callsPort?: number): Promise<MotoServer> {
	// The server exits when its standard input closes: see the Python side.
	const child = spawn(python, [`${ROOT}scripts/moto.server.py`], {
		stdio: ["pipe", "ignore", "pipe"],
		env: { ...serverEnv(), ...(callsPort !== undefined && { MOTO_PORT: String(callsPort) }) },
	});
	const ended = once(child, "exit");
	const said: string[] = [];
	let requests = 0;
	let port: string | undefined;
	const listening = new Promise<string>((resolve, reject) => {
		const late = setTimeout(() => refuse(`did not respond within ${START_WITHIN / 1000} s`), START_WITHIN);
		const refuse = (what: string): void => {
			child.stdin.destroy();
			child.kill("SIGKILL");
			clearTimeout(late);
			reject(new Error(`moto: the server ${what}; its output:\n${said.join("\n")}`));
		};
		child.once("error", (error) => refuse(`could not be started (${error.message})`));
		child.once("exit", (status) => refuse(`exited with ${status} while starting`));
		createInterface({ input: child.stderr }).on("line", (line) => {
			if (/"[A-Z]+ \S+ HTTP\/1\.[01]/.test(line)) requests += 1;
			else if (said.push(line) > 200) said.shift();
			port ??= /Running on http:\/\/127\.0\.0\.1:(\d+)/.exec(line)?.[1];
			if (port === undefined) return;
			clearTimeout(late);
			resolve(`http://127.0.0.1:${port}`);
		});
	});
	// When the server exits, the pipe may emit an error, which must not be unhandled.
	child.stdin.on("error", () => undefined);
	const endpoint = await listening;
	const answer = await fetch(`${endpoint}/moto-api/`);
	await answer.arrayBuffer();
	if (!answer.ok) throw new Error(`moto: the server responded with ${answer.status}.`);
	return {
		endpoint,
		requests: () => requests,
		async end() {
			child.stdin.end();
			await ended;
		},
	};
}

/** This process's environment without AWS settings. S3 denies other accounts, as AWS does without a bucket policy. */
function serverEnv(): NodeJS.ProcessEnv {
	const inherited = Object.entries(process.env).filter(([name]) => !/^(AWS|MOTO)_/.test(name));
	return { ...Object.fromEntries(inherited), PYTHONUNBUFFERED: "1", MOTO_S3_ALLOW_CROSSACCOUNT_ACCESS: "false" };
}
