/** Object numbers and keyed digests, for cache keys that must not contain the values themselves. */

import { slot } from "./home.js";

/** Loaded on first use, which keeps the import of the package fast. */
const crypto = () => process.getBuiltinModule("node:crypto");

const state = slot("identity", () => ({
	numbers: new WeakMap<WeakKey, number>(),
	last: 0,
	hmac: createHmac(),
}));

/** The key is random per process, so no table can reverse a digest. It is in a closure, so that inspecting the home doesn't show it. */
function createHmac(): (content: string) => string {
	const key = crypto().randomBytes(32);
	// UTF-8 would encode all lone surrogates as the same character.
	return (content) => crypto().createHmac("sha256", key).update(content, "utf16le").digest("base64url").slice(0, 32);
}

/** This object's number. It is never reused, even after the object is garbage collected. */
export function objectNumber(value: WeakKey): number {
	const { numbers } = state();
	const known = numbers.get(value);
	if (known !== undefined) return known;
	const next = ++state().last;
	numbers.set(value, next);
	return next;
}

/** A digest that only this process can compute. Equal content has the same digest. It can't be reversed. */
export function digest(content: string): string {
	return state().hmac(content);
}
