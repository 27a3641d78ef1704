/** Keeps a body in the request's scope: the framework reads it after the last middleware, outside the scope. */

import { awaitsIdentity, runInAwsScope } from "../../src/index.js";

/** To be called in the scope, with what is sent. */
export function keepBody(body: unknown): void {
	if (isStream(body) && !awaitsIdentity()) runInAwsScope({}, () => body);
}

/** A stream of Node's or of the web, or a Response around one. */
const isStream = (body: unknown): boolean =>
	typeof body === "object" &&
	body !== null &&
	("_read" in body || "getReader" in body || Reflect.get(body, Symbol.toStringTag) === "Response");
