/** Reads HTTP requests and writes HTTP responses. */

import type { IncomingMessage, ServerResponse } from "node:http";
import { type AwsResponse, CommonError, ServiceError } from "./protocols/protocol.js";

/** DynamoDB has the same limit. */
const MAX_BODY_BYTES = 16 * 1024 * 1024;

/** Thrown to close the connection instead of responding. */
export class ConnectionDropped extends Error {}

/** Reads the whole body. @throws {CommonError} when it is too large @throws {ConnectionDropped} when the client leaves */
export async function readBody(request: IncomingMessage): Promise<Uint8Array> {
	const chunks: Buffer[] = [];
	let length = 0;
	return new Promise((resolve, reject) => {
		request.on("data", (chunk: Buffer) => {
			length += chunk.byteLength;
			if (length <= MAX_BODY_BYTES) chunks.push(chunk);
			else {
				// The rest is discarded rather than cut off, so that the client sees the response.
				chunks.length = 0;
				reject(new CommonError("tooLarge"));
			}
		});
		request.on("end", () => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)));
		request.on("error", () => reject(new ConnectionDropped()));
		request.on("close", () => reject(new ConnectionDropped()));
	});
}

/** The parts of a request target. */
export interface Target {
	/** Still percent-encoded. */
	readonly path: string;
	readonly query: Record<string, string | string[]>;
}

/** @throws {ServiceError} when a percent-encoding in the query is malformed */
export function parseTarget(url: string): Target {
	const mark = url.indexOf("?");
	if (mark < 0) return { path: url, query: {} };
	const query: Record<string, string | string[]> = Object.create(null);
	for (const part of url.slice(mark + 1).split("&")) {
		if (part === "") continue;
		const equals = part.indexOf("=");
		const name = decode(equals < 0 ? part : part.slice(0, equals));
		const value = equals < 0 ? "" : decode(part.slice(equals + 1));
		const earlier = query[name];
		if (earlier === undefined) query[name] = value;
		else if (typeof earlier === "string") query[name] = [earlier, value];
		else earlier.push(value);
	}
	return { path: url.slice(0, mark), query };
}

/** Writes a response, for HEAD without its body. */
export function writeResponse(response: ServerResponse, given: AwsResponse, now: number, head: boolean): void {
	const body = typeof given.body === "string" ? Buffer.from(given.body) : given.body;
	for (const [name, value] of Object.entries(given.headers)) response.setHeader(name, value);
	response.setHeader("date", new Date(now).toUTCString());
	if (!hasNoBody(given.status)) {
		if (!head || !response.hasHeader("content-length")) response.setHeader("content-length", body.byteLength);
	}
	response.writeHead(given.status);
	response.end(head || hasNoBody(given.status) ? undefined : body);
}

const hasNoBody = (status: number): boolean => status === 204 || status === 304;

const decode = (text: string): string => {
	try {
		return decodeURIComponent(text);
	} catch {
		throw new ServiceError(400, "InvalidURI", "Couldn't parse the specified URI.");
	}
};
