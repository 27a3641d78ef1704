/** Transports: one SDK request handler per distinct set of options, shared by every client that asks for the same. */

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

/** After so long without a request the process may have been frozen, and its sockets closed by the other side. */
const QUIET = 1_000;
/** So long a request waits for a socket before somebody hears of it. */
const PATIENCE = 5_000;
/** The longest that a timer can be set to. */
const NEVER = 2 ** 31 - 1;

/** The shared transport for these handler options; options that are equal by content share one. */
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
	// The handler's own warning would repeat that of our agents, and come later.
	if (!isAgent(httpAgent) && !isAgent(httpsAgent)) rest.socketAcquisitionWarningTimeout = NEVER;
	let handler: NodeHttpHandler | undefined;
	let loading: Promise<NodeHttpHandler> | undefined;
	// With the first request and not with this file: it takes longer than all the rest of the package. Detached, because
	// the handler keeps promises, and a promise retains the context that made it.
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
	let underWay = 0;
	const transport: Transport = {
		metadata: { handlerProtocol: "http/1.1" },
		async handle(request, handlerOptions) {
			const open = openTransport(key);
			// Ended while it was idle, and since then opened anew for another client.
			if (open !== undefined && open !== transport) return open.handle(request, handlerOptions);
			if (open === undefined) register(key, transport);
			const first = elapsed(lastUse) > QUIET;
			waking ||= first;
			lastUse = now();
			underWay += 1;
			try {
				// Requests of the same moment must not overtake the first on a dead socket. Each waits for itself.
				if (waking) {
					await socketsSeen();
					if (first) waking = false;
				}
				return await (handler ?? (await load())).handle(request, handlerOptions);
			} finally {
				underWay -= 1;
				lastUse = now();
			}
		},
		// A client's destroy() would kill its siblings' requests in flight.
		destroy: () => undefined,
		httpHandlerConfigs: () => handler?.httpHandlerConfigs() ?? {},
		// Shared, so no client's runtime extension may change it under the others.
		updateHttpClientConfig: () => undefined,
		// The user's own agents are the user's to end.
		end: () => {
			agents.http.destroy();
			agents.https.destroy();
		},
		sockets: () => socketCounts(used),
		isBusy: () => {
			const { busy, queued } = socketCounts(used);
			return underWay + busy + queued > 0;
		},
		lastUse: () => lastUse.wall,
	};
	return transport;
}

/**
 * Has the handler find its agents now, with a request that is aborted before it is sent: it keeps promises of its first
 * request, which would retain the scope of that request, and nothing else makes it find them.
 */
async function settle(handler: NodeHttpHandler): Promise<void> {
	const request = { protocol: "http:", method: "GET", hostname: "localhost", path: "/", headers: {}, query: {} };
	try {
		await handler.handle(request as Parameters<Handle>[0], { abortSignal: AbortSignal.abort() });
	} catch {
		// Aborted, as it was asked to be.
	}
}

/** Lets the event loop see which sockets were closed while the process was frozen. */
async function socketsSeen(): Promise<void> {
	await eventLoopTurn();
	await eventLoopTurn();
}

const isAgent = (value: HttpAgent | HttpsAgent | object): value is HttpAgent & HttpsAgent =>
	hasMethod(value, "destroy");
