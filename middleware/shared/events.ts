/** Runs the event listeners and callbacks of a request and its response in the request's scope, even on shared connections. */

import type { AsyncResource } from "node:async_hooks";

type Method = (this: Emitter, ...args: unknown[]) => unknown;

/** Node's request or response; only a response has the optional members. */
interface Emitter {
	emit: Method;
	/** Node's own listeners come first. */
	readonly _events?: { finish?: Method | Method[] };
	/** Null until it is this response's turn on the connection. */
	readonly socket?: unknown;
	/** Node calls it at that point; it sends the buffered data. */
	assignSocket?: Method;
	/** Node calls it with the size of the data that the response buffers until then. */
	_onPendingData?: Method;
	/** On a prototype of Express: by request or response. */
	[KEPT]?: Kept | WeakMap<Emitter, Kept>;
}

interface Kept {
	/** The innermost scope of the request. */
	scope: AsyncResource;
	/** The context in which the request arrived. */
	readonly outside: AsyncResource;
}

/** Shared by the ESM and the CJS build. */
const KEPT = Symbol.for("aws-scope/events");

/**
 * Runs the listeners and callbacks of a request and its response in the scope from now on. Node runs them in the context
 * of whatever wrote to the connection. With pipelined requests, that is the previous response, which may belong to another
 * tenant: when it ends, it sends what the next response has buffered, calls its callbacks, and emits `drain`, on which
 * `pipe()` continues to read its source.
 * @param outside the context in which the request arrived
 * @see https://nodejs.org/api/async_context.html#integrating-asyncresource-with-eventemitter
 */
export function keepEvents(scope: AsyncResource, outside: AsyncResource, request: unknown, response: unknown): void {
	const kept: Kept = { scope, outside };
	if (isObject(request)) keep(request, kept);
	if (isObject(response) && keep(response, kept)) keepConnection(response, outside);
}

const isObject = (value: unknown): value is Emitter => typeof value === "object" && value !== null;

/** Returns whether this is the first scope of the request. */
function keep(emitter: Emitter, kept: Kept): boolean {
	const shared = prototypeOfExpress(emitter);
	const holder = shared ?? emitter;
	let found = holder[KEPT];
	if (found === undefined) {
		if (typeof emitter.emit !== "function") return false;
		found = shared === undefined ? kept : new WeakMap();
		holder[KEPT] = found;
		replaceMethods(holder, found);
		if (found === kept) return true;
	}
	const before = found instanceof WeakMap ? found.get(emitter) : found;
	if (before !== undefined) before.scope = kept.scope;
	else (found as WeakMap<Emitter, Kept>).set(emitter, kept);
	return before === undefined;
}

/**
 * The prototype that a copy of Express gives to every request, or to every response. Each application sets a prototype of
 * its own on the request, which inherits from this one. After that, on Node 20 and 22, adding a property to the request
 * itself takes microseconds. Node's own prototypes are shared with other code and are not changed.
 */
function prototypeOfExpress(emitter: Emitter): Emitter | undefined {
	let shared: Emitter = Object.getPrototypeOf(emitter);
	if (shared === null || !Object.hasOwn(shared, "app")) return undefined;
	while (Object.hasOwn(shared, "app")) shared = Object.getPrototypeOf(shared);
	return Object.hasOwn(shared, "constructor") ? undefined : shared;
}

function replaceMethods(holder: Emitter, found: Kept | WeakMap<Emitter, Kept>): void {
	const inScope = (method: Method): Method =>
		function (...args) {
			const kept = found instanceof WeakMap ? found.get(this) : found;
			return kept === undefined ? method.apply(this, args) : kept.scope.runInAsyncScope(method, this, ...args);
		};
	holder.emit = inScope(holder.emit);
	// A response that already has its socket is not assigned another one.
	const mayWait = found instanceof WeakMap || holder.socket === null;
	if (mayWait && holder.assignSocket) holder.assignSocket = inScope(holder.assignSocket);
}

/** Runs what belongs to the connection outside the scope, because other requests on it may have another scope or none. */
function keepConnection(response: Emitter, outside: AsyncResource): void {
	// Node's own listener passes the connection on to the next response.
	const events = response._events;
	const finish = events?.finish;
	const [first] = Array.isArray(finish) ? finish : [finish];
	if (events !== undefined && first?.name === "bound resOnFinish") {
		const handOver = (): unknown => outside.runInAsyncScope(first, response);
		if (Array.isArray(finish)) finish[0] = handOver;
		else events.finish = handOver;
	}
	// The data that a response buffers can make Node emit `drain` on the response that is being sent.
	if (response.socket === null) response._onPendingData = outside.bind(response._onPendingData as Method);
}
