/** Handlers that stream their answer; each chunk is asked for in the tenant's account while the body is being written. */

import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { clients, tryCurrentAwsScope, withAwsScope } from "aws-scope";
import { accounts, ask } from "./tenants.mjs";

const { streamifyResponse, HttpResponseStream } = globalThis.awslambda;

const ofEvent = (event) => ({ account: event.tenant, accounts });
const later = async (event) => {
	await new Promise(setImmediate);
	return ofEvent(event);
};
const big = "x".repeat(64 * 1024);

/** A chunk says who answered and in which scope; its padding fills every buffer on the way. */
async function chunk(event) {
	return `${await ask(event.tenant)} ${tryCurrentAwsScope()?.account} ${event.big ? big : ""}\n`;
}

async function write(event, stream, context) {
	stream.setContentType("text/plain");
	stream.write(`${context.awsRequestId}\n`);
	for (let count = 0; count < 3; count += 1) {
		stream.write(await chunk(event));
		await new Promise(setImmediate);
	}
	stream.end();
}

/** The first chunks wait for nobody, so they fill the buffer before the runtime's connection is there. */
async function* lines(event) {
	for (let count = 0; count < 4; count += 1) yield `${event.tenant} ${tryCurrentAwsScope()?.account} ${big}\n`;
	for (let count = 0; count < 16; count += 1) yield chunk({ ...event, big: true });
}

export const scopeAroundStream = withAwsScope(streamifyResponse(write), ofEvent);
export const streamAroundScope = streamifyResponse(withAwsScope(write, ofEvent));
export const scopeFoundLater = withAwsScope(
	streamifyResponse((...args) => write(...args)),
	later,
);
export const streamAroundFoundLater = streamifyResponse(withAwsScope((...args) => write(...args), later));
export const unmarked = withAwsScope(async (event) => ask(event.tenant), ofEvent);

export const withPrelude = withAwsScope(
	streamifyResponse(async (event, stream) => {
		const http = HttpResponseStream.from(stream, {
			statusCode: 201,
			headers: { "x-scope": tryCurrentAwsScope().account },
		});
		await pipeline(Readable.from([await chunk(event)]), http);
	}),
	ofEvent,
);

/** Backpressure: `pipeline` asks the generator for more from where it was called. */
export const pipelined = withAwsScope(
	streamifyResponse((event, stream) => pipeline(lines(event), stream)),
	ofEvent,
);

/** A `Readable` asks for more wherever the socket happens to drain. */
export const readable = withAwsScope(
	streamifyResponse((event, stream) => pipeline(Readable.from(lines(event)), stream)),
	ofEvent,
);

/** A generator with a scope of its own does not mind who asks. */
export const readableInScope = withAwsScope(
	streamifyResponse((event, stream) => pipeline(Readable.from(withAwsScope(lines)(event)), stream)),
	ofEvent,
);

export const failsAtOnce = withAwsScope(
	streamifyResponse(async () => {
		throw new TypeError(`no order for ${tryCurrentAwsScope().account}`);
	}),
	ofEvent,
);

export const failsHalfway = withAwsScope(
	streamifyResponse(async (event, stream) => {
		stream.write(await chunk(event));
		throw new TypeError(`no order for ${tryCurrentAwsScope().account}`);
	}),
	ofEvent,
);

export const specFails = withAwsScope(
	streamifyResponse(() => clients.dynamodb().listTables({})),
	() => {
		throw new ReferenceError("no such tenant");
	},
);

export const specFailsLater = streamifyResponse(
	withAwsScope(write, async () => {
		await new Promise(setImmediate);
		throw new ReferenceError("no such tenant");
	}),
);
