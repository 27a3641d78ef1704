/** Keeps the events of a request and of its answer in the request's scope. */

import type { AsyncResource } from "node:async_hooks";

type Emit = (event: string | symbol, ...args: unknown[]) => boolean;
interface Emitter {
	emit: Emit;
	[SCOPES]?: WeakMap<object, AsyncResource>;
}

/** The scopes that emitters' events are in, of each the innermost that was opened for it. Two copies of this file share them. */
const SCOPES = Symbol.for("aws-scope/events");

/**
 * From now on the listeners of these emitters run in the scope. Node emits a response's events in the context of whatever
 * wrote to the socket: on a connection with pipelined requests that is the answer before, which may be another tenant's,
 * and `pipe()` reads its source from `drain`.
 * @see https://nodejs.org/api/async_context.html#integrating-asyncresource-with-eventemitter
 */
export function keepEvents(scope: AsyncResource, ...emitters: readonly unknown[]): void {
	for (const emitter of emitters) {
		if (!isEmitter(emitter)) continue;
		const shared = Object.getPrototypeOf(emitter) as Emitter;
		// Express gives all requests of an application one prototype of its own, after which a new member costs each of them
		// microseconds. Node's own prototypes are everybody's and stay as they are.
		const holder = Object.hasOwn(shared, "app") ? shared : emitter;
		holder[SCOPES] ??= emitInScopes(holder);
		holder[SCOPES].set(emitter, scope);
	}
}

function emitInScopes(holder: Emitter): WeakMap<object, AsyncResource> {
	const scopes = new WeakMap<object, AsyncResource>();
	const { emit } = holder;
	holder.emit = function (this: Emitter, ...args) {
		const scope = scopes.get(this);
		return scope === undefined ? emit.apply(this, args) : scope.runInAsyncScope(emit, this, ...args);
	};
	return scopes;
}

const isEmitter = (value: unknown): value is Emitter =>
	typeof (value as Partial<Emitter> | null | undefined)?.emit === "function";
