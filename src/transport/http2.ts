/** The transport of HTTP/2 services: the SDK's own handler, shared by all clients of a class. */

import { home } from "../home/home.js";
import { elapsed, now } from "../home/moment.js";
import { isPiped, keepContext } from "./context.js";
import { STALE } from "./pool.js";
import { openTransport, register, type Transport } from "./registry.js";

/** The part of the SDK's handler that sharing needs. */
export interface OwnHandler {
	handle: Transport["handle"];
	destroy?(): void;
}

interface Streamed {
	readonly closed?: boolean;
	once?(event: "close", then: () => void): void;
}

/** Makes the handler a transport of the home. Other members are forwarded to it. */
export function shareHandler<Handler extends OwnHandler>(key: string, handler: Handler): Handler & Transport {
	let inFlight = 0;
	let lastUse = now();
	const used = (change: number): void => {
		inFlight += change;
		lastUse = now();
	};
	const shared: Pick<Transport, "handle" | "destroy" | "end" | "sockets" | "isBusy" | "lastUse"> = {
		async handle(...args) {
			if (openTransport(key) === undefined) register(key, transport);
			// A connection that was idle for so long may be dead, so have the handler open a new one.
			if (inFlight === 0 && elapsed(lastUse) > STALE) handler.destroy?.();
			used(1);
			let streams = false;
			try {
				// A connection that is opened inside a scope would retain it.
				const result = await home.detached(() => handler.handle(...args));
				const body = result.response.body as Streamed | undefined;
				if (isPiped(body) && body.closed !== true) {
					streams = true;
					body.once?.("close", () => used(-1));
					keepContext(body);
				}
				return result;
			} finally {
				if (!streams) used(-1);
			}
		},
		// A client's destroy() must not abort the requests of other clients.
		destroy: () => undefined,
		end: () => handler.destroy?.(),
		sockets: () => ({ busy: inFlight, free: 0, queued: 0 }),
		isBusy: () => inFlight > 0,
		lastUse: () => lastUse.wall,
	};
	const transport = new Proxy(handler, {
		get(target, property) {
			if (Object.hasOwn(shared, property)) return shared[property as keyof typeof shared];
			const value: unknown = Reflect.get(target, property, target);
			return typeof value === "function" ? value.bind(target) : value;
		},
	}) as Handler & Transport;
	return transport;
}
