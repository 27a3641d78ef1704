/** Transports: one SDK request handler per distinct set of options, shared by every client that asks for the same. */

import type { Agent as HttpAgent } from "node:http";
import type { Agent as HttpsAgent } from "node:https";
import type { NodeHttpHandler, NodeHttpHandlerOptions } from "@smithy/node-http-handler";
import { canonical } from "../home/canonical.js";
import { clock } from "../home/clock.js";
import { home, slot } from "../home/home.js";
import { digest } from "../home/identity.js";
import { type Agents, createAgents, dropIdle, socketCounts, trackIdle } from "./agents.js";

type Handle = NodeHttpHandler["handle"];

/** The part of an SDK request handler that clients use; its `destroy` leaves the shared sockets alone. */
export interface Transport {
	readonly metadata: { readonly handlerProtocol: string };
	handle(...args: Parameters<Handle>): ReturnType<Handle>;
	destroy(): void;
	httpHandlerConfigs(): NodeHttpHandlerOptions;
	updateHttpClientConfig(): void;
	/** Ends the sockets; for `close()` alone. */
	end(): void;
	/** Sockets and queue, for `stats()`. */
	sockets(): { busy: number; free: number; queued: number };
}

/** After so long without a request the process may have been frozen, and its sockets closed by the other side. */
const QUIET = 1_000;
/** Servers close idle connections after 20 s at the earliest (ELB 60 s, S3 and DynamoDB about 20 s). */
const STALE = 20_000;

const state = slot("transports", () => new Map<string, Transport>());

/** The shared transport for these handler options; options that are equal by content share one. */
export function transportFor(options: NodeHttpHandlerOptions = {}): Transport {
	const key = Object.keys(options).length === 0 ? "" : digest(canonical(options));
	const known = state().get(key);
	if (known !== undefined) return known;
	const created = createTransport(options);
	state().set(key, created);
	return created;
}

/** Every transport that this home has opened. */
export const transports = (): readonly Transport[] => [...state().values()];

function createTransport(options: NodeHttpHandlerOptions): Transport {
	const { httpAgent = {}, httpsAgent = {}, ...rest } = options;
	const agents = createAgents(isAgent(httpAgent) ? {} : httpAgent, isAgent(httpsAgent) ? {} : httpsAgent);
	const now = (): number => clock().wall();
	for (const agent of [agents.http, agents.https]) trackIdle(agent, now);
	let handler: NodeHttpHandler | undefined;
	// With the first request and not with this file: it takes longer than all the rest of the package.
	const load = async (): Promise<NodeHttpHandler> => {
		const { NodeHttpHandler } = await home.detached(() => import("@smithy/node-http-handler"));
		handler ??= new NodeHttpHandler({
			...rest,
			httpAgent: isAgent(httpAgent) ? httpAgent : agents.http,
			httpsAgent: isAgent(httpsAgent) ? httpsAgent : agents.https,
		});
		return handler;
	};
	let lastUse = now();
	let refreshing: Promise<void> | undefined;
	return {
		metadata: { handlerProtocol: "http/1.1" },
		async handle(request, handlerOptions) {
			if (now() - lastUse > QUIET) {
				refreshing ??= refreshPool(agents, now()).finally(() => {
					refreshing = undefined;
				});
			}
			lastUse = now();
			// Requests that come in the same moment must not overtake it on a dead socket.
			if (refreshing !== undefined) await refreshing;
			return (handler ?? (await load())).handle(request, handlerOptions);
		},
		// A client's destroy() would kill its siblings' requests in flight.
		destroy: () => undefined,
		httpHandlerConfigs: () => handler?.httpHandlerConfigs() ?? {},
		// Shared, so no client's runtime extension may change it under the others.
		updateHttpClientConfig: () => undefined,
		end: () => {
			agents.http.destroy();
			agents.https.destroy();
		},
		sockets: () => socketCounts(agents),
	};
}

/** Lets the event loop see which sockets were closed while the process was frozen, and drops those grown stale. */
async function refreshPool(agents: Agents, now: number): Promise<void> {
	await new Promise((resolve) => setImmediate(resolve));
	await new Promise((resolve) => setImmediate(resolve));
	for (const agent of [agents.http, agents.https]) dropIdle(agent, now, STALE);
}

const isAgent = (value: HttpAgent | HttpsAgent | object): value is HttpAgent & HttpsAgent =>
	typeof (value as { destroy?: unknown }).destroy === "function";
