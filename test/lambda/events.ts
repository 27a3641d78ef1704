/** What AWS hands to a function behind API Gateway, AppSync and a Bedrock agent, as far as Powertools looks at it. */

import type { APIGatewayProxyEventV2WithJWTAuthorizer, AppSyncResolverEvent, Context } from "aws-lambda";

/** A context, in tenant isolation mode if a tenant is named. */
export const context = (tenantId?: string): Context => ({ awsRequestId: "1", tenantId }) as unknown as Context;

/** What is known of a caller. */
export interface Caller {
	/** The claim `custom:tenant`, or no claims at all. */
	readonly tenant?: string | undefined;
	readonly headers?: Readonly<Record<string, string>>;
}

/** A request to an HTTP API with a JWT authorizer. */
export const httpEvent = (path: string, { tenant, headers = {} }: Caller = {}) =>
	({
		version: "2.0",
		routeKey: "$default",
		rawPath: path,
		rawQueryString: "",
		headers: { host: "localhost", ...headers },
		isBase64Encoded: false,
		requestContext: {
			http: { method: "GET", path },
			domainName: "localhost",
			authorizer: { jwt: { claims: claimsOf(tenant) } },
		},
	}) as unknown as APIGatewayProxyEventV2WithJWTAuthorizer;

const claimsOf = (tenant: string | undefined): Record<string, unknown> =>
	tenant === undefined ? {} : { "custom:tenant": tenant };

/** A field of a query to AppSync. */
export const fieldEvent = <Source>(
	[parentTypeName, fieldName]: readonly [string, string],
	{
		args = {},
		source,
		tenant,
	}: { readonly args?: object; readonly source?: Source; readonly tenant?: string | undefined },
) =>
	({
		arguments: args,
		identity: { claims: claimsOf(tenant) },
		source: source ?? null,
		request: { headers: {}, domainName: null },
		prev: null,
		info: { fieldName, parentTypeName, variables: {}, selectionSetList: [], selectionSetGraphQL: "" },
		stash: {},
	}) as unknown as AppSyncResolverEvent<Record<string, unknown>, Source | null>;

/** Messages that one publisher sends to a channel of AppSync Events. */
export const publishEvent = (path: string, payloads: readonly unknown[], tenant?: string) => ({
	identity: { claims: claimsOf(tenant) },
	result: null,
	request: { headers: {}, domainName: null },
	error: null,
	prev: null,
	stash: {},
	outErrors: [],
	events: payloads.map((payload, index) => ({ id: `${index}`, payload })),
	info: {
		channel: { path, segments: path.split("/").slice(1) },
		channelNamespace: { name: path.split("/")[1] ?? "" },
		operation: "PUBLISH" as const,
	},
});

/** A function that a Bedrock agent calls. */
export const agentEvent = (
	name: string,
	parameters: Readonly<Record<string, string>>,
	attributes: Record<string, string>,
) => ({
	messageVersion: "1.0",
	agent: { name: "agent", id: "id", alias: "alias", version: "1" },
	inputText: "What about my order?",
	sessionId: "session",
	actionGroup: "orders",
	function: name,
	parameters: Object.entries(parameters).map(([key, value]) => ({ name: key, type: "string" as const, value })),
	sessionAttributes: attributes,
	promptSessionAttributes: {},
});
