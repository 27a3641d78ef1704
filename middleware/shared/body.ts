/** Keeps a body in the request's scope. The framework reads it after the last middleware has returned, outside the scope. */

import { awaitsIdentity, runInAwsScope } from "../../src/index.js";

/** Call it in the scope, with the response body. */
export function keepBody(body: unknown): void {
	if (isStream(body) && !awaitsIdentity()) runInAwsScope({}, () => body);
}

/** Whether the body is a Node.js stream, a web stream or a `Response`. */
const isStream = (body: unknown): boolean =>
	typeof body === "object" &&
	body !== null &&
	("_read" in body || "getReader" in body || Reflect.get(body, Symbol.toStringTag) === "Response");
