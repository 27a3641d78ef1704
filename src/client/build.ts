/** Builds an SDK client for one session, with its credentials, the shared transport and the guards. */

import type { NodeHttpHandlerOptions } from "@smithy/node-http-handler";
import type { AwsCredentialIdentity } from "@smithy/types";
import { NotAClientError } from "../errors.js";
import { describe, hasMethod } from "../home/check.js";
import { digest, objectNumber } from "../home/digest.js";
import { home, slot } from "../home/home.js";
import { read } from "../home/options.js";
import type { CredentialOptions } from "../session/credential-options.js";
import type { AwsSession } from "../session/session.js";
import { type OwnHandler, shareHandler } from "../transport/http2.js";
import { transportFor } from "../transport/transport.js";
import type { ClientClass } from "./args.js";
import { type EndpointConfig, keepRegion } from "./region-redirect.js";
import { sealIdentity, watchedExtensions } from "./seal.js";
import { type AnyStack, addSigningSteps } from "./signing-steps.js";

/** The part of an SDK client that this file needs. */
interface SdkClient {
	readonly middlewareStack: AnyStack;
	readonly config: EndpointConfig & {
		readonly requestHandler?: { readonly metadata?: { readonly handlerProtocol?: string }; destroy?(): void };
		readonly defaultSocketTimeout?: number;
		/** Older versions of the SDK have no such schemes, and sign in another way. */
		readonly httpAuthSchemes?: readonly unknown[];
		systemClockOffset?: number;
		retryStrategy?: () => unknown;
		[ENDPOINT]?: (() => unknown) | undefined;
	};
	send(...args: unknown[]): unknown;
	destroy(): void;
}

/** Throws if the client may not be used here. Called before a request is serialized and when credentials are requested. */
export type Guard = () => void;

/** What a client is built from. */
export interface ClientPlan {
	readonly class: ClientClass;
	readonly session: AwsSession;
	readonly region: string | undefined;
	/** The SDK's options for this class, without identity and region. */
	readonly config: Readonly<Record<string, unknown>>;
	/** Undefined for a client of a named session, which can be used anywhere. */
	readonly guard: Guard | undefined;
}

/** Rejects anything but an AWS SDK client class. */
export function checkClientClass(where: string, type: unknown): asserts type is ClientClass {
	const prototype = typeof type === "function" ? (type.prototype as Partial<SdkClient> | undefined) : undefined;
	if (typeof prototype?.send !== "function" || typeof prototype.destroy !== "function") {
		throw new NotAClientError(
			`${where} takes an AWS SDK v3 client class such as DynamoDB or DynamoDBClient, not ${describe(type)}.`,
		);
	}
}

export function buildClient(plan: ClientPlan): object {
	const { class: type, session, region, config, guard } = plan;
	const credentials = guardedCredentials(session, region, guard);
	const { profile } = session.place;
	const own = ownOf(type);
	const environment = profile === undefined && config["defaultsMode"] === undefined ? own.providers : {};
	const extensions = config["extensions"] as Parameters<typeof watchedExtensions>[0] | undefined;
	const options = {
		...environment,
		...config,
		...(profile === undefined ? {} : { profile }),
		...(extensions === undefined ? {} : { extensions: watchedExtensions(extensions, plan) }),
		...(region === undefined ? {} : { region }),
		...(config["authSchemePreference"] === undefined && session.key !== "default" ? own.signing : {}),
		credentials,
		requestHandler: requestHandler(own, config["requestHandler"]),
	};
	// The SDK keeps promises of resolved options, and a promise retains the context that created it.
	const client = home.detached(() => new type(options)) as SdkClient;
	if (client.config.httpAuthSchemes === undefined) {
		client.destroy();
		throw new NotAClientError(
			`${type.name} signs requests as the AWS SDK did before version 3.523; install a newer version of its package.`,
		);
	}
	// The SDK doesn't take this one as an option.
	client.config.serviceConfiguredEndpoint = environment[ENDPOINT] ?? client.config.serviceConfiguredEndpoint;
	detachKeptPromises(client.config);
	keepRegion(client.middlewareStack, client.config);
	sealIdentity(client, client.config as unknown as Record<string, unknown>, credentials, plan);
	credentials.seed = client.config;
	if (guard !== undefined) guardSend(client, guard);
	addSigningSteps(client.middlewareStack, session, guard, config["token"] !== undefined);
	return client;
}

const ENDPOINT = "serviceConfiguredEndpoint";

/** The SDK resolves these with a client's first request and keeps the promises, which would retain that request's scope. */
const KEPT_PROMISES = ["retryStrategy", ENDPOINT] as const;

function detachKeptPromises(config: SdkClient["config"]): void {
	for (const name of KEPT_PROMISES) {
		const find = config[name];
		if (typeof find !== "function") continue;
		let kept: unknown;
		config[name] = () => {
			kept ??= home.detached(find);
			return kept;
		};
	}
}

interface GuardedCredentials {
	(options?: CredentialOptions): Promise<AwsCredentialIdentity>;
	/** These make the SDK call the provider directly, without a cache and without adding anything to its result. */
	readonly memoized: true;
	readonly configBound: true;
	readonly attributed: true;
	seed: SdkClient["config"] | undefined;
}

