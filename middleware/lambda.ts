/** aws-scope for Lambda: reads the tenant id from an invocation or a record, and creates session tags from it. */

import { errors, readOptions } from "../src/index.js";

/** Options for all functions that read a tenant id. */
export interface TenantOptions {
	/** The whole id must match it and have at most 256 characters. Default: up to 128 letters, digits and `._-`, starting with a letter or digit. */
	readonly pattern?: RegExp | undefined;
}

/** An event from API Gateway or a Function URL with an authorizer, or from an AppSync resolver. */
export type AuthorizedEvent =
	| { readonly requestContext: { readonly authorizer?: unknown } }
	| { readonly identity?: unknown };

/** An event from API Gateway, a Function URL or a load balancer. */
export type HeadersEvent = { readonly [part in "headers" | "multiValueHeaders"]?: unknown };

/** A record from SQS, SNS or a DynamoDB stream, or an event from EventBridge. */
export type AttributedRecord = { readonly [part in "messageAttributes" | "Sns" | "dynamodb" | "detail"]?: unknown };

/**
 * Reads the tenant id of an invocation in Lambda's tenant isolation mode. The invoker sets it, so trust it as much as the invoker.
 * @throws {TenantNotFoundError} code `TENANT_NOT_FOUND`; {@link InvalidOptionError} code `INVALID_OPTION` for the options
 * @see https://docs.aws.amazon.com/lambda/latest/dg/tenant-isolation-context.html
 */
export const tenantOfContext = (context: { readonly tenantId?: string | undefined }, options?: TenantOptions): string =>
	one(
		"tenantOfContext()",
		[own(context, "tenantId")],
		"invoke a function in tenant isolation mode with a tenant id",
		options,
	);

/**
 * Reads the tenant id that an authorizer of API Gateway, a Function URL or AppSync has verified: a claim (Cognito, JWT), a
 * value in a Lambda authorizer's context, or one of API Gateway's IAM authorization (`"accountId"`).
 * @throws {TenantNotFoundError} code `TENANT_NOT_FOUND`; {@link InvalidOptionError} code `INVALID_OPTION` for the arguments
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html
 */
export function tenantOfClaim(event: AuthorizedEvent, claim: string, options?: TenantOptions): string {
	const where = named("tenantOfClaim", "event", claim);
	const authorizer = own(own(event, "requestContext"), "authorizer");
	const places = ["claims", "lambda", "iam"].map((name) => own(authorizer, name));
	// https://docs.aws.amazon.com/appsync/latest/devguide/resolver-context-reference.html#aws-appsync-resolver-context-reference-identity
	const identity = ["claims", "resolverContext"].map((name) => own(own(event, "identity"), name));
	const all = [authorizer, own(own(authorizer, "jwt"), "claims"), ...places, ...identity];
	const values = all.map((place) => own(place, claim));
	return one(where, values, "configure the authorizer to return it once, as a string", options);
}

/**
 * Reads the tenant id from a header, ignoring the case of its name. The caller controls headers, unless a proxy in front
 * of every caller overwrites them.
 * @throws {TenantNotFoundError} code `TENANT_NOT_FOUND`; {@link InvalidOptionError} code `INVALID_OPTION` for the arguments
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export function tenantOfHeader(event: HeadersEvent, header: string, options?: TenantOptions): string {
	const where = named("tenantOfHeader", "event", header);
	const lists = ["headers", "multiValueHeaders"].map((from) => sent(own(event, from), header.toLowerCase()));
	// A REST API repeats the last value of `multiValueHeaders` in `headers`.
	const values = lists.find((list) => list.length > 1) ?? [...new Set(lists.flat())];
	return one(where, values, "send the header once", options);
}

/**
 * Reads the tenant id from a message attribute of type String (SQS, SNS), an event's detail (EventBridge; `"order.tenant"`
 * is a path) or a key (DynamoDB stream). The sender controls it.
 * @throws {TenantNotFoundError} code `TENANT_NOT_FOUND`; {@link InvalidOptionError} code `INVALID_OPTION` for the arguments
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html
 */
export function tenantOfAttribute(record: AttributedRecord, attribute: string, options?: TenantOptions): string {
	const where = named("tenantOfAttribute", "record", attribute);
	const message = own(own(record, "messageAttributes"), attribute);
	const notice = own(own(own(record, "Sns"), "MessageAttributes"), attribute);
	const key = own(own(own(record, "dynamodb"), "Keys"), attribute);
	// An attribute of another type is kept as an object, which is then rejected.
	const values = [
		isText(own(message, "dataType")) ? own(message, "stringValue") : message,
		isText(own(notice, "Type")) ? own(notice, "Value") : notice,
		own(key, "S") ?? key,
		attribute.split(".").reduce(own, own(record, "detail")),
	];
	return one(where, values, "pass one record with a string attribute", options);
}

