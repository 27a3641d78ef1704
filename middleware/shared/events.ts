/** Keeps the events of a request and of its answer in the request's scope. */

import type { AsyncResource } from "node:async_hooks";

type Emit = (event: string | symbol, ...args: unknown[]) => boolean;
interface Emitter {
	emit: Emit;
	[SCOPE]?: AsyncResource;
}

/** The scope that an emitter's events are in: the innermost one that was opened for it. Two copies of this file share it. */
const SCOPE = Symbol.for("aws-scope/events");

/**
 * From now on the listeners of these emitters run in the scope. Node emits a response's events in the context of whatever
 * wrote to the socket: on a connection with pipelined requests that is the answer before, which may be another tenant's,
 * and `pipe()` reads its source from `drain`.
 * @see https://nodejs.org/api/async_context.html#integrating-asyncresource-with-eventemitter
 */
export function keepEvents(scope: AsyncResource, ...emitters: readonly unknown[]): void {
	for (const emitter of emitters) {
		if (!isEmitter(emitter)) continue;
		if (emitter[SCOPE] === undefined) emitter.emit = emitInScope(emitter.emit);
		emitter[SCOPE] = scope;
	}
}

const emitInScope = (emit: Emit): Emit =>
	function (this: Emitter, ...args) {
		return (this[SCOPE] as AsyncResource).runInAsyncScope(emit, this, ...args);
	};

const isEmitter = (value: unknown): value is Emitter =>
	typeof (value as Partial<Emitter> | null | undefined)?.emit === "function";
