/** Keeps what Node runs for a request and its response in the request's scope, on connections that requests share. */

import type { AsyncResource } from "node:async_hooks";

type Method = (this: Emitter, ...args: unknown[]) => unknown;

/** Node's request or its response; only a response has what is optional. */
interface Emitter {
	emit: Method;
	/** Node's own listeners are the first ones. */
	readonly _events?: { finish?: Method | Method[] };
	/** Null until it is the response's turn on the connection. */
	readonly socket?: unknown;
	/** Node calls it then; it sends what the response has buffered. */
	assignSocket?: Method;
	/** Node calls it with the size of what a response buffers before its turn. */
	_onPendingData?: Method;
	/** What is kept of it; on a prototype of Express's, what is kept of each request. */
	[KEPT]?: Kept | WeakMap<Emitter, Kept>;
}

interface Kept {
	/** The innermost scope that was opened for the request. */
	scope: AsyncResource;
	/** The context in which the request arrived. */
	readonly outside: AsyncResource;
}

/** Two copies of this file share it. */
const KEPT = Symbol.for("aws-scope/events");

/**
 * From now on the listeners and callbacks of a request and its response run in the scope. Node runs them in the context of
 * whatever wrote to the connection. On a connection with pipelined requests that is the response before, which may be
 * another tenant's: its end sends what the next response has buffered, callbacks included, and emits `drain`, from which
 * `pipe()` reads its source.
 * @param outside the context in which the request arrived
 * @see https://nodejs.org/api/async_context.html#integrating-asyncresource-with-eventemitter
 */
export function keepEvents(scope: AsyncResource, outside: AsyncResource, request: unknown, response: unknown): void {
	const kept: Kept = { scope, outside };
	if (isObject(request)) keep(request, kept);
	if (isObject(response) && keep(response, kept)) keepConnection(response, outside);
}

const isObject = (value: unknown): value is Emitter => typeof value === "object" && value !== null;

/** Whether nothing was kept of it before. */
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
 * The prototype that one copy of Express gives every request, or every response. Each application that a request comes
 * through gives it another prototype, which inherits from this one, and on Node 20 and 22 a new member of its own costs
 * a request microseconds after that. Node's own prototypes are everybody's and stay as they are.
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
	// One that has its turn already is not given another.
	const mayWait = found instanceof WeakMap || holder.socket === null;
	if (mayWait && holder.assignSocket) holder.assignSocket = inScope(holder.assignSocket);
}

/** What is the connection's runs where the request came from: other requests may have another scope, or none. */
function keepConnection(response: Emitter, outside: AsyncResource): void {
	// Node's own listener gives the connection to the next response.
	const events = response._events;
	const finish = events?.finish;
	const [first] = Array.isArray(finish) ? finish : [finish];
	if (events !== undefined && first?.name === "bound resOnFinish") {
		const handOver = (): unknown => outside.runInAsyncScope(first, response);
		if (Array.isArray(finish)) finish[0] = handOver;
		else events.finish = handOver;
	}
	// What a response buffers before its turn makes Node emit `drain` of the one whose turn it is.
	if (response.socket === null) response._onPendingData = outside.bind(response._onPendingData as Method);
}
