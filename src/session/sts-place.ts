/** Where and how STS is asked: the region, the endpoint and the transport, as the session and the settings say. */

import type { STSClientConfig } from "@aws-sdk/client-sts";
import type { NodeHttpHandlerOptions } from "@smithy/node-http-handler";
import { hasMethod } from "../home/check.js";
import { layered } from "../home/layered.js";
import { settings } from "../home/settings.js";
import { transportFor } from "../transport/transport.js";
import { ambientRegion } from "./ambient-region.js";
import { defaultStsRegion, partitionOf } from "./arns.js";
import type { AskingRegion, StsPlace } from "./credential-source.js";

/**
 * The region whose STS is asked: the session's, the settings' or the environment's, so that it does not depend on which
 * client comes first. Only where none of them lies in the partition of the role, or of the client that asks, that
 * client's region counts.
 */
export async function stsRegion(place: StsPlace, asking: AskingRegion): Promise<string | undefined> {
	const of = typeof asking === "function" ? await asking().catch(() => undefined) : asking;
	const { partition = of === undefined ? undefined : partitionOf(of) } = place;
	if (place.stsRegion !== undefined) return place.stsRegion;
	const named = [place.region, settings().region, ambientRegion(), of];
	const found = named.find((each) => each !== undefined && (partition ?? partitionOf(each)) === partitionOf(each));
	return found ?? (partition === undefined ? undefined : defaultStsRegion(partition));
}

/** Its own pool, so that a data plane at its limit cannot hold up the credentials that it waits for. */
export const STS_SOCKETS = 16;

/** A call that hangs is an error, not a warning. */
const LIMITS = { connectionTimeout: 2_000, requestTimeout: 5_000, throwOnRequestTimeout: true } as const;

/** One flight of credentials from STS is never older than this (milliseconds), unless the settings allow a call longer than {@link LIMITS}. */
const STS_PATIENCE = 10_000;

type Options = Readonly<Record<string, unknown>> | undefined;
type Handler = { httpHandlerConfigs?(): NodeHttpHandlerOptions };

const isHandler = (given: unknown): given is Handler => hasMethod(given, "handle");

/** A handler of the user's, or the options for one of ours: those of `sts`, on top of those of every client. */
function handlerOrOptions(): Handler | NodeHttpHandlerOptions {
	const { clientDefaults, sts } = settings();
	const own: unknown = sts?.requestHandler;
	let shared: unknown = clientDefaults?.["requestHandler"];
	// STS does not speak HTTP/2.
	if ((shared as { metadata?: { handlerProtocol?: string } } | undefined)?.metadata?.handlerProtocol === "h2") {
		shared = undefined;
	}
	if (isHandler(own)) return own;
	if (isHandler(shared) && own === undefined) return shared;
	return layered(LIMITS, isHandler(shared) ? undefined : (shared as Options), own as Options);
}

/** The request handler of everything that gets credentials. */
export function stsHandler(): NonNullable<STSClientConfig["requestHandler"]> {
	const given = handlerOrOptions();
	if (isHandler(given)) return given as NonNullable<STSClientConfig["requestHandler"]>;
	const { httpAgent, httpsAgent } = given;
	return transportFor({
		...given,
		httpAgent: pooled(httpAgent),
		httpsAgent: pooled(httpsAgent),
	} as NodeHttpHandlerOptions) as NonNullable<STSClientConfig["requestHandler"]>;
}

/** An agent of the user's as it is, else its options. */
const pooled = (agent: object = {}): object =>
	hasMethod(agent, "destroy") ? agent : { maxSockets: STS_SOCKETS, ...agent };

/** How long one flight may take: as much longer as the settings let a call take. */
export function stsPatience(): number {
	const given = handlerOrOptions();
	const { connectionTimeout = 0, requestTimeout = 0 } = isHandler(given) ? (given.httpHandlerConfigs?.() ?? {}) : given;
	return (
		STS_PATIENCE +
		Math.max(0, connectionTimeout - LIMITS.connectionTimeout) +
		Math.max(0, requestTimeout - LIMITS.requestTimeout)
	);
}

/** An endpoint that was named is asked as it is; the SDK refuses to alter it for FIPS or dual-stack. */
export const atEndpoint = (endpoint: string | undefined): STSClientConfig =>
	endpoint === undefined ? {} : { endpoint, useFipsEndpoint: false, useDualstackEndpoint: false };

/** What a client for STS is made of, but for credentials. */
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

/** What an SDK client tells a credential provider of itself. */
export async function callerConfig(place: StsPlace, asking: AskingRegion): Promise<Readonly<Record<string, unknown>>> {
	const region = await stsRegion(place, asking);
	return {
		...settings().clientDefaults,
		profile: place.profile,
		region: region === undefined ? undefined : async () => region,
		// When it is read: a provider that calls nobody needs no transport.
		get requestHandler() {
			return stsHandler();
		},
	};
}
