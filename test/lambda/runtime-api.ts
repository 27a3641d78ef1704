/**
 * Lambda's Runtime API, as far as AWS's own runtime client speaks it: hands out invocations and takes their results.
 * https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
 */

import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

/** What became of an invocation. */
export interface Outcome {
	readonly kind: "response" | "error";
	readonly body: string;
	readonly contentType: string | undefined;
	/** Whether the body came as a stream, and the error type in its trailer, if the handler failed. */
	readonly streamed: boolean;
	readonly trailerError: string | undefined;
}

/** What an invocation carries besides its event. */
export interface InvocationOptions {
	/** Of a function with tenant isolation. */
	readonly tenantId?: string;
}

/** A running Runtime API. */
export interface RuntimeApi extends AsyncDisposable {
	/** As `AWS_LAMBDA_RUNTIME_API` has it. */
	readonly address: string;
	/** Most invocations that were under way at the same time. */
	readonly mostInFlight: number;
	invoke(event: unknown, options?: InvocationOptions): Promise<Outcome>;
	/** Resolves as soon as the function has as much under way as it may, or as there is. */
	saturated(): Promise<void>;
	/** Resolves as soon as nothing is under way and the runtime waits for work. */
	idle(): Promise<void>;
	/** What the runtime reported instead of becoming ready. */
	readonly initError: Promise<{ readonly errorType: string; readonly errorMessage: string }>;
	/** Rejects what is under way and what comes: the runtime is gone. */
	fail(reason: Error): void;
}

/** What {@link startRuntimeApi} takes. */
export interface RuntimeApiOptions {
	/** How many invocations the function may have under way. */
	readonly concurrency: number;
	/** How many workers must have asked for work before any is handed out, so that each gets its part. */
	readonly workers?: number;
	/** Called when the runtime asks for work and nothing is under way; the process may be frozen from here on. */
	readonly idle?: () => void;
	/** Called before an invocation is handed out; the process must be thawed. */
	readonly busy?: () => void;
}

interface Waiting {
	readonly id: string;
	readonly event: unknown;
	readonly options: InvocationOptions;
}

interface Pending {
	readonly resolve: (outcome: Outcome) => void;
	readonly reject: (reason: Error) => void;
}

/** Starts it on a free port. */
export async function startRuntimeApi({
	concurrency,
	workers = 1,
	idle,
	busy,
}: RuntimeApiOptions): Promise<RuntimeApi> {
	const waiting: Waiting[] = [];
	const pollers: ServerResponse[] = [];
	const pending = new Map<string, Pending>();
	let ready = false;
	let inFlight = 0;
	let mostInFlight = 0;
	let count = 0;
	let gone: Error | undefined;
	let awaitingIdle: (() => void)[] = [];
	let awaitingFull: (() => void)[] = [];
	const initError = withResolvers<{ errorType: string; errorMessage: string }>();

	function handOut(): void {
		ready ||= pollers.length >= workers;
		while (ready && inFlight < concurrency && pollers.length > 0 && waiting.length > 0) {
			const { id, event, options } = waiting.shift() as Waiting;
			inFlight += 1;
			mostInFlight = Math.max(mostInFlight, inFlight);
			busy?.();
			(pollers.shift() as ServerResponse)
				.writeHead(200, {
					"Content-Type": "application/json",
					"Lambda-Runtime-Aws-Request-Id": id,
					"Lambda-Runtime-Deadline-Ms": String(Date.now() + 60_000),
					"Lambda-Runtime-Invoked-Function-Arn": "arn:aws:lambda:us-east-1:999999999999:function:tested",
					...(options.tenantId === undefined ? {} : { "Lambda-Runtime-Aws-Tenant-Id": options.tenantId }),
				})
				.end(JSON.stringify(event));
		}
		if (inFlight === concurrency || waiting.length === 0) {
			for (const resolve of awaitingFull) resolve();
			awaitingFull = [];
		}
		if (inFlight > 0 || pollers.length < workers) return;
		idle?.();
		for (const resolve of awaitingIdle) resolve();
		awaitingIdle = [];
	}

	async function take(request: IncomingMessage, response: ServerResponse): Promise<void> {
		const [, id = "", kind] = /\/invocation\/([^/]+)\/(response|error)$/.exec(request.url ?? "") ?? [];
		const body = await text(request);
		response.writeHead(202).end();
		if (request.url?.endsWith("/init/error")) return initError.resolve(JSON.parse(body));
		const trailer = request.trailers["lambda-runtime-function-error-body"];
		inFlight -= 1;
		pending.get(id)?.resolve({
			kind: kind as Outcome["kind"],
			body,
			contentType: request.headers["content-type"],
			streamed: request.headers["lambda-runtime-function-response-mode"] === "streaming",
			trailerError: trailer === undefined ? undefined : Buffer.from(trailer as string, "base64").toString(),
		});
		pending.delete(id);
		handOut();
	}

	const server = createServer((request, response) => {
		if (request.url?.endsWith("/next")) {
			pollers.push(response);
			handOut();
		} else {
			// Cut off in the middle: the runtime is gone, and `fail()` says why.
			take(request, response).catch(() => response.destroy());
		}
	});
	server.listen(0, "127.0.0.1");
	await once(server, "listening");

	return {
		address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
		initError: initError.promise,
		get mostInFlight() {
			return mostInFlight;
		},
		invoke: (event, options = {}) =>
			new Promise((resolve, reject) => {
				if (gone !== undefined) return reject(gone);
				const id = `request-${++count}`;
				pending.set(id, { resolve, reject });
				waiting.push({ id, event, options });
				handOut();
			}),
		saturated: () =>
			new Promise((resolve) => {
				awaitingFull.push(resolve);
				handOut();
			}),
		idle: () =>
			new Promise((resolve) => {
				awaitingIdle.push(resolve);
				handOut();
			}),
		fail(reason) {
			gone = reason;
			for (const { reject } of pending.values()) reject(reason);
			pending.clear();
		},
		async [Symbol.asyncDispose]() {
			server.closeAllConnections();
			server.close();
			await once(server, "close");
		},
	};
}

function withResolvers<Value>() {
	let resolve!: (value: Value) => void;
	const promise = new Promise<Value>((settle) => {
		resolve = settle;
	});
	return { promise, resolve };
}
