/** The HTTP server: connections, answers, events; nothing that a client sends can bring it down. */

import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { AwsScopeError } from "../src/index.js";
import { Dropped } from "./faults.js";
import { BodyTooLarge, parseTarget, readBody, writeAnswer } from "./http.js";
import { answer, type Call, describe, type Services } from "./pipeline.js";
import { type Answer, type Protocol, protocolOf, Refusal, refuse } from "./protocols.js";
import { refusalOf } from "./refusals.js";
import type { Connection } from "./stats.js";
import type { LocalEvent } from "./types.js";

/** A listening server. */
export interface LocalServer {
	readonly port: number;
	close(): Promise<void>;
}

/** Listens on 127.0.0.1. `tell` hears of every request just before its answer leaves. */
export async function listen(services: Services, tell: (event: LocalEvent) => void): Promise<LocalServer> {
	const { stats, settings } = services;
	const connections = new WeakMap<Socket, Connection>();
	const sockets = new Set<Socket>();
	const server = createServer({ keepAliveTimeout: settings.keepAliveMs }, (request, response) => {
		const connection = connections.get(request.socket);
		if (connection) void serve(request, response, connection, services, tell);
	});
	server.on("connection", (socket: Socket) => {
		sockets.add(socket);
		connections.set(socket, stats.opened());
		socket.once("close", () => {
			sockets.delete(socket);
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
			closing ??= end(server, sockets);
			return closing;
		},
	};
}

const end = (server: Server, sockets: Iterable<Socket>): Promise<void> =>
	new Promise((resolve) => {
		server.close(() => resolve());
		for (const socket of sockets) socket.destroy();
	});

const serve = async (
	request: IncomingMessage,
	response: ServerResponse,
	connection: Connection,
	services: Services,
	tell: (event: LocalEvent) => void,
): Promise<void> => {
	const { stats, settings } = services;
	const gone = new AbortController();
	response.once("close", () => gone.abort());
	response.on("error", () => {});
	const call: Call = { service: "", action: request.method ?? "", region: "" };
	const path = request.url ?? "/";
	let result: Answer | undefined;
	try {
		result = await attempt(request, call, connection, services, gone.signal);
	} catch (error) {
		if (!(error instanceof Dropped)) throw error;
	}
	if (gone.signal.aborted || call.dropAnswer) result = undefined;
	call.assumed?.(result !== undefined && result.status < 300);
	if (result?.errorCode !== undefined) stats.refused(result.errorCode);
	if (result === undefined) stats.dropped();
	tell({
		service: call.service,
		action: call.action,
		region: call.region,
		method: request.method ?? "",
		path: path.length > 2048 ? path.slice(0, 2048) : path,
		connectionId: connection.id,
		...(call.accessKeyId === undefined ? {} : { accessKeyId: call.accessKeyId }),
		...(call.key === undefined ? {} : { identity: call.key.identity }),
		...(call.roleArn === undefined ? {} : { roleArn: call.roleArn }),
		status: result?.status ?? 0,
		...(result?.errorCode === undefined ? {} : { errorCode: result.errorCode }),
		time: settings.clock(),
	});
	if (result === undefined) request.socket.destroy();
	else writeAnswer(response, result, settings.clock(), request.method === "HEAD");
};

/** Answers in every case but one: a connection that is to be cut. */
const attempt = async (
	request: IncomingMessage,
	call: Call,
	connection: Connection,
	services: Services,
	signal: AbortSignal,
): Promise<Answer> => {
	const headers = request.headers as Record<string, string | undefined>;
	const method = request.method ?? "";
	try {
		let body: Uint8Array = new Uint8Array();
		let tooLarge = false;
		try {
			body = await readBody(request);
		} catch (error) {
			if (!(error instanceof BodyTooLarge)) throw new Dropped();
			tooLarge = true;
		}
		const signed = { method, ...parseTarget(request.url ?? "/"), headers, body };
		describe(signed, call);
		services.stats.request(connection, call.service, call.action);
		if (tooLarge) throw refusalOf("tooLarge", protocolOf(call.service, headers));
		return await answer(signed, call, services, signal);
	} catch (error) {
		if (error instanceof Dropped) throw error;
		const protocol = protocolOf(call.service, headers);
		const refusal = error instanceof Refusal ? error : internal(protocol, error);
		if (refusal.wrongSignature) services.stats.wrongSignature();
		return refuse(refusal, protocol, call.service, headers["content-type"]);
	}
};

/** What a handler threw is the test's own business: its words go into the answer. */
const internal = (protocol: Protocol, error: unknown): Refusal => {
	const words = error instanceof Error ? error.message : String(error);
	return refusalOf(
		"internal",
		protocol,
		error instanceof AwsScopeError ? words : `The local AWS failed on this request: ${words}`,
	);
};
