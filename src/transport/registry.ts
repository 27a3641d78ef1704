/** The home's open transports: counted, limited, and closed when they are idle and unused. */

import type { NodeHttpHandler, NodeHttpHandlerOptions } from "@smithy/node-http-handler";
import { clock } from "../home/clock.js";
import { slot } from "../home/home.js";

type Handle = NodeHttpHandler["handle"];

/** The socket counts of `stats()`. */
export interface SocketCounts {
	readonly busy: number;
	readonly free: number;
	/** Requests that are waiting for a socket. */
	readonly queued: number;
}

/** The part of an SDK request handler that clients use. `destroy` doesn't close the shared sockets. */
export interface Transport {
	readonly metadata: { readonly handlerProtocol: string };
	handle(...args: Parameters<Handle>): ReturnType<Handle>;
	destroy(): void;
	httpHandlerConfigs(): NodeHttpHandlerOptions;
	updateHttpClientConfig(): void;
	/** Closes the sockets. When it is used again, it opens new ones and is counted again. */
	end(): void;
	sockets(): SocketCounts;
	/** Whether a request is in flight or waits for a socket. */
	isBusy(): boolean;
	/** The wall-clock time of the last request or response. */
	readonly lastUse: () => number;
}

/** Limits the open sockets of code that passes different handler options in each call. */
const MAX_TRANSPORTS = 64;

const state = slot("transports", () => new Map<string, Transport>());

/** All open transports. */
export const transports = (): readonly Transport[] => [...state().values()];

/** The open transport with this key. */
export const openTransport = (key: string): Transport | undefined => state().get(key);

/** Registers an open transport. If there are too many, closes those that have been idle for longest. */
export function register(key: string, transport: Transport): void {
	const open = state();
	if (open.size >= MAX_TRANSPORTS) {
		const idle = [...open].filter(([, each]) => !each.isBusy()).sort(([, a], [, b]) => a.lastUse() - b.lastUse());
		for (const [each] of idle.slice(0, open.size - MAX_TRANSPORTS + 1)) endTransport(each);
	}
	open.set(key, transport);
}

/** Closes transports that no cached client uses and that were idle for this long. */
export function endIdleTransports(milliseconds: number, isUsed: (transport: Transport) => boolean): void {
	const now = clock().wall();
	for (const [key, transport] of state()) {
		if (isUsed(transport) || transport.isBusy() || now - transport.lastUse() <= milliseconds) continue;
		endTransport(key);
	}
}

function endTransport(key: string): void {
	state().get(key)?.end();
	state().delete(key);
}
