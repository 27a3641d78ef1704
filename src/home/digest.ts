/** Numbers for objects and keyed digests for content: what keys are made of when a value itself must not show. */

import { slot } from "./home.js";

/** Loaded with the first key and not with this file, to keep importing the package cheap. */
const crypto = () => process.getBuiltinModule("node:crypto");

const state = slot("identity", () => ({
	numbers: new WeakMap<WeakKey, number>(),
	last: 0,
	hmac: createHmac(),
}));

/** Keyed anew in each process: a digest cannot be looked up in a table. In a closure, so that no inspection shows the key. */
function createHmac(): (content: string) => string {
	const key = crypto().randomBytes(32);
	// UTF-8 would make one of all the halves of surrogate pairs that stand alone.
	return (content) => crypto().createHmac("sha256", key).update(content, "utf16le").digest("base64url").slice(0, 32);
}

/** A number that belongs to this object alone and is never given to another one, also after it was collected. */
export function objectNumber(value: WeakKey): number {
	const { numbers } = state();
	const known = numbers.get(value);
	if (known !== undefined) return known;
	const next = ++state().last;
	numbers.set(value, next);
	return next;
}

/** A digest that only this process can make: equal content, equal digest; nothing can be read back. */
export function digest(content: string): string {
	return state().hmac(content);
}
