/** What the transport relies on without a promise of Node's or the SDK's: a version that changes it fails here first. */

import { once } from "node:events";
import { Agent, type ClientRequest, createServer, get, type IncomingMessage, type Server } from "node:http";
import { Agent as SecureAgent } from "node:https";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createAgents, socketCounts } from "../../src/transport/agents.js";

let server: Server;
let port: number;
beforeAll(async () => {
	server = createServer((_request, response) => void response.end("ok"));
	await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
	({ port } = server.address() as AddressInfo);
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

/** An agent that notes what Node calls on it and on its requests. */
function noting(options = {}) {
	const calls: string[] = [];
	const agent = new Agent({ keepAlive: true, ...options }) as Agent & {
		addRequest(request: ClientRequest, ...args: unknown[]): void;
	};
	const { addRequest, createConnection } = agent;
	agent.addRequest = (request, ...args) => {
		calls.push("addRequest");
		const { onSocket } = request;
		request.onSocket = (...given: Parameters<typeof onSocket>) => {
			calls.push("onSocket");
			onSocket.apply(request, given);
		};
		addRequest.call(agent, request, ...args);
	};
	agent.createConnection = (...args: Parameters<typeof createConnection>) => {
		calls.push("createConnection");
		return createConnection.apply(agent, args);
	};
	return { agent, calls };
}

const ask = async (agent: Agent): Promise<Duplex> => {
	const request = get({ host: "127.0.0.1", port, agent });
	const [response] = (await once(request, "response")) as [IncomingMessage];
	const { socket } = response;
	response.resume();
	await once(socket, "free");
	return socket;
};

test("an agent is given each request by addRequest(), and gives it its socket by onSocket()", async () => {
	const { agent, calls } = noting();
	await ask(agent);
	await ask(agent);
	agent.destroy();
	expect(calls).toEqual(["addRequest", "createConnection", "onSocket", "addRequest", "onSocket"]);
	expect(SecureAgent.prototype).toHaveProperty("addRequest", Reflect.get(Agent.prototype, "addRequest"));
});

test("a free socket stands in freeSockets, and agentRemove has the agent forget it at once", async () => {
	const { agent } = noting();
	const socket = await ask(agent);
	expect(Object.values(agent.freeSockets)).toEqual([[socket]]);
	socket.destroy();
	socket.emit("agentRemove");
	expect(Object.values(agent.freeSockets)).toEqual([]);
	expect(Object.values(agent.sockets)).toEqual([]);
});

test("a request that must wait stands at the end of a queue of its origin", async () => {
	const { agent } = noting({ maxSockets: 1 });
	const [first, second] = [0, 1].map(() => get({ host: "127.0.0.1", port, agent }));
	expect(Object.values(agent.requests)).toEqual([[second]]);
	expect(Object.keys(agent.requests)).toEqual(Object.keys(agent.sockets));
	for (const request of [first, second])
		((await once(request as ClientRequest, "response"))[0] as IncomingMessage).resume();
	agent.destroy();
});

test("a request that is aborted before it is sent has the SDK's handler find its agents, and opens nothing", async () => {
	const { http, https } = createAgents({}, {}, 5_000);
	const handler = new NodeHttpHandler({ httpAgent: http, httpsAgent: https });
	expect(handler.httpHandlerConfigs()).toEqual({});
	const request = { protocol: "http:", method: "GET", hostname: "localhost", path: "/", headers: {}, query: {} };
	const aborted = handler.handle(request as never, { abortSignal: AbortSignal.abort() });
	await expect(aborted).rejects.toMatchObject({ name: "AbortError" });
	expect(handler.httpHandlerConfigs()).toMatchObject({ httpAgent: http, httpsAgent: https });
	expect(socketCounts({ http, https })).toEqual({ busy: 0, free: 0, queued: 0 });
});
