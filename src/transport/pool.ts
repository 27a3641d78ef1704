/** What an agent's pool lacks: the age of a socket is judged before it is used, and a long wait for one is told. */

import type { ClientRequest, Agent as HttpAgent } from "node:http";
import type { Duplex } from "node:stream";
import { publish } from "../home/channels.js";
import { clock } from "../home/clock.js";
import { elapsed, type Moment, now } from "../home/moment.js";

/** Servers close idle connections after 20 s at the earliest (ELB 60 s, S3 and DynamoDB about 20 s), and so do NATs. */
export const STALE = 20_000;

/** What an agent does with a request, as every agent has it and as libraries of agents override it. */
export interface Takes {
	addRequest(request: ClientRequest, ...args: unknown[]): void;
}

/** Requests that wait for a socket to one origin. */
interface Queue {
	waiting: number;
	told: boolean;
}

/** For how long a free socket has been idle. */
type Idle = (socket: Duplex) => number;

/** Ends sockets before they are too old to be taken up, and tells when a request has waited for one for so long. */
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

/** The free sockets of each origin; the one that has been idle for longest stands first. */
const freeSockets = (agent: HttpAgent): [Duplex, ...Duplex[]][] =>
	Object.values(agent.freeSockets) as unknown as [Duplex, ...Duplex[]][];

/**
 * Has a request that must wait ask again: a socket that rests at another origin must not hold the place that an origin
 * with fewer sockets than it may have is waiting for.
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

/** Ends a socket and has its agent forget it now, not when it has closed. */
function drop(socket: Duplex): void {
	socket.destroy();
	socket.emit("agentRemove");
}

/** Where a request that was just made waits for a socket, if it does. */
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
	const queue = queues.get(origin) ?? { waiting: 0, told: false };
	queues.set(origin, queue);
	queue.waiting += 1;
	const cancel = clock().after(patience, () => {
		if (queue.told) return;
		queue.told = true;
		tell(agent, origin, queue.waiting, patience);
	});
	const leave = (): void => {
		cancel();
		request.off("socket", leave);
		request.destroy = destroy;
		queue.waiting -= 1;
		if (queue.waiting === 0) queues.delete(origin);
	};
	const { destroy } = request;
	// An agent forgets an aborted request only when a socket is there for it, and nothing else tells of the abort.
	request.destroy = (error) => {
		leave();
		return request.destroy(error);
	};
	request.once("socket", leave);
}

function tell(agent: HttpAgent, origin: string, queuedRequests: number, milliseconds: number): void {
	const busySockets = Object.values(agent.sockets).reduce((sum, sockets) => sum + (sockets?.length ?? 0), 0);
	publish("transport:waiting", () => ({ origin, milliseconds, busySockets, queuedRequests }));
	process.emitWarning(
		`A request to ${origin} has waited ${milliseconds / 1000} s for a socket, because all ${busySockets} of its connection pool are in use; read or destroy every response body, or use other requestHandler options for a pool of its own.`,
		{ type: "AwsScopeWarning", code: "SOCKET_WAIT" },
	);
}
