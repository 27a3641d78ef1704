/**
 * Dispatches requests to a framework without a socket. Uses Node's own request and response, and replaces only the end of
 * the response. Fastify's `inject()` costs more than the framework itself and would hide the overhead.
 */

import { IncomingMessage, ServerResponse } from "node:http";
import { Socket } from "node:net";
import type { Invoke } from "./entry-point.js";

const UNUSED = new Socket();

/** Dispatches requests to a listener for `http.createServer()`. */
export const dispatch =
	(listener: (request: IncomingMessage, response: ServerResponse) => unknown): Invoke =>
	(account) =>
		new Promise((resolve) => {
			const request = new IncomingMessage(UNUSED);
			request.method = "GET";
			request.url = "/";
			request.headers = { host: "localhost", "x-account": account };
			const response = new ServerResponse(request);
			// A response whose socket is null waits for the previous one on the connection.
			Object.assign(response, { socket: undefined });
			// An own member, because Express replaces the response's prototype.
			response.end = (text?: unknown) => {
				response.finished = true;
				process.nextTick(() => {
					response.emit("finish");
					resolve(String(text));
				});
				return response;
			};
			listener(request, response);
		});

/** Returns the tenant of a request. */
export const header = ({ headers }: { headers: Readonly<Record<string, unknown>> }): string =>
	String(headers["x-account"]);
