/** aws-scope for Lambda: whose tenant an invocation or a record is, read from what AWS hands over, and its session tags. */

import { errors, readOptions } from "../src/index.js";

/** How a tenant id must look. */
export interface TenantOptions {
	/** What the whole id must match, at most 256 characters; default: up to 128 letters, digits and `._-`, first no sign. */
	readonly pattern?: RegExp | undefined;
}

/** What {@link tenantOfClaim} reads: an event of API Gateway or of a Function URL with an authorizer, or of an AppSync resolver. */
export type AuthorizedEvent =
	| { readonly requestContext: { readonly authorizer?: unknown } }
	| { readonly identity?: unknown };

/** What {@link tenantOfHeader} reads: an event of API Gateway, of a Function URL or of a load balancer. */
export type HeadersEvent = { readonly [part in "headers" | "multiValueHeaders"]?: unknown };

/** What {@link tenantOfAttribute} reads: a record of SQS, SNS or a DynamoDB stream, or an event of EventBridge. */
export type AttributedRecord = { readonly [part in "messageAttributes" | "Sns" | "dynamodb" | "detail"]?: unknown };

/**
 * The tenant id of an invocation in Lambda's tenant isolation mode: what the invoker named, to be trusted as the invoker is.
 * @throws {TenantNotFoundError} code `TENANT_NOT_FOUND`; {@link InvalidOptionError} code `INVALID_OPTION` for the options
 * @see https://docs.aws.amazon.com/lambda/latest/dg/tenant-isolation-context.html
 */
export const tenantOfContext = (context: { readonly tenantId?: string | undefined }, options?: TenantOptions): string =>
	one(
		"tenantOfContext()",
		[own(context, "tenantId")],
		"invoke a function in tenant isolation mode, by its id",
		options,
	);

/**
 * The tenant id that an authorizer of API Gateway, a Function URL or AppSync has verified: a claim (Cognito, JWT), a value
 * of a Lambda authorizer's context, or of API Gateway's IAM authorization (`"accountId"`).
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
	return one(where, values, "let an authorizer give it once, as text", options);
}

/**
 * The tenant id in a header, whatever its case, sent once. A header is what the caller wrote, unless something that every
 * caller must pass has overwritten it.
 * @throws {TenantNotFoundError} code `TENANT_NOT_FOUND`; {@link InvalidOptionError} code `INVALID_OPTION` for the arguments
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export function tenantOfHeader(event: HeadersEvent, header: string, options?: TenantOptions): string {
	const where = named("tenantOfHeader", "event", header);
	const lists = ["headers", "multiValueHeaders"].map((from) => sent(own(event, from), header.toLowerCase()));
	// A REST API gives the last value of `multiValueHeaders` in `headers` again.
	const values = lists.find((list) => list.length > 1) ?? [...new Set(lists.flat())];
	return one(where, values, "send the header once", options);
}

/**
 * The tenant id in a message attribute of type String (SQS, SNS), in an event's detail (EventBridge; `"order.tenant"` is
 * a path) or in a key (DynamoDB stream). The sender wrote it.
 * @throws {TenantNotFoundError} code `TENANT_NOT_FOUND`; {@link InvalidOptionError} code `INVALID_OPTION` for the arguments
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html
 */
export function tenantOfAttribute(record: AttributedRecord, attribute: string, options?: TenantOptions): string {
	const where = named("tenantOfAttribute", "record", attribute);
	const message = own(own(record, "messageAttributes"), attribute);
	const notice = own(own(own(record, "Sns"), "MessageAttributes"), attribute);
	const key = own(own(own(record, "dynamodb"), "Keys"), attribute);
	// An attribute of another type is given as it is, and refused.
	const values = [
		isText(own(message, "dataType")) ? own(message, "stringValue") : message,
		isText(own(notice, "Type")) ? own(notice, "Value") : notice,
		own(key, "S") ?? key,
		attribute.split(".").reduce(own, own(record, "detail")),
	];
	return one(where, values, "give one record, whose attribute is text", options);
}

/**
 * The tenant id found anywhere else (a message group, a partition key, an object's key), checked like the others.
 * @throws {TenantNotFoundError} code `TENANT_NOT_FOUND`; {@link InvalidOptionError} code `INVALID_OPTION` for the options
 */
export const tenantOfValue = (value: unknown, options?: TenantOptions): string =>
	one("tenantOfValue()", [value], "give a tenant's id as text", options);

/**
 * Session tags to be spread into the options of `assumeRole()`: policies see `aws:PrincipalTag/TenantId`, also in roles
 * assumed from that one. The role's trust policy must allow `sts:TagSession`.
 * @throws {InvalidOptionError} code `INVALID_OPTION`, by the rules of STS; and for an empty tenant, which STS would take
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

/** The one value that is there, if it is a tenant's id. No value is shown: a wrong header may hold a secret. */
function one(where: string, values: readonly unknown[], remedy: string, options?: TenantOptions): string {
	const pattern = options === undefined ? DEFAULT : patternOf(where, options);
	const [value, ...more] = values.filter((given) => given !== undefined);
	const fit = fits(value, pattern, 256);
	// `directory[id]` on a plain object would find a member that every object has.
	if (fit && more.length === 0 && !(value in Object.prototype)) return value;
	const shape = fit ? "the name of a member that every object has" : `${kind(value)} that does not match ${pattern}`;
	const found = more.length > 0 ? `${more.length + 1} tenants, and takes none of them` : shape;
	throw new errors.TenantNotFoundError(`${where} found ${value === undefined ? "no tenant" : found}; ${remedy}.`);
}

function patternOf(where: string, options: TenantOptions): RegExp {
	const { pattern = DEFAULT } = readOptions(where, options, ["pattern"]);
	if (!(pattern instanceof RegExp)) invalid(`${where} { pattern } takes a RegExp, not ${kind(pattern)}.`);
	// The whole id must match, no part and no line (m) of it; a new RegExp remembers no earlier call (g, y).
	return new RegExp(`^(?:${pattern.source})$`, pattern.flags.replace("m", ""));
}

function named(name: string, of: string, key: unknown): string {
	if (typeof key === "string" && key !== "") return `${name}(${of}, ${JSON.stringify(key)})`;
	return invalid(`${name}() takes a name as its second argument, not ${kind(key)}.`);
}

/** A member that the event itself has, never one that every object inherits. */
const own = (of: unknown, key: string): unknown =>
	typeof of === "object" && of !== null && Object.hasOwn(of, key) ? of[key as keyof typeof of] : undefined;

/** Every value of a header; HTTP APIs and Function URLs join repeated ones with commas. */
const sent = (headers: unknown, name: string): unknown[] =>
	Object.keys(typeof headers === "object" && headers !== null ? headers : {})
		.filter((key) => key.length === name.length && key.toLowerCase() === name)
		.flatMap((key) => own(headers, key))
		.flatMap((value) => (typeof value === "string" ? value.split(",") : [value]));

const isText = (type: unknown): boolean => fits(type, /^String(?!\.Array$)(\.|$)/, 256);

/** The length first: a pattern may be slow on what an attacker made long. */
const fits = (value: unknown, pattern: RegExp, most: number): value is string =>
	typeof value === "string" && value.length <= most && pattern.test(value);

function invalid(message: string): never {
	throw new errors.InvalidOptionError(message);
}

function kind(value: unknown): string {
	if (typeof value === "string") return `a text of ${value.length} characters`;
	return value === null || value === undefined ? String(value) : `a value of type ${typeof value}`;
}
