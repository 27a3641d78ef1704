/** Builds a real SDK client for one session: its credentials, the shared transport, and the steps that keep the laws. */

import type { NodeHttpHandlerOptions } from "@smithy/node-http-handler";
import type { AwsCredentialIdentity } from "@smithy/types";
import { NotAClientError } from "../errors.js";
import { describe, hasMethod } from "../home/check.js";
import { objectNumber } from "../home/digest.js";
import { home, slot } from "../home/home.js";
import type { CredentialOptions } from "../session/credential-options.js";
import type { AwsSession } from "../session/session.js";
import { type OwnHandler, shareHandler } from "../transport/http2.js";
import { transportFor } from "../transport/transport.js";
import type { ClientClass } from "./args.js";
import { type EndpointConfig, keepRegion } from "./region-redirect.js";
import { sealIdentity, watchedExtensions } from "./seal.js";
import { type AnyStack, addSigningSteps } from "./signing-steps.js";

/** What an SDK client is, as far as building one goes. */
interface SdkClient {
	readonly middlewareStack: AnyStack;
	readonly config: EndpointConfig & {
		readonly requestHandler?: { readonly metadata?: { readonly handlerProtocol?: string }; destroy?(): void };
		readonly defaultSocketTimeout?: number;
		systemClockOffset?: number;
		retryStrategy?: () => unknown;
		serviceConfiguredEndpoint?: () => unknown;
	};
	send(...args: unknown[]): unknown;
	destroy(): void;
}

/** Throws where a client may not be used; called before anything is serialized and whenever credentials are asked for. */
export type Guard = () => void;

/** What one client is built from. */
export interface ClientPlan {
	readonly class: ClientClass;
	readonly session: AwsSession;
	readonly region: string | undefined;
	/** The SDK's options for this class, without identity and region. */
	readonly config: Readonly<Record<string, unknown>>;
	/** Absent for a client of a named session, which may be used anywhere. */
	readonly guard: Guard | undefined;
}

/** Refuses what is not an AWS SDK client class. */
export function checkClientClass(where: string, type: unknown): asserts type is ClientClass {
	const prototype = typeof type === "function" ? (type.prototype as Partial<SdkClient> | undefined) : undefined;
	if (typeof prototype?.send !== "function" || typeof prototype.destroy !== "function") {
		throw new NotAClientError(
			`${where} takes an AWS SDK v3 client class such as DynamoDB or DynamoDBClient, not ${describe(type)}.`,
		);
	}
}

/** Builds the client. */
export function buildClient(plan: ClientPlan): object {
	const { class: type, session, region, config, guard } = plan;
	const credentials = guardedCredentials(session, region, guard);
	const { profile } = session.place;
	const extensions = config["extensions"] as Parameters<typeof watchedExtensions>[0] | undefined;
	const options = {
		...config,
		...(profile === undefined ? {} : { profile }),
		...(extensions === undefined ? {} : { extensions: watchedExtensions(extensions, plan) }),
		...(region === undefined ? {} : { region }),
		...(config["authSchemePreference"] === undefined && session.key !== "default" ? SIGV4_FIRST : {}),
		credentials,
		requestHandler: requestHandler(type, config["requestHandler"]),
	};
	// The SDK keeps promises of what it has read, and a promise retains the context that made it.
	const client = home.detached(() => new type(options)) as SdkClient;
	detachKeptPromises(client.config);
	keepRegion(client.middlewareStack, client.config);
	sealIdentity(client, client.config as unknown as Record<string, unknown>, credentials, plan);
	credentials.seed = client.config;
	if (guard !== undefined) guardSend(client, guard);
	addSigningSteps(client.middlewareStack, session, guard, config["token"] !== undefined);
	return client;
}

/** What the SDK works out with a client's first request and keeps as a promise, which would retain the scope of that request. */
const KEPT_PROMISES = ["retryStrategy", "serviceConfiguredEndpoint"] as const;

