/** Keeps the context of body streams. On a shared connection, events run in the context that opened the connection. */

import { hasMethod } from "../home/check.js";

const { AsyncLocalStorage } = process.getBuiltinModule("node:async_hooks");

type Member = (...args: unknown[]) => unknown;
interface Piped {
	pipe: unknown;
	_read?: Member;
	emit: Member;
}

/** Whether a body is a Node stream. Doesn't load `node:stream`, which keeps the import of the package fast. */
export const isPiped = (body: unknown): body is Piped => hasMethod(body, "pipe");

/** Makes the stream read and emit its events in the current context. */
export function keepContext(stream: Piped): void {
	const inside = AsyncLocalStorage.snapshot();
	for (const name of ["_read", "emit"] as const) {
		const member = stream[name];
		if (typeof member === "function") stream[name] = (...args) => inside(() => Reflect.apply(member, stream, args));
	}
}
