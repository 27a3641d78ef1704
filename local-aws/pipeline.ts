/** Takes a request from its bytes to its answer: who signed it, what it asks, which fault meets it, who answers it. */

import { validateHeaderName, validateHeaderValue } from "node:http";
import { errors } from "../src/index.js";
import { authenticate } from "./authenticate.js";
import { hintOf, readAuthorization } from "./authorization.js";
import { decodeAwsChunked } from "./aws-chunked.js";
import type { DynamoStores } from "./dynamodb.js";
import { type Faults, type FaultTarget, suffer } from "./faults.js";
import type { Key } from "./identities.js";
import { type Answer, protocolOf, Refusal } from "./protocols.js";
import { refusalOf } from "./refusals.js";
import type { SignedRequest } from "./signature.js";
import type { Stats } from "./stats.js";
import { answerSts, type StsContext } from "./sts.js";
import { readForm } from "./sts-parameters.js";
import type { LocalHandler, LocalResponse } from "./types.js";

/** Everything that answers requests. */
export interface Services extends StsContext {
	readonly dynamodb: DynamoStores;
	readonly faults: Faults;
	readonly stats: Stats;
}

/** What is known of a request; filled in as it is found out, so that a refusal can be told as fully as possible. */
export interface Call {
	service: string;
	action: string;
	region: string;
	accessKeyId?: string;
	key?: Key;
	roleArn?: string;
	/** Ends the count of an AssumeRole call in flight. */
	assumed?: (succeeded: boolean) => void;
	/** Cut the connection now that the request has been carried out. */
	dropAnswer?: boolean;
}

/** Reads service, region and action, without trusting them. */
export function describe(request: SignedRequest, call: Call): void {
	const form = isForm(request);
	const hint = hintOf(request.headers, request.query, form);
	call.service = hint.service;
	call.region = hint.region;
	if (hint.accessKeyId !== undefined) call.accessKeyId = hint.accessKeyId;
	call.action = actionOf(request, form);
}

/** @throws {Refusal} what the service refuses @throws {Dropped} when the connection is to be cut */
export async function answer(
	request: SignedRequest,
	call: Call,
	services: Services,
	signal: AbortSignal,
): Promise<Answer> {
	const { settings, stats } = services;
	const { service, action, region } = call;
	const protocol = protocolOf(service, request.headers);
	const authorization = readAuthorization(request.headers, request.query, { service, region });
	if (authorization !== undefined) {
		const key = await authenticate(request, authorization, services.identities, protocol, settings.clock());
		call.key = key;
		stats.verified(key.identity.accountId, key.identity.arn);
	} else if (service !== "sts" || action !== "AssumeRoleWithWebIdentity") {
		throw refusalOf("missing", protocol);
	}
	const form = service === "sts" ? readForm(isForm(request) ? text(request.body) : queryString(request)) : undefined;
	const roleArn = action.startsWith("AssumeRole") ? form?.get("RoleArn") : undefined;
	if (roleArn !== undefined) call.roleArn = roleArn;
	if (service === "sts" && action.startsWith("AssumeRole")) {
		call.assumed = stats.assuming(roleArn ?? "", call.key?.identity.arn ?? "(web identity)");
	}
	const target: FaultTarget = {
		service,
		action,
		region,
		...(call.key ? { identity: call.key.identity } : {}),
		...(roleArn === undefined ? {} : { roleArn }),
	};
	const fault = services.faults.take(target);
	if (fault) {
		await suffer(fault, protocol, signal);
		call.dropAnswer = fault.kind === "drop";
	}
	const handler = Object.hasOwn(settings.handlers, service) ? settings.handlers[service] : undefined;
	const handled = handler && call.key ? await handle(handler, request, call, call.key) : undefined;
	if (handled) return handled;
	if (form) return answerSts(action, form, call.key, services);
	if (service === "dynamodb" && call.key) {
		const { accountId } = call.key.identity;
		return services.dynamodb.answer({ ...request, accountId, region, action }, signal);
	}
	throw notEmulated(service);
}

const handle = async (
	handler: LocalHandler,
	request: SignedRequest,
	call: Call,
	key: Key,
): Promise<Answer | undefined> => {
	const { service, action, region } = call;
	const { method, path, query, headers } = request;
	const framed =
		headers["x-amz-content-sha256"]?.startsWith("STREAMING-") || headers["content-encoding"]?.includes("aws-chunked");
	const body = framed ? decodeAwsChunked(request.body) : request.body;
	const response = await handler({
		service,
		region,
		action,
		identity: key.identity,
		method,
		path,
		query,
		headers,
		body,
	});
	return response === undefined ? undefined : toAnswer(response);
};

const toAnswer = ({ status = 200, headers = {}, body = "" }: LocalResponse): Answer => {
	if (!Number.isInteger(status) || status < 200 || status > 599) {
		throw new errors.NotLocalError(
			`A handler of the local AWS answered with the status ${String(status)}; use 200 to 599.`,
		);
	}
	for (const [name, value] of Object.entries(headers)) {
		validateHeaderName(name);
		validateHeaderValue(name, value);
	}
	const plain = typeof body === "string" || body instanceof Uint8Array;
	return {
		status,
		headers: plain ? headers : { "content-type": "application/x-amz-json-1.0", ...headers },
		body: plain ? body : JSON.stringify(body),
		...(status >= 400 ? { errorCode: headers["x-amzn-errortype"] ?? `Http${status}` } : {}),
	};
};

const notEmulated = (service: string): Refusal =>
	new Refusal(
		501,
		"NotImplemented",
		`The local AWS emulates only STS and DynamoDB, not "${service}"; answer it yourself with startLocalAws({ handlers: { ${JSON.stringify(service)}: (request) => … } }).`,
	);

const isForm = ({ headers }: SignedRequest): boolean =>
	headers["content-type"]?.startsWith("application/x-www-form-urlencoded") ?? false;

const text = (body: Uint8Array): string => Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString();

const queryString = ({ query }: SignedRequest): string =>
	new URLSearchParams(
		Object.entries(query).flatMap(([name, value]) => [value].flat().map((one): [string, string] => [name, one])),
	).toString();

const actionOf = (request: SignedRequest, form: boolean): string => {
	const target = request.headers["x-amz-target"];
	if (target !== undefined) return target.slice(target.lastIndexOf(".") + 1);
	const named = /^\/service\/\w+\/operation\/(\w+)$/.exec(request.path)?.[1] ?? request.query["Action"];
	if (typeof named === "string") return named;
	// Only the head of a form is looked at: Action is its first parameter with every SDK.
	const inBody = form ? /(?:^|&)Action=(\w{1,128})/.exec(text(request.body.subarray(0, 65_536)))?.[1] : undefined;
	return inBody ?? request.method;
};