function detachKeptPromises(config: SdkClient["config"]): void {
	for (const name of KEPT_PROMISES) {
		const find = config[name];
		if (typeof find === "function") config[name] = () => home.detached(() => find());
	}
}

/** Some services prefer a bearer token of the environment to the credentials they are given. */
const SIGV4_FIRST = { authSchemePreference: ["sigv4", "sigv4a"] };

interface GuardedCredentials {
	(options?: CredentialOptions): Promise<AwsCredentialIdentity>;
	/** The SDK calls the provider as it is: no memory around it, nothing added to its answer. */
	readonly memoized: true;
	readonly configBound: true;
	readonly attributed: true;
	seed: SdkClient["config"] | undefined;
}

/**
 * The session's credentials for one client. The guard also stands here, because some helpers sign without ever running
 * the client's middleware (createPresignedPost).
 */
function guardedCredentials(
	session: AwsSession,
	region: string | undefined,
	guard: Guard | undefined,
): GuardedCredentials {
	const provider: GuardedCredentials = Object.assign(
		(options?: CredentialOptions): Promise<AwsCredentialIdentity> => {
			try {
				guard?.();
			} catch (error) {
				return Promise.reject(error);
			}
			const answer = session.credentialsFor(region, options);
			return provider.seed === undefined ? answer : answer.then(seedClock);
		},
		{ memoized: true, configBound: true, attributed: true, seed: undefined } as const,
	);
	// With a wrong local clock a client's first request would be refused; STS has told how wrong it is.
	const seedClock = (answer: AwsCredentialIdentity): AwsCredentialIdentity => {
		const config = provider.seed;
		provider.seed = undefined;
		if (config !== undefined && session.clockOffset !== undefined) config.systemClockOffset ||= session.clockOffset;
		return answer;
	};
	return provider;
}

/** Before all middleware, and whatever becomes of that: a test that mocks the class replaces its `send`. */
export function guardSend(client: object, guard: Guard): void {
	const send = (...args: unknown[]): unknown => {
		try {
			guard();
		} catch (error) {
			const callback = args.slice(1).find((argument) => typeof argument === "function");
			if (callback === undefined) return Promise.reject(error);
			return callback(error);
		}
		return (Object.getPrototypeOf(client) as SdkClient).send.apply(client, args);
	};
	Object.defineProperty(client, "send", { value: send, configurable: true, writable: true });
}

/** What a class would use by itself. */
interface OwnHandling {
	/** The one handler of an HTTP/2 service, shared by all its clients. */
	readonly http2?: object;
	/** So long may a socket be silent, where the environment turns that on. */
	readonly defaultSocketTimeout: number | undefined;
}

const ownHandling = slot("http2-handlers", () => new WeakMap<ClientClass, OwnHandling>());

/** The user's handler as it is, else the shared transport, else (HTTP/2 services) one shared handler of the SDK's own. */
function requestHandler(type: ClientClass, given: unknown): object {
	if (hasMethod(given, "handle")) return given as object;
	const { http2, defaultSocketTimeout } = handlingOf(type);
	// Options for an HTTP/2 handler: the SDK makes one of them, for this client alone.
	if (http2 !== undefined) return given === undefined ? http2 : (given as object);
	const options = defaultSocketTimeout === undefined ? given : { defaultSocketTimeout, ...(given as object) };
	return transportFor((options ?? {}) as NodeHttpHandlerOptions);
}

/** Services with two-way streams speak HTTP/2 and cannot do with the transport. */
function handlingOf(type: ClientClass): OwnHandling {
	const known = ownHandling().get(type);
	if (known !== undefined) return known;
	const { config } = home.detached(() => new type({ region: "us-east-1" }) as SdkClient);
	const { requestHandler: handler, defaultSocketTimeout } = config;
	const isHttp2 = handler?.metadata?.handlerProtocol === "h2";
	const found = {
		defaultSocketTimeout,
		...(isHttp2 && { http2: shareHandler(`h2|${objectNumber(type)}`, handler as OwnHandler) }),
	};
	ownHandling().set(type, found);
	return found;
}
