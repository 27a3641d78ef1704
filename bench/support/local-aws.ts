/** Runs a local AWS in its own process, so that its cost isn't measured. */

import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { startLocalAws } from "aws-scope/testing";

/** What the server has seen. */
export interface Seen {
	readonly connections: number;
	readonly assumeRole: number;
	/** The number of role sessions that sent requests. */
	readonly identities: number;
}

/** A running server. */
export interface Server {
	count(): Promise<Seen>;
}

/** Runs `use` with a server for these accounts. This process's environment has the credentials of a management account there. */
export async function withServer<Result>(
	accounts: readonly string[],
	use: (server: Server) => Promise<Result>,
): Promise<Result> {
	const child = fork(fileURLToPath(import.meta.url), [], {
		env: { ...process.env, BENCH_SERVER: accounts.join(",") },
		execArgv: process.execArgv,
	});
	const ended = once(child, "exit");
	try {
		Object.assign(process.env, await next(child));
		return await use({
			count: () => {
				child.send("count");
				return next(child) as Promise<Seen>;
			},
		});
	} finally {
		child.kill();
		await ended;
	}
}

async function next(child: ChildProcess): Promise<unknown> {
	const [message] = await once(child, "message");
	return message;
}

async function serve(accounts: readonly string[]): Promise<void> {
	const aws = await startLocalAws({ accounts: ["999999999999", ...accounts] });
	const connections = new Set<number>();
	const roles = new Set<string>();
	let assumeRole = 0;
	aws.onRequest(({ connectionId, action, identity }) => {
		connections.add(connectionId);
		if (action === "AssumeRole") assumeRole += 1;
		if (identity?.roleArn !== undefined) roles.add(identity.roleArn);
	});
	process.on("message", () => process.send?.({ connections: connections.size, assumeRole, identities: roles.size }));
	process.send?.(aws.env);
}

const accounts = process.env["BENCH_SERVER"];
if (accounts !== undefined && process.send !== undefined) await serve(accounts.split(","));
