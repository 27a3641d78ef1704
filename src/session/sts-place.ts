/** The region, the endpoint and the transport of STS calls, from the session and the settings. */

import type { STSClientConfig } from "@aws-sdk/client-sts";
import type { NodeHttpHandlerOptions } from "@smithy/node-http-handler";
import { hasMethod } from "../home/check.js";
import { slot } from "../home/home.js";
import { layered } from "../home/layered.js";
import { settings } from "../home/settings.js";
import { transportFor } from "../transport/transport.js";
import { ambientRegion } from "./ambient-region.js";
import { defaultStsRegion, partitionOf } from "./arns.js";
import type { AskingRegion, StsPlace } from "./credential-source.js";

/**
 * Chooses the STS region: the session's, the settings' or the environment's, so that it doesn't depend on which client
 * sends first. The client's region is used only if none of these is in the partition of the role, or of the client.
 */
export async function stsRegion(place: StsPlace, asking: AskingRegion): Promise<string | undefined> {
	const of = typeof asking === "function" ? await asking().catch(() => undefined) : asking;
	const { partition = of === undefined ? undefined : partitionOf(of) } = place;
	if (place.stsRegion !== undefined) return place.stsRegion;
	const named = [place.region, settings().region, ambientRegion(), of];
	const found = named.find((each) => each !== undefined && (partition ?? partitionOf(each)) === partitionOf(each));
	return found ?? (partition === undefined ? undefined : defaultStsRegion(partition));
}

/** STS has its own pool, so that data requests at their limit can't delay the credentials that they wait for. */
export const STS_SOCKETS = 16;

/** A hanging call is an error, not a warning. */
const LIMITS = { connectionTimeout: 2_000, requestTimeout: 5_000, throwOnRequestTimeout: true } as const;

/** The time limit of an attempt (milliseconds), unless the settings allow longer calls than {@link LIMITS}. */
const STS_PATIENCE = 10_000;

type Options = Readonly<Record<string, unknown>> | undefined;
type Handler = { httpHandlerConfigs?(): NodeHttpHandlerOptions };

const isHandler = (given: unknown): given is Handler => hasMethod(given, "handle");

/** The user's handler, or the options for ours: those of `sts`, merged over those of `clientDefaults`. */
function handlerOrOptions(): Handler | NodeHttpHandlerOptions {
	const { clientDefaults, sts } = settings();
	const own: unknown = sts?.requestHandler;
	let shared: unknown = clientDefaults?.["requestHandler"];
	// STS doesn't support HTTP/2.
	if ((shared as { metadata?: { handlerProtocol?: string } } | undefined)?.metadata?.handlerProtocol === "h2") {
		shared = undefined;
	}
	if (isHandler(own)) return own;
	if (isHandler(shared) && own === undefined) return shared;
	return layered(LIMITS, isHandler(shared) ? undefined : (shared as Options), own as Options);
}

type StsHandler = NonNullable<STSClientConfig["requestHandler"]>;

/** By settings, because finding a transport takes a digest. */
const handlers = slot("sts-handlers", () => new WeakMap<object, StsHandler>());

/** The request handler for STS and credential providers. */
export function stsHandler(): StsHandler {
	const known = handlers().get(settings());
	if (known !== undefined) return known;
	const made = makeHandler();
	handlers().set(settings(), made);
	return made;
}

function makeHandler(): StsHandler {
	const given = handlerOrOptions();
	if (isHandler(given)) return given as StsHandler;
	const { httpAgent, httpsAgent } = given;
	return transportFor({
		...given,
		httpAgent: pooled(httpAgent),
		httpsAgent: pooled(httpsAgent),
	} as NodeHttpHandlerOptions) as StsHandler;
}

/** The user's agent unchanged, or options with a socket limit. */
const pooled = (agent: object = {}): object =>
	hasMethod(agent, "destroy") ? agent : { maxSockets: STS_SOCKETS, ...agent };

/** The time limit of an attempt, extended by as much as the settings extend a call. */
export function stsPatience(): number {
	const given = handlerOrOptions();
	const { connectionTimeout = 0, requestTimeout = 0 } = isHandler(given) ? (given.httpHandlerConfigs?.() ?? {}) : given;
	return (
		STS_PATIENCE +
		Math.max(0, connectionTimeout - LIMITS.connectionTimeout) +
		Math.max(0, requestTimeout - LIMITS.requestTimeout)
	);
}

/** A custom endpoint is used unchanged. The SDK rejects it in combination with FIPS or dual-stack. */
export const atEndpoint = (endpoint: string | undefined): STSClientConfig =>
	endpoint === undefined ? {} : { endpoint, useFipsEndpoint: false, useDualstackEndpoint: false };

/** The options of an STS client, without credentials. */
export function stsConfig({ region, endpoint, profile }: StsPlace): STSClientConfig {
	const { useFipsEndpoint, useDualstackEndpoint } = settings().clientDefaults ?? {};
	return {
		region,
		profile,
		useFipsEndpoint,
		useDualstackEndpoint,
		...atEndpoint(endpoint),
		maxAttempts: 1,
		requestHandler: stsHandler(),
	} as STSClientConfig;
}

/** The config that an SDK client passes to a credential provider. */
export async function callerConfig(place: StsPlace, asking: AskingRegion): Promise<Readonly<Record<string, unknown>>> {
	const region = await stsRegion(place, asking);
	return {
		...settings().clientDefaults,
		profile: place.profile,
		region: region === undefined ? undefined : async () => region,
		// A getter, because a provider that makes no calls needs no transport.
		get requestHandler() {
			return stsHandler();
		},
	};
}
