/** S3's region redirects: followed by the request that got one, and seen by nobody else. */

import type { AnyStack } from "./signing-steps.js";

type EndpointProvider = (parameters: object, context?: { readonly __s3RegionRedirect?: string }) => unknown;

/** The part of a client's config that says where requests go. */
export interface EndpointConfig {
	endpointProvider?: EndpointProvider;
}

/**
 * With `followRegionRedirects`, the SDK's own step puts the other region into the client's config until the request has
 * ended: every request meanwhile goes there, and of several redirects at once one stays. Here the rules that find a
 * request's endpoint are told the region, and the config is left alone.
 */
export function keepRegion(stack: AnyStack, config: EndpointConfig): void {
	const { endpointProvider } = config;
	if (endpointProvider === undefined || !stack.remove("regionRedirectEndpointMiddleware")) return;
	config.endpointProvider = (parameters, context) => {
		const region = context?.__s3RegionRedirect;
		return endpointProvider(region === undefined ? parameters : { ...parameters, Region: region }, context);
	};
}
