/** HTTP agents whose sockets retain no caller's context and can be counted. */

import type { AgentOptions, Agent as HttpAgent } from "node:http";
import type { Agent as HttpsAgent } from "node:https";
import type { Duplex } from "node:stream";
import { home } from "../home/home.js";
import { keepFit, type Takes } from "./pool.js";

const { AsyncResource } = process.getBuiltinModule("node:async_hooks");

/** Sockets per origin and in all: a Lambda environment has 1024 file descriptors. */
export const DATA_SOCKETS = { maxSockets: 128, maxTotalSockets: 512 } as const;

/** The two agents of one transport. */
export interface Agents {
	readonly http: HttpAgent;
	readonly https: HttpsAgent;
}

type Connect = HttpAgent["createConnection"];

/** Makes the agents; no socket is opened before the first request, and a wait for one that is longer than `patience` is told. */
export function createAgents(httpOptions: AgentOptions, httpsOptions: AgentOptions, patience: number): Agents {
	// Here and not on top: importing the package must not cost what only a client needs.
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
 * A socket made or taken up again inside a scope would retain that scope, and every other library's store, for as long as
 * it is kept. The request itself stays in its context: whoever listens to the answer's body does so in the scope.
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

/** How many sockets are busy and free, and how many requests wait for one. */
export function socketCounts({ http, https }: Agents): { busy: number; free: number; queued: number } {
	return {
		busy: count(http.sockets) + count(https.sockets),
		free: count(http.freeSockets) + count(https.freeSockets),
		queued: count(http.requests) + count(https.requests),
	};
}
