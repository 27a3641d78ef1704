/**
 * Requests that reach a framework without a socket: Node's own request and response, of which only the end of the
 * response is made here. `inject()` of Fastify does more than the framework itself and would hide what is looked for.
 */

import { IncomingMessage, ServerResponse } from "node:http";
import { Socket } from "node:net";
import type { Invoke } from "./entry-point.js";

const UNUSED = new Socket();

/** Gives requests to what would be given to `http.createServer()`. */
export const dispatch =
	(listener: (request: IncomingMessage, response: ServerResponse) => unknown): Invoke =>
	(account) =>
		new Promise((resolve) => {
			const request = new IncomingMessage(UNUSED);
			request.method = "GET";
			request.url = "/";
			request.headers = { host: "localhost", "x-account": account };
			const response = new ServerResponse(request);
			// A response whose socket is null waits for the one before it on the connection.
			Object.assign(response, { socket: undefined });
			// An own member: Express gives the response a prototype of its own.
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

/** Whose request it is. */
export const header = ({ headers }: { headers: Readonly<Record<string, unknown>> }): string =>
	String(headers["x-account"]);
