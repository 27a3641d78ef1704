/** Extends an agent's pool: closes stale sockets before they are reused, and reports long waits for a socket. */

import type { ClientRequest, Agent as HttpAgent } from "node:http";
import type { Duplex } from "node:stream";
import { publish } from "../home/channels.js";
import { clock } from "../home/clock.js";
import { elapsed, type Moment, now } from "../home/moment.js";

/** Servers and NATs close idle connections after 20 s at the earliest (ELB 60 s, S3 and DynamoDB about 20 s). */
export const STALE = 20_000;

/** An undocumented method of all agents, which agent libraries override, too. */
export interface Takes {
	addRequest(request: ClientRequest, ...args: unknown[]): void;
}

/** The requests that wait for a socket to one origin. */
interface Queue {
	waiting: number;
	reported: boolean;
}

/** How long a free socket has been idle. */
type Idle = (socket: Duplex) => number;

/** Closes stale sockets before they are reused, and reports when a request has waited for `patience` milliseconds. */
export function keepFit(agent: HttpAgent, patience: number): void {
	const since = new WeakMap<Duplex, Moment>();
	const idle: Idle = (socket) => elapsed(since.get(socket) ?? now());
	const queues = new Map<string, Queue>();
	agent.on("free", (socket: Duplex) => since.set(socket, now()));
	const pool = agent as HttpAgent & Takes;
	const { addRequest } = pool;
	// No socket is idle for longer than since then.
	let earliest = now();
	pool.addRequest = function (this: HttpAgent, request, ...args) {
		if (elapsed(earliest) > STALE) {
			for (const sockets of freeSockets(agent))
				for (const socket of [...sockets]) if (idle(socket) > STALE) drop(socket);
			const left = freeSockets(agent).map(([first]) => since.get(first) ?? now());
			earliest = left.reduce((a, b) => (elapsed(a) > elapsed(b) ? a : b), now());
		}
		addRequest.call(this, request, ...args);
		if (queueOf(agent, request) === undefined) return;
		if (makeRoom(agent, request, idle)) addRequest.call(this, request, ...args);
		if (queueOf(agent, request) !== undefined) noteWait(agent, request, queues, patience);
	};
}

/** The free sockets of each origin, the longest idle first. */
const freeSockets = (agent: HttpAgent): [Duplex, ...Duplex[]][] =>
	Object.values(agent.freeSockets) as unknown as [Duplex, ...Duplex[]][];

/**
 * Closes the longest idle socket of any origin if the request waits although its own origin has not reached its limit.
 * Returns whether the request must be added again.
 */
function makeRoom(agent: HttpAgent, request: ClientRequest, idle: Idle): boolean {
	const [name, queue] = queueOf(agent, request) ?? [];
	if (name === undefined || queue === undefined || (agent.sockets[name]?.length ?? 0) >= agent.maxSockets) return false;
	const [oldest] = freeSockets(agent)
		.map(([first]) => first)
		.sort((a, b) => idle(b) - idle(a));
	if (oldest === undefined) return false;
	queue.pop();
	if (queue.length === 0) delete (agent.requests as NodeJS.Dict<unknown[]>)[name];
	drop(oldest);
	return true;
}

/** Closes a socket, and makes its agent forget it now instead of when it has closed. */
function drop(socket: Duplex): void {
	socket.destroy();
	socket.emit("agentRemove");
}

/** The queue in which a new request waits, if it does. */
function queueOf(agent: HttpAgent, request: ClientRequest): [string, unknown[]] | undefined {
	const queues = agent.requests as NodeJS.Dict<unknown[]>;
	for (const name in queues) {
		const queue = queues[name];
		if (queue?.at(-1) === request) return [name, queue];
	}
	return undefined;
}

function noteWait(agent: HttpAgent, request: ClientRequest, queues: Map<string, Queue>, patience: number): void {
	const origin = `${request.protocol}//${request.getHeader("host") ?? request.host}`;
	const queue = queues.get(origin) ?? { waiting: 0, reported: false };
	queues.set(origin, queue);
	queue.waiting += 1;
	const cancel = clock().after(patience, () => {
		if (queue.reported) return;
		queue.reported = true;
		report(agent, origin, queue.waiting, patience);
	});
	const leave = (): void => {
		cancel();
		request.off("socket", leave);
		request.destroy = destroy;
		queue.waiting -= 1;
		if (queue.waiting === 0) queues.delete(origin);
	};
	const { destroy } = request;
	// An agent drops an aborted request only when it gets a socket, and there is no event for the abort.
	request.destroy = (error) => {
		leave();
		return request.destroy(error);
	};
	request.once("socket", leave);
}

function report(agent: HttpAgent, origin: string, queuedRequests: number, milliseconds: number): void {
	const busySockets = Object.values(agent.sockets).reduce((sum, sockets) => sum + (sockets?.length ?? 0), 0);
	publish("transport:waiting", () => ({ origin, milliseconds, busySockets, queuedRequests }));
	process.emitWarning(
		`A request to ${origin} has waited ${milliseconds / 1000} s for a socket, because all ${busySockets} sockets of its connection pool are in use; read or destroy every response body, or use other requestHandler options to get a separate pool.`,
		{ type: "AwsScopeWarning", code: "SOCKET_WAIT" },
	);
}
