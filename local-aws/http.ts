/** Reads requests and writes answers. */

import type { IncomingMessage, ServerResponse } from "node:http";
import { type Answer, Refusal } from "./protocols.js";

/** Larger bodies are refused; DynamoDB's own limit is the same. */
export const MAX_BODY_BYTES = 16 * 1024 * 1024;

/** Thrown by {@link readBody} past {@link MAX_BODY_BYTES}. */
export class BodyTooLarge extends Error {}

/** The whole body. @throws {BodyTooLarge} @throws the socket's error when the client leaves first */
export async function readBody(request: IncomingMessage): Promise<Uint8Array> {
	const chunks: Buffer[] = [];
	let length = 0;
	return new Promise((resolve, reject) => {
		request.on("data", (chunk: Buffer) => {
			length += chunk.byteLength;
			if (length <= MAX_BODY_BYTES) chunks.push(chunk);
			else {
				// The rest runs through unread, so that the client gets to see the answer.
				chunks.length = 0;
				reject(new BodyTooLarge());
			}
		});
		request.on("end", () => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)));
		request.on("error", reject);
		request.on("close", () => reject(new Error("the client left")));
	});
}

/** A request target taken apart. */
export interface Target {
	/** Still percent-encoded. */
	readonly path: string;
	readonly query: Record<string, string | string[]>;
}

/** @throws {Refusal} on malformed percent-encodings in the query */
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

/** Writes an answer; for HEAD without its body. */
export function writeAnswer(response: ServerResponse, answer: Answer, now: number, head: boolean): void {
	const body = typeof answer.body === "string" ? Buffer.from(answer.body) : answer.body;
	for (const [name, value] of Object.entries(answer.headers)) response.setHeader(name, value);
	response.setHeader("date", new Date(now).toUTCString());
	if (!bodiless(answer.status)) {
		if (!head || !response.hasHeader("content-length")) response.setHeader("content-length", body.byteLength);
	}
	response.writeHead(answer.status);
	response.end(head || bodiless(answer.status) ? undefined : body);
}

const bodiless = (status: number): boolean => status === 204 || status === 304;

const decode = (text: string): string => {
	try {
		return decodeURIComponent(text);
	} catch {
		throw new Refusal(400, "InvalidURI", "Couldn't parse the specified URI.");
	}
};
