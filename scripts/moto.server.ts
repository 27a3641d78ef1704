/** One moto server process that plays every account, and cannot outlive whoever started it. */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { ROOT } from "./entries.js";

/** A moto server that answers. */
export interface MotoServer {
	readonly endpoint: string;
	/** How many requests it has answered, by its own access log, the tests' resets included. */
	requests(): number;
	end(): Promise<void>;
}

const START_WITHIN = 60_000;

/** Starts moto on a free port of 127.0.0.1 and waits until it answers. */
export async function startMoto(python: string): Promise<MotoServer> {
	// The standard input is what ties the two lives together: see the Python side.
	const child = spawn(python, [`${ROOT}scripts/moto.server.py`], {
		stdio: ["pipe", "ignore", "pipe"],
		env: serverEnv(),
	});
	const ended = once(child, "exit");
	const said: string[] = [];
	let requests = 0;
	let port: string | undefined;
	const listening = new Promise<string>((resolve, reject) => {
		const late = setTimeout(() => refuse(`did not answer within ${START_WITHIN / 1000} s`), START_WITHIN);
		const refuse = (what: string): void => {
			child.stdin.destroy();
			child.kill("SIGKILL");
			clearTimeout(late);
			reject(new Error(`moto: the server ${what}; it said:\n${said.join("\n")}`));
		};
		child.once("error", (error) => refuse(`could not be started (${error.message})`));
		child.once("exit", (status) => refuse(`ended with ${status} at its start`));
		createInterface({ input: child.stderr }).on("line", (line) => {
			if (/"[A-Z]+ \S+ HTTP\/1\.[01]/.test(line)) requests += 1;
			else if (said.push(line) > 200) said.shift();
			port ??= /Running on http:\/\/127\.0\.0\.1:(\d+)/.exec(line)?.[1];
			if (port === undefined) return;
			clearTimeout(late);
			resolve(`http://127.0.0.1:${port}`);
		});
	});
	// A server that ends later closes the pipe; writing to it is never tried, but its error must not be unhandled.
	child.stdin.on("error", () => undefined);
	const endpoint = await listening;
	const answer = await fetch(`${endpoint}/moto-api/`);
	await answer.arrayBuffer();
	if (!answer.ok) throw new Error(`moto: the server answered ${answer.status}.`);
	return {
		endpoint,
		requests: () => requests,
		async end() {
			child.stdin.end();
			await ended;
		},
	};
}

/** What this process has, without anybody's AWS settings; and S3 refuses other accounts, as it does without a policy. */
function serverEnv(): NodeJS.ProcessEnv {
	const inherited = Object.entries(process.env).filter(([name]) => !/^(AWS|MOTO)_/.test(name));
	return { ...Object.fromEntries(inherited), PYTHONUNBUFFERED: "1", MOTO_S3_ALLOW_CROSSACCOUNT_ACCESS: "false" };
}
