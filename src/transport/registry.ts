/** The transports that the home has open: counted, bounded, and ended when they are idle and nothing uses them. */

import type { NodeHttpHandler, NodeHttpHandlerOptions } from "@smithy/node-http-handler";
import { clock } from "../home/clock.js";
import { slot } from "../home/home.js";

type Handle = NodeHttpHandler["handle"];

/** What `stats()` tells of sockets. */
export interface SocketCounts {
	readonly busy: number;
	readonly free: number;
	/** Requests that wait for a socket. */
	readonly queued: number;
}

/** The part of an SDK request handler that clients use; its `destroy` leaves the shared sockets alone. */
export interface Transport {
	readonly metadata: { readonly handlerProtocol: string };
	handle(...args: Parameters<Handle>): ReturnType<Handle>;
	destroy(): void;
	httpHandlerConfigs(): NodeHttpHandlerOptions;
	updateHttpClientConfig(): void;
	/** Ends the sockets. It can be used again: it opens others and is counted again. */
	end(): void;
	sockets(): SocketCounts;
	/** Whether a request is under way or waits for a socket. */
	isBusy(): boolean;
	/** When the last request was made or answered, on the wall clock. */
	readonly lastUse: () => number;
}

/** Whoever makes up handler options anew for each call must not open sockets without end. */
const MAX_TRANSPORTS = 64;

const state = slot("transports", () => new Map<string, Transport>());

/** Every transport that this home has open. */
export const transports = (): readonly Transport[] => [...state().values()];

/** The open transport of these options. */
export const openTransport = (key: string): Transport | undefined => state().get(key);

/** Counts a transport as open; where there are too many, those that have been idle for longest are ended. */
export function register(key: string, transport: Transport): void {
	const open = state();
	if (open.size >= MAX_TRANSPORTS) {
		const idle = [...open].filter(([, each]) => !each.isBusy()).sort(([, a], [, b]) => a.lastUse() - b.lastUse());
		for (const [each] of idle.slice(0, open.size - MAX_TRANSPORTS + 1)) endTransport(each);
	}
	open.set(key, transport);
}

/** Ends the transports that no kept client uses and that had nothing to do for so long. */
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
