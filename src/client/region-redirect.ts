/** Makes an S3 region redirect affect only the request that received it. */

import type { AnyStack } from "./signing-steps.js";

type EndpointProvider = (parameters: object, context?: { readonly __s3RegionRedirect?: string }) => unknown;

/** The part of a client's config that resolves endpoints. */
export interface EndpointConfig {
	endpointProvider?: EndpointProvider;
}

/**
 * With `followRegionRedirects`, the SDK's middleware writes the new region to the client's config until the request ends.
 * Meanwhile, all requests go there, and after concurrent redirects one region stays. This passes the region to the
 * endpoint rules of the one request instead.
 */
export function keepRegion(stack: AnyStack, config: EndpointConfig): void {
	const { endpointProvider } = config;
	if (endpointProvider === undefined || !stack.remove("regionRedirectEndpointMiddleware")) return;
	config.endpointProvider = (parameters, context) => {
		const region = context?.__s3RegionRedirect;
		return endpointProvider(region === undefined ? parameters : { ...parameters, Region: region }, context);
	};
}
