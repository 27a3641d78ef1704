/** What a service of the local AWS is. A new one is a file in this folder and a line in `services/index.ts`. */

import type { Identities, Key } from "../identities.js";
import type { Settings } from "../options.js";
import type { AwsRequest, AwsResponse, Protocol } from "../protocols/protocol.js";
import type { SigningRules } from "../signature.js";

/** What a service may use of the local AWS that it belongs to. */
export interface Backend {
	readonly settings: Settings;
	readonly identities: Identities;
}

/** A request that a service is asked to answer. */
export interface ServiceCall {
	readonly request: AwsRequest;
	readonly operation: string;
	readonly region: string;
	/** Undefined only for operations in {@link Service.unsignedOperations}. */
	readonly caller: Key | undefined;
	/** Aborts when the client leaves. */
	readonly signal: AbortSignal;
}

/** One service of a running local AWS. */
export interface Service {
	/** The names by which requests are signed for it; the first one is its own. */
	readonly names: readonly [string, ...string[]];
	readonly protocol: Protocol;
	/** How its requests are signed. Default: Signature Version 4 as most services use it. */
	readonly signing?: SigningRules;
	/** Whether a request that is not signed, and so names no service, is for this one. */
	recognizes?(request: AwsRequest): boolean;
	/** Operations that need no signature. */
	readonly unsignedOperations?: readonly string[];
	/** Its requests only fetch credentials: they do not count as `connections.data`. */
	readonly issuesCredentials?: boolean;
	/** The role that a call assumes; `undefined` for calls that assume none. */
	assumedRole?(operation: string, request: AwsRequest): string | undefined;
	/** The emulation; services without one are left to the user's handlers. @throws {ServiceError} {@link CommonError} */
	readonly emulation?: {
		/** As AWS writes the service's name. */
		readonly title: string;
		answer(call: ServiceCall): AwsResponse | Promise<AwsResponse>;
	};
}
