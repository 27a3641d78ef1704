/** The body of a request without the `aws-chunked` encoding of streaming uploads. Chunk signatures are not verified. */

import { type AwsRequest, ServiceError } from "./protocols/protocol.js";

/** @throws {ServiceError} `IncompleteBody` when the encoding is broken */
export function decodedBody({ headers, body }: AwsRequest): Uint8Array {
	const isChunked =
		headers["x-amz-content-sha256"]?.startsWith("STREAMING-") || headers["content-encoding"]?.includes("aws-chunked");
	if (!isChunked) return body;
	const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
	const chunks: Buffer[] = [];
	let at = 0;
	for (;;) {
		const lineEnd = bytes.indexOf("\r\n", at);
		const line = lineEnd < 0 ? "" : bytes.toString("latin1", at, lineEnd);
		const size = /^([0-9a-fA-F]{1,8})(?:;[^\r\n]*)?$/.exec(line)?.[1];
		if (size === undefined) throw incomplete();
		const length = Number.parseInt(size, 16);
		if (length === 0) return Buffer.concat(chunks);
		at = lineEnd + 2;
		if (at + length + 2 > bytes.length) throw incomplete();
		chunks.push(bytes.subarray(at, at + length));
		at += length + 2;
	}
}

const incomplete = () => new ServiceError(400, "IncompleteBody", "The request body terminated unexpectedly");
