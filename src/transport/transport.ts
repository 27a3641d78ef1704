/** Transports: one SDK request handler per set of options, shared by all clients that use these options. */

import type { Agent as HttpAgent } from "node:http";
import type { Agent as HttpsAgent } from "node:https";
import type { NodeHttpHandler, NodeHttpHandlerOptions } from "@smithy/node-http-handler";
import { canonical } from "../home/canonical.js";
import { hasMethod } from "../home/check.js";
import { eventLoopTurn } from "../home/clock.js";
import { digest } from "../home/digest.js";
import { home } from "../home/home.js";
import { importPackage } from "../home/load.js";
import { elapsed, now } from "../home/moment.js";
import { type Agents, createAgents, socketCounts } from "./agents.js";
import { openTransport, register, type Transport } from "./registry.js";

type Handle = NodeHttpHandler["handle"];

/** After this long without a request, the process may have been frozen and its sockets closed by the server. */
const QUIET = 1_000;
/** A request that waits longer than this for a socket is reported. */
const PATIENCE = 5_000;
/** The longest timeout of a timer. */
const NEVER = 2 ** 31 - 1;

/** Returns the shared transport for these handler options. Options that are equal by content share one. */
export function transportFor(options: NodeHttpHandlerOptions = {}): Transport {
	const key = Object.keys(options).length === 0 ? "" : digest(canonical(options));
	const known = openTransport(key);
	if (known !== undefined) return known;
	const created = createTransport(key, options);
	register(key, created);
	return created;
}

function createTransport(key: string, options: NodeHttpHandlerOptions): Transport {
	const { httpAgent = {}, httpsAgent = {}, ...rest } = options;
	const patience = rest.socketAcquisitionWarningTimeout ?? PATIENCE;
	const agents = createAgents(isAgent(httpAgent) ? {} : httpAgent, isAgent(httpsAgent) ? {} : httpsAgent, patience);
	const used: Agents = {
		http: isAgent(httpAgent) ? httpAgent : agents.http,
		https: isAgent(httpsAgent) ? httpsAgent : agents.https,
	};
	// The handler's own warning would only repeat that of our agents.
	if (!isAgent(httpAgent) && !isAgent(httpsAgent)) rest.socketAcquisitionWarningTimeout = NEVER;
	let handler: NodeHttpHandler | undefined;
	let loading: Promise<NodeHttpHandler> | undefined;
	// Loaded with the first request, because it takes longer than the rest of the package. Detached, because the handler
	// keeps promises, which retain the context that created them.
	const load = (): Promise<NodeHttpHandler> => {
		loading ??= home.detached(async () => {
			const { NodeHttpHandler } = await importPackage(
				"@smithy/node-http-handler",
				() => import("@smithy/node-http-handler"),
			);
			const made = new NodeHttpHandler({ ...rest, httpAgent: used.http, httpsAgent: used.https });
			await settle(made);
			handler = made;
			return made;
		});
		return loading;
	};
	let lastUse = now();
	let waking = false;
	let inFlight = 0;
	const transport: Transport = {
		metadata: { handlerProtocol: "http/1.1" },
		async handle(request, handlerOptions) {
			const open = openTransport(key);
			// This one was closed while it was idle, and another client has opened a new one since.
			if (open !== undefined && open !== transport) return open.handle(request, handlerOptions);
			if (open === undefined) register(key, transport);
			const first = elapsed(lastUse) > QUIET;
			waking ||= first;
			lastUse = now();
			inFlight += 1;
			try {
				// Concurrent requests must not overtake the first one and use a dead socket. Each waits on its own.
				if (waking) {
					await socketsSeen();
					if (first) waking = false;
				}
				return await (handler ?? (await load())).handle(request, handlerOptions);
			} finally {
				inFlight -= 1;
				lastUse = now();
			}
		},
		// A client's destroy() must not abort the requests of other clients.
		destroy: () => undefined,
		httpHandlerConfigs: () => handler?.httpHandlerConfigs() ?? {},
		// A client's runtime extension must not change a handler that other clients share.
		updateHttpClientConfig: () => undefined,
		// Doesn't close the user's own agents.
		end: () => {
			agents.http.destroy();
			agents.https.destroy();
		},
		sockets: () => socketCounts(used),
		isBusy: () => {
			const { busy, queued } = socketCounts(used);
			return inFlight + busy + queued > 0;
		},
		lastUse: () => lastUse.wall,
	};
	return transport;
}

/**
 * Initializes the handler with a request that is aborted before it is sent. Otherwise the promises that the handler keeps
 * from its first request would retain that request's scope. There is no other way to initialize it.
 */
async function settle(handler: NodeHttpHandler): Promise<void> {
	const request = { protocol: "http:", method: "GET", hostname: "localhost", path: "/", headers: {}, query: {} };
	try {
		await handler.handle(request as Parameters<Handle>[0], { abortSignal: AbortSignal.abort() });
	} catch {
		// The abort is expected.
	}
}

/** Lets the event loop see which sockets were closed while the process was frozen. */
async function socketsSeen(): Promise<void> {
	await eventLoopTurn();
	await eventLoopTurn();
}

const isAgent = (value: HttpAgent | HttpsAgent | object): value is HttpAgent & HttpsAgent =>
	hasMethod(value, "destroy");
