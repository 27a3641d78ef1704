/** Takes the `aws-chunked` framing off the body of a streaming S3 upload. Chunk signatures are not verified. */

import { Refusal } from "./protocols.js";

/** @throws {Refusal} `IncompleteBody` when the framing is broken */
export function decodeAwsChunked(body: Uint8Array): Uint8Array {
	const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
	const chunks: Buffer[] = [];
	let at = 0;
	for (;;) {
		const lineEnd = bytes.indexOf("\r\n", at);
		const size = /^([0-9a-fA-F]{1,8})(?:;[^\r\n]*)?$/.exec(
			lineEnd < 0 ? "" : bytes.toString("latin1", at, lineEnd),
		)?.[1];
		if (size === undefined) throw incomplete();
		const length = Number.parseInt(size, 16);
		if (length === 0) return Buffer.concat(chunks);
		at = lineEnd + 2;
		if (at + length + 2 > bytes.length) throw incomplete();
		chunks.push(bytes.subarray(at, at + length));
		at += length + 2;
	}
}

const incomplete = (): Refusal => new Refusal(400, "IncompleteBody", "The request body terminated unexpectedly");
