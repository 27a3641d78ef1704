/** The HTTP server. Nothing that a client sends can crash it. */

import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { type Call, describeCall, type Parts, respond } from "./handle-request.js";
import { ConnectionDropped, parseTarget, readBody, writeResponse } from "./http.js";
import type { AwsRequest, AwsResponse } from "./protocols/protocol.js";
import type { Connection } from "./stats.js";
import type { LocalEvent } from "./types.js";

/** A listening server. */
export interface LocalServer {
	readonly port: number;
	close(): Promise<void>;
}

/** Listens on 127.0.0.1; calls `notify` with each request just before its response is sent. */
export async function listen(parts: Parts, notify: (event: LocalEvent) => void): Promise<LocalServer> {
	const { stats, settings } = parts;
	const connections = new Map<Socket, Connection>();
	const server = createServer({ keepAliveTimeout: settings.keepAliveMs }, (request, response) => {
		const connection = connections.get(request.socket);
		if (connection !== undefined) void serve(request, response, connection, parts, notify);
	});
	server.on("connection", (socket: Socket) => {
		connections.set(socket, stats.opened());
		socket.once("close", () => {
			connections.delete(socket);
			stats.closed();
		});
	});
	server.on("clientError", (_error, socket) => {
		if (socket.writable) socket.end("HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
		else socket.destroy();
	});
	await new Promise<void>((resolve, reject) => {
		server.once("error", reject);
		server.listen(settings.port, "127.0.0.1", resolve);
	});
	let closing: Promise<void> | undefined;
	return {
		port: (server.address() as AddressInfo).port,
		close: () => {
			closing ??= new Promise((resolve) => {
				server.close(() => resolve());
				for (const socket of connections.keys()) socket.destroy();
			});
			return closing;
		},
	};
}

const serve = async (
	incoming: IncomingMessage,
	outgoing: ServerResponse,
	connection: Connection,
	parts: Parts,
	notify: (event: LocalEvent) => void,
): Promise<void> => {
	const { stats, settings } = parts;
	const client = new AbortController();
	outgoing.once("close", () => client.abort());
	outgoing.on("error", () => {});
	const call = await readCall(incoming, parts);
	const { serviceName, service, operation, region, accessKeyId } = call;
	let response: AwsResponse | undefined;
	try {
		if (call.readError instanceof ConnectionDropped) throw call.readError;
		stats.request(connection, serviceName, operation, !service.issuesCredentials);
		response = await respond(call, parts, client.signal);
	} catch (error) {
		if (!(error instanceof ConnectionDropped)) throw error;
	}
	if (client.signal.aborted || call.dropResponse) response = undefined;
	const { caller, roleArn } = call;
	call.assumeRoleEnded?.(response !== undefined && response.status < 300);
	if (response === undefined) stats.dropped();
	else if (response.errorCode !== undefined) stats.error(response.errorCode);
	notify({
		service: serviceName,
		action: operation,
		region,
		method: call.request.method,
		path: (incoming.url ?? "/").slice(0, 2048),
		connectionId: connection.id,
		...(accessKeyId !== undefined && { accessKeyId }),
		...(caller !== undefined && { identity: caller.identity }),
		...(roleArn !== undefined && { roleArn }),
		status: response?.status ?? 0,
		...(response?.errorCode !== undefined && { errorCode: response.errorCode }),
		time: settings.clock(),
	});
	if (response === undefined) incoming.socket.destroy();
	else writeResponse(outgoing, response, settings.clock(), call.request.method === "HEAD");
};

/** Reads a request as far as possible. */
const readCall = async (incoming: IncomingMessage, { services }: Parts): Promise<Call> => {
	const { method = "", url = "/" } = incoming;
	const headers = incoming.headers as Record<string, string | undefined>;
	let request: AwsRequest = { method, path: url, query: {}, headers, body: new Uint8Array() };
	try {
		request = { ...request, body: await readBody(incoming) };
		request = { ...request, ...parseTarget(url) };
		return describeCall(request, services);
	} catch (readError) {
		return { ...describeCall(request, services), readError };
	}
};