/**
 * Validates a tenant id from any other source, such as a message group, a partition key or an object key.
 * @throws {TenantNotFoundError} code `TENANT_NOT_FOUND`; {@link InvalidOptionError} code `INVALID_OPTION` for the options
 */
export const tenantOfValue = (value: unknown, options?: TenantOptions): string =>
	one("tenantOfValue()", [value], "pass a tenant id as a string", options);

/**
 * Creates session tags to spread into the options of `assumeRole()`. Policies see them as `aws:PrincipalTag/TenantId`, also
 * for roles assumed from that role. The role's trust policy must allow `sts:TagSession`.
 * @throws {InvalidOptionError} code `INVALID_OPTION` for what STS would reject, and for an empty tenant
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html
 */
export function tenantTags(
	tenant: string,
	key = "TenantId",
): { tags: Record<string, string>; transitiveTagKeys: string[] } {
	const rule = "letters, digits, spaces and _.:/=+-@";
	if (!fits(tenant, TAG, 256)) invalid(`tenantTags() takes a tenant of 1 to 256 ${rule}, not ${kind(tenant)}.`);
	const isKey = fits(key, TAG, 128) && !/^aws:/i.test(key);
	if (!isKey) invalid(`tenantTags() takes a key of 1 to 128 ${rule}, without aws: in front, not ${kind(key)}.`);
	return { tags: { [key]: tenant }, transitiveTagKeys: [key] };
}

const TAG = /^(?=.*\S)[\p{L}\p{Z}\p{N}_.:/=+\-@]+$/u;
const DEFAULT = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;

/** Returns the only value, if it is a valid tenant id. Errors do not show values: a wrong header may hold a secret. */
function one(where: string, values: readonly unknown[], remedy: string, options?: TenantOptions): string {
	const pattern = options === undefined ? DEFAULT : patternOf(where, options);
	const [value, ...more] = values.filter((given) => given !== undefined);
	const fit = fits(value, pattern, 256);
	// `directory[id]` on a plain object would find an inherited member.
	if (fit && more.length === 0 && !(value in Object.prototype)) return value;
	const shape = fit ? "the name of a property that every object has" : `${kind(value)} that does not match ${pattern}`;
	const found = more.length > 0 ? `${more.length + 1} tenants` : shape;
	throw new errors.TenantNotFoundError(`${where} found ${value === undefined ? "no tenant" : found}; ${remedy}.`);
}

function patternOf(where: string, options: TenantOptions): RegExp {
	const { pattern = DEFAULT } = readOptions(where, options, ["pattern"]);
	if (!(pattern instanceof RegExp)) invalid(`${where} { pattern } takes a RegExp, not ${kind(pattern)}.`);
	// The whole id must match, not one line of it (m). A new RegExp has no state of earlier calls (g, y).
	return new RegExp(`^(?:${pattern.source})$`, pattern.flags.replace("m", ""));
}

function named(name: string, of: string, key: unknown): string {
	if (typeof key === "string" && key !== "") return `${name}(${of}, ${JSON.stringify(key)})`;
	return invalid(`${name}() takes a name as its second argument, not ${kind(key)}.`);
}

/** Returns an own property of the event, never an inherited one. */
const own = (of: unknown, key: string): unknown =>
	typeof of === "object" && of !== null && Object.hasOwn(of, key) ? of[key as keyof typeof of] : undefined;

/** Returns all values of a header; HTTP APIs and Function URLs join them with commas. */
const sent = (headers: unknown, name: string): unknown[] =>
	Object.keys(typeof headers === "object" && headers !== null ? headers : {})
		.filter((key) => key.length === name.length && key.toLowerCase() === name)
		.flatMap((key) => own(headers, key))
		.flatMap((value) => (typeof value === "string" ? value.split(",") : [value]));

const isText = (type: unknown): boolean => fits(type, /^String(?!\.Array$)(\.|$)/, 256);

/** Checks the length first: a pattern can be slow on a long value from an attacker. */
const fits = (value: unknown, pattern: RegExp, most: number): value is string =>
	typeof value === "string" && value.length <= most && pattern.test(value);

function invalid(message: string): never {
	throw new errors.InvalidOptionError(message);
}

function kind(value: unknown): string {
	if (typeof value === "string") return `a string of ${value.length} characters`;
	return value === null || value === undefined ? String(value) : `a value of type ${typeof value}`;
}
