/** Streams that cross a shared connection: its events come in the context in which the connection was made. */

import { hasMethod } from "../home/check.js";

const { AsyncLocalStorage } = process.getBuiltinModule("node:async_hooks");

type Member = (...args: unknown[]) => unknown;
interface Piped {
	pipe: unknown;
	_read?: Member;
	emit: Member;
}

/** A stream of Node's, told without loading `node:stream`, which importing the package would have to wait for. */
export const isPiped = (body: unknown): body is Piped => hasMethod(body, "pipe");

/** From now on the stream makes its pieces, and calls its listeners, in the context in which this is called. */
export function keepContext(stream: Piped): void {
	const inside = AsyncLocalStorage.snapshot();
	for (const name of ["_read", "emit"] as const) {
		const member = stream[name];
		if (typeof member === "function") stream[name] = (...args) => inside(() => Reflect.apply(member, stream, args));
	}
}
