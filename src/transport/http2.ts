/** The transport of a service that speaks HTTP/2: the SDK's own handler, shared by every client of one class. */

import { home } from "../home/home.js";
import { elapsed, now } from "../home/moment.js";
import { isPiped, keepContext } from "./context.js";
import { STALE } from "./pool.js";
import { openTransport, register, type Transport } from "./registry.js";

/** What the SDK's own handler is, as far as sharing it goes. */
export interface OwnHandler {
	handle: Transport["handle"];
	destroy?(): void;
}

interface Streamed {
	readonly closed?: boolean;
	once?(event: "close", then: () => void): void;
}

/** Makes the handler a transport of the home; what it has beside goes through to it. */
export function shareHandler<Handler extends OwnHandler>(key: string, handler: Handler): Handler & Transport {
	let underWay = 0;
	let lastUse = now();
	const used = (change: number): void => {
		underWay += change;
		lastUse = now();
	};
	const shared: Pick<Transport, "handle" | "destroy" | "end" | "sockets" | "isBusy" | "lastUse"> = {
		async handle(...args) {
			if (openTransport(key) === undefined) register(key, transport);
			// A connection that rested for so long may be dead; the handler opens another.
			if (underWay === 0 && elapsed(lastUse) > STALE) handler.destroy?.();
			used(1);
			let streams = false;
			try {
				// A connection made inside a scope would retain that scope.
				const answer = await home.detached(() => handler.handle(...args));
				const body = answer.response.body as Streamed | undefined;
				if (isPiped(body) && body.closed !== true) {
					streams = true;
					body.once?.("close", () => used(-1));
					keepContext(body);
				}
				return answer;
			} finally {
				if (!streams) used(-1);
			}
		},
		// A client's destroy() would kill its siblings' requests in flight.
		destroy: () => undefined,
		end: () => handler.destroy?.(),
		sockets: () => ({ busy: underWay, free: 0, queued: 0 }),
		isBusy: () => underWay > 0,
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
