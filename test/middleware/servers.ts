/** What the conformance tests ask of a server, told without a framework; each adapter's test says it in its own. */

import { Agent, type ClientRequest, type IncomingMessage, request, type Server, type ServerResponse } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { text } from "node:stream/consumers";
import { setImmediate as turn } from "node:timers/promises";
import { type AwsScopeSpec, clients } from "../../src/index.js";
import { meantFor } from "../helpers/aws.js";

/** Shared code that knows nothing of tenants: asks DynamoDB, which answers with the account that signed. */
export async function ask(meant: string, client = clients.dynamodb()): Promise<string> {
	const { Item } = await client.getItem({ TableName: meantFor(meant), Key: { id: { S: "1" } } });
	return String(Item?.["account"]?.S);
}

/** What a spec function and a handler read of a request. */
export interface Call {
	header(name: string): string | undefined;
	/** Filled by the body parser of the route, which stands behind awsScope(). */
	readonly body?: unknown;
	/** The bytes as they come, where the route has no body parser. */
	readonly stream?: AsyncIterable<Uint8Array>;
}

/** A text, or pieces of one that are sent as they are made. */
export type Answer = string | AsyncIterable<string>;
export type Handle = (call: Call) => Answer | Promise<Answer>;
export type Find = (call: Call) => AwsScopeSpec | Promise<AwsScopeSpec>;

/** A route; `json` and `upload` (one file named `file`, given as text) have the parsers that users of the framework take. */
export interface AnsweringRoute {
	readonly path: string;
	readonly body?: "json" | "upload" | "stream";
	readonly handle: Handle;
}
/** A route that answers by Node's own response, as the framework gives it. */
export interface RawRoute {
	readonly path: string;
	readonly raw: (call: Call, response: ServerResponse) => void;
}
export type Route = AnsweringRoute | RawRoute;

/** A middleware that runs and goes on, one that calls what comes after it and awaits it, and one that answers. */
export type Middleware =
	| { readonly middleware: (call: Call) => Promise<void> }
	| { readonly around: (next: () => unknown) => Promise<void> }
	| { readonly answer: (call: Call) => string };

/** An application: routes ahead of the scope, the scope's middlewares in their order, and the routes that see it. */
export interface App {
	/** Stand in front of `awsScope()`. */
	readonly bare?: readonly Route[];
	/** Each becomes an `awsScope()`, but for the middlewares among them. */
	readonly scopes: readonly (AwsScopeSpec | Find | Middleware)[];
	readonly routes?: readonly Route[];
	/** A router below a path with a scope of its own inside the application's. */
	readonly mount?: { readonly path: string; readonly spec: AwsScopeSpec | Find; readonly routes: readonly Route[] };
	/** The framework's error handler; what it gives is sent with status 500. */
	readonly onError?: (error: Error) => string | Promise<string>;
}

/** Makes a server of an application, with one framework. */
export type Serve = (app: App) => Server | Promise<Server>;

/** A server that listens, and its caller. */
export interface Client extends AsyncDisposable {
	/** Connections that the server has had. */
	connections(): number;
	send(path: string, options?: Sent): Promise<Received>;
	/** For a caller that wants to go away in the middle. */
	open(path: string, options?: Sent): ClientRequest;
	/** Writes requests without a body to a connection of their own at once, and gives all that comes back. */
	pipeline(requests: readonly Piped[]): Promise<string>;
}
export interface Piped {
	readonly path: string;
	readonly headers?: Readonly<Record<string, string>>;
}
export interface Sent {
	readonly headers?: Readonly<Record<string, string>>;
	/** Sent with POST; pieces are sent one by one. */
	readonly body?: string | AsyncIterable<string>;
}
export interface Received {
	readonly status: number;
	readonly text: string;
}

/** Listens on a free port. `sockets`: how many connections are kept for all callers. */
export async function listen(server: Server, sockets = 8): Promise<Client> {
	let connections = 0;
	server.on("connection", () => {
		connections += 1;
	});
	await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
	const { port } = server.address() as AddressInfo;
	const agent = new Agent({ keepAlive: true, maxSockets: sockets });
	const open: Client["open"] = (path, { headers = {}, body } = {}) =>
		request({ host: "127.0.0.1", port, path, agent, headers, method: body === undefined ? "GET" : "POST" });
	return {
		connections: () => connections,
		open,
		async send(path, options = {}) {
			const sent = open(path, options);
			const response = new Promise<IncomingMessage>((resolve, reject) => {
				sent.once("response", resolve).once("error", reject);
			});
			const { body } = options;
			if (typeof body === "object") {
				sent.flushHeaders();
				for await (const piece of body) sent.write(piece);
			} else if (body !== undefined) sent.write(body);
			sent.end();
			const received = await response;
			return { status: received.statusCode ?? 0, text: await text(received) };
		},
		async pipeline(requests) {
			const socket = connect(port, "127.0.0.1");
			const last = requests.length - 1;
			socket.write(requests.map(({ path, headers }, index) => written(path, { ...headers }, index === last)).join(""));
			return text(socket);
		},
		async [Symbol.asyncDispose]() {
			agent.destroy();
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		},
	};
}

/** A request as it is on the wire; the last one closes the connection. */
export function written(path: string, headers: Record<string, string>, last: boolean, body?: string): string {
	const head = { ...headers, host: "localhost", connection: last ? "close" : "keep-alive" };
	const lines = Object.entries(head).map(([header, value]) => `${header}: ${value}`);
	if (body === undefined) return [`GET ${path} HTTP/1.1`, ...lines, "", ""].join("\r\n");
	return [`POST ${path} HTTP/1.1`, ...lines, `content-length: ${body.length}`, "", body].join("\r\n");
}

export const json = (headers: Record<string, string>, value: unknown): Sent => ({
	headers: { ...headers, "content-type": "application/json" },
	body: JSON.stringify(value),
});

/** The same, with a body that follows in two pieces when the server has long begun: parsers then wait for the socket. */
export const slowly = ({ headers = {}, body }: Sent, begun: Promise<void>): Sent => ({
	headers,
	body: (async function* () {
		const text = String(body);
		await begun;
		for (const piece of [text.slice(0, text.length / 2), text.slice(text.length / 2)]) {
			await turn();
			yield piece;
		}
	})(),
});

/** One file in a form, as a browser sends it. */
export const upload = (headers: Record<string, string>, content: string): Sent => ({
	headers: { ...headers, "content-type": "multipart/form-data; boundary=boundary" },
	body: [
		"--boundary",
		'content-disposition: form-data; name="file"; filename="a.txt"',
		"content-type: text/plain",
		"",
		content,
		"--boundary--",
		"",
	].join("\r\n"),
});

/** The errors that nobody has caught by the time that `work` is done; they do not fail the test. */
export async function uncaught(work: () => Promise<unknown>): Promise<unknown[]> {
	const found: unknown[] = [];
	const note = (error: unknown) => void found.push(error);
	const own = process.listeners("unhandledRejection");
	process.removeAllListeners("unhandledRejection").on("unhandledRejection", note);
	try {
		await work();
	} finally {
		process.removeListener("unhandledRejection", note);
		for (const listener of own) process.on("unhandledRejection", listener);
	}
	return found;
}
