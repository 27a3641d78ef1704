/** HTTP agents whose sockets retain no caller's context. */

import type { AgentOptions, Agent as HttpAgent } from "node:http";
import type { Agent as HttpsAgent } from "node:https";
import type { Duplex } from "node:stream";
import { home } from "../home/home.js";
import { keepFit, type Takes } from "./pool.js";

const { AsyncResource } = process.getBuiltinModule("node:async_hooks");

/** The maximum number of sockets per origin and in total. A Lambda environment has 1024 file descriptors. */
export const DATA_SOCKETS = { maxSockets: 128, maxTotalSockets: 512 } as const;

/** The two agents of one transport. */
export interface Agents {
	readonly http: HttpAgent;
	readonly https: HttpsAgent;
}

type Connect = HttpAgent["createConnection"];

/** Creates the agents. They open no socket before the first request, and warn when a request waits longer than `patience`. */
export function createAgents(httpOptions: AgentOptions, httpsOptions: AgentOptions, patience: number): Agents {
	// Loaded here, which keeps the import of the package fast.
	const { Agent: Http } = process.getBuiltinModule("node:http");
	const { Agent: Https } = process.getBuiltinModule("node:https");
	const http = new Http({ keepAlive: true, ...DATA_SOCKETS, ...httpOptions });
	const https = new Https({ keepAlive: true, ...DATA_SOCKETS, ...httpsOptions });
	for (const agent of [http, https]) {
		keepFit(agent, patience);
		connectDetached(agent);
	}
	return { http, https };
}

/**
 * A socket that is created or reused inside a scope would retain that scope, and the stores of other libraries, as long as
 * it is open. The request itself stays in its context, so listeners on the response body run in the scope.
 */
function connectDetached(agent: HttpAgent): void {
	const connect: Connect = agent.createConnection;
	agent.createConnection = function (this: HttpAgent, ...args: Parameters<Connect>): Duplex | null | undefined {
		return home.detached(() => connect.apply(this, args));
	};
	const takes = agent as HttpAgent & Takes;
	const { addRequest } = takes;
	takes.addRequest = function (this: HttpAgent, request, ...args) {
		// Once a request, so not by a snapshot, which makes a resource, a function and its properties.
		const inside = new AsyncResource("AWS_SCOPE_REQUEST");
		const { onSocket } = request;
		request.onSocket = (...given: Parameters<typeof onSocket>) => inside.runInAsyncScope(onSocket, request, ...given);
		home.detached(() => addRequest.call(this, request, ...args));
	};
}

const count = (lists: NodeJS.ReadOnlyDict<readonly unknown[]>): number =>
	Object.values(lists).reduce((sum, list) => sum + (list?.length ?? 0), 0);

/** Counts busy sockets, free sockets, and requests that wait for one. */
export function socketCounts({ http, https }: Agents): { busy: number; free: number; queued: number } {
	return {
		busy: count(http.sockets) + count(https.sockets),
		free: count(http.freeSockets) + count(https.freeSockets),
		queued: count(http.requests) + count(https.requests),
	};
}
