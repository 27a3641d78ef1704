/** Runs a local AWS in its own process, so that its cost isn't measured; if wanted, behind TLS and at a distance. */

import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { type LocalHandler, startLocalAws } from "aws-scope/testing";
import { type Certificate, distant } from "./network.js";

/** What the server has seen. */
export interface Seen {
	readonly connections: number;
	/** Connections that carried other requests than for credentials. */
	readonly data: number;
	/** Connections that carried requests for credentials. */
	readonly sts: number;
	readonly assumeRole: number;
	/** The number of role sessions that sent requests. */
	readonly identities: number;
	/** Requests of another account than the one that they name. */
	readonly wrong: number;
}

/** A running server. */
export interface Server {
	count(): Promise<Seen>;
}

/** Where the server is. */
export interface Network {
	/** The certificate for TLS; plain HTTP without one. */
	readonly certificate?: Certificate;
	/** The time of a round trip. */
	readonly latencyMs?: number;
}

/** Marks a request with the account that it is meant for. */
export const meantFor = (account: string): string => `meant-for-${account}`;

/** Runs `use` with a server for these accounts. This process's environment has the credentials of a management account there. */
export async function withServer<Result>(
	accounts: readonly string[],
	use: (server: Server) => Promise<Result>,
	network: Network = {},
): Promise<Result> {
	const child = fork(fileURLToPath(import.meta.url), [], {
		env: { ...process.env, BENCH_SERVER: accounts.join(","), BENCH_NETWORK: JSON.stringify(network) },
		execArgv: process.execArgv.filter((each) => !each.startsWith("--cpu-prof")),
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

async function serve(accounts: readonly string[], network: Network): Promise<void> {
	let [assumeRole, wrong] = [0, 0];
	const dynamodb: LocalHandler = ({ action, body, identity }) => {
		const [, meant] = /meant-for-(\d{12})/.exec(Buffer.from(body).toString()) ?? [];
		if (meant === undefined || action !== "ListTables") return undefined;
		if (meant !== identity.accountId) wrong += 1;
		return { body: { TableNames: [identity.accountId] } };
	};
	const aws = await startLocalAws({ accounts: ["999999999999", ...accounts], handlers: { dynamodb } });
	const roles = new Set<string>();
	aws.onRequest(({ action, identity }) => {
		if (action === "AssumeRole") assumeRole += 1;
		if (identity?.roleArn !== undefined) roles.add(identity.roleArn);
	});
	process.on("message", () => {
		const { total, data, byService } = aws.stats().connections;
		const seen = { connections: total, data, sts: byService["sts"] ?? 0, assumeRole, identities: roles.size, wrong };
		process.send?.(seen satisfies Seen);
	});
	const { certificate, latencyMs = 0 } = network;
	const far = certificate !== undefined || latencyMs > 0;
	const endpoint = far ? await distant(aws.port, certificate, latencyMs) : aws.endpoint;
	process.send?.({ ...aws.env, AWS_ENDPOINT_URL: endpoint });
}

const accounts = process.env["BENCH_SERVER"];
if (accounts !== undefined && process.send !== undefined) {
	await serve(accounts.split(","), JSON.parse(process.env["BENCH_NETWORK"] ?? "{}"));
}