/**
 * The session's credentials for one client. Includes the guard, because some helpers sign without running the client's
 * middleware (createPresignedPost).
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
			const result = session.credentialsFor(region, options);
			return provider.seed === undefined ? result : result.then(seedClock);
		},
		{ memoized: true, configBound: true, attributed: true, seed: undefined } as const,
	);
	// With a wrong local clock, AWS would reject a client's first request. STS responses have the right time.
	const seedClock = (result: AwsCredentialIdentity): AwsCredentialIdentity => {
		const config = provider.seed;
		provider.seed = undefined;
		if (config !== undefined && session.clockOffset !== undefined) config.systemClockOffset ||= session.clockOffset;
		return result;
	};
	return provider;
}

/** Guards `send` itself, because a test that mocks the class replaces `send`, and then no middleware runs. */
export function guardSend(client: object, guard: Guard): void {
	const send = function (this: unknown, ...args: unknown[]): unknown {
		try {
			guard();
		} catch (error) {
			return answerWith(error, args);
		}
		// An object that inherits from the client, or from a wrapper of it, may have middleware of its own.
		const self = (this as Partial<SdkClient> | undefined)?.config === (client as SdkClient).config ? this : client;
		return (Object.getPrototypeOf(client) as SdkClient).send.apply(self as SdkClient, args);
	};
	Object.defineProperty(client, "send", { value: send, configurable: true, writable: true });
}

/** Fails a call of `send` in the form in which it was made: with a callback or a promise. */
export function answerWith(error: unknown, args: readonly unknown[]): unknown {
	const callback = args.slice(1).find((argument) => typeof argument === "function");
	return callback === undefined ? Promise.reject(error) : (callback as (error: unknown) => unknown)(error);
}

/**
 * Options that the SDK looks up in the environment and in the shared files once per client, which takes longer than a
 * request. All clients of a class share one lookup.
 */
const FROM_ENVIRONMENT = [
	"accountIdEndpointMode",
	"defaultUserAgentProvider",
	"disableMultiregionAccessPoints",
	"disableS3ExpressSessionAuth",
	"endpointDiscoveryEnabledProvider",
	"maxAttempts",
	"requestChecksumCalculation",
	"responseChecksumValidation",
	"retryMode",
	ENDPOINT,
	"sigv4aSigningRegionSet",
	"useArnRegion",
	"useDualstackEndpoint",
	"useFipsEndpoint",
	"userAgentAppId",
] as const;

/** What a class brings itself, from a client without an identity. */
interface Own {
	/** A digest, because variables may hold secrets. */
	readonly environment: string;
	/** The handler of an HTTP/2 service, shared by all its clients. */
	readonly http2?: object;
	/** The default socket timeout, if the environment enables it. */
	readonly defaultSocketTimeout: number | undefined;
	/** Some services prefer a bearer token from the environment over the client's credentials. */
	readonly signing: { readonly authSchemePreference: readonly string[] };
	/** The providers of {@link FROM_ENVIRONMENT} that the class has. */
	readonly providers: { readonly [Name in (typeof FROM_ENVIRONMENT)[number]]?: () => unknown };
}

const classes = slot("client-classes", () => new WeakMap<ClientClass, Own>());

/** The user's handler unchanged, or the shared transport, or for HTTP/2 services a shared handler of the SDK. */
function requestHandler({ http2, defaultSocketTimeout }: Own, given: unknown): object {
	if (hasMethod(given, "handle")) return given as object;
	// From options for an HTTP/2 handler, the SDK creates a handler for this client only.
	if (http2 !== undefined) return given === undefined ? http2 : (given as object);
	const options = defaultSocketTimeout === undefined ? given : { defaultSocketTimeout, ...(given as object) };
	return transportFor((options ?? {}) as NodeHttpHandlerOptions);
}

function ownOf(type: ClientClass): Own {
	const environment = environmentDigest();
	const known = classes().get(type);
	if (known?.environment === environment) return known;
	const { config } = home.detached(() => new type({ region: "us-east-1" }) as SdkClient);
	const { requestHandler: handler, defaultSocketTimeout } = config;
	// Services with bidirectional streams use HTTP/2, which the shared transport doesn't support.
	const isHttp2 = handler?.metadata?.handlerProtocol === "h2";
	const found = {
		environment,
		defaultSocketTimeout,
		// With one scheme, there is nothing to prefer, and the SDK compares for each request.
		signing: { authSchemePreference: config.httpAuthSchemes?.length === 1 ? [] : ["sigv4", "sigv4a"] },
		providers: read(config, FROM_ENVIRONMENT),
		...(isHttp2 && { http2: shareHandler(`h2|${objectNumber(type)}`, handler as OwnHandler) }),
	};
	classes().set(type, found);
	return found;
}

/**
 * Changes with the environment variables that the SDK's options may depend on. Then later clients look again, as the SDK's
 * do.
 */
function environmentDigest(): string {
	let text = "";
	for (const name of Object.keys(process.env)) {
		// Credentials change nothing, and a process may replace them often.
		if (name.startsWith("AWS_") && !/KEY|TOKEN/.test(name)) text += `${name}=${process.env[name]}\n`;
	}
	return digest(text);
}
