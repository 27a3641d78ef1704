/** Takes a request from its bytes to its response: authentication, faults, the user's handler, the emulated service. */

import { validateHeaderName, validateHeaderValue } from "node:http";
import { AwsScopeError, errors } from "../src/index.js";
import { authenticate } from "./authenticate.js";
import { readAuthorization, readCredentialScope } from "./authorization.js";
import { decodedBody } from "./aws-chunked.js";
import { applyFault, type Faults } from "./faults.js";
import { ConnectionDropped } from "./http.js";
import type { Key } from "./identities.js";
import { type AwsRequest, type AwsResponse, CommonError, type Output, ServiceError } from "./protocols/protocol.js";
import type { Services } from "./services/index.js";
import type { Backend, Service } from "./services/service.js";
import { DEFAULT_RULES } from "./signature.js";
import type { Stats } from "./stats.js";
import type { LocalRequest, LocalResponse } from "./types.js";

/** The parts of a local AWS. */
export interface Parts extends Backend {
	readonly services: Services;
	readonly faults: Faults;
	readonly stats: Stats;
}

/** A request and what is known about it; the rest is added once the request is authenticated. */
export interface Call {
	readonly request: AwsRequest;
	readonly service: Service;
	/** The signing name that the request used. */
	readonly serviceName: string;
	readonly operation: string;
	readonly region: string;
	readonly accessKeyId?: string;
	/** Why the request could not be read in full. */
	readonly readError?: unknown;
	caller?: Key;
	roleArn?: string;
	/** Set while a call that assumes a role is counted as in flight. */
	assumeRoleEnded?: (succeeded: boolean) => void;
	/** The request is carried out, but its response is lost. */
	dropResponse?: boolean;
}

/** Finds the service and the operation of a request, without verifying anything. */
export function describeCall(request: AwsRequest, services: Services): Call {
	const { service: signingName, ...scope } = readCredentialScope(request);
	const service = services.find(signingName, request);
	const serviceName = signingName || service.names[0];
	return { request, service, serviceName, operation: service.protocol.operation(request), ...scope };
}

/** Turns every error into a response. @throws {ConnectionDropped} when the connection is to be closed instead */
export async function respond(call: Call, parts: Parts, signal: AbortSignal): Promise<AwsResponse> {
	try {
		return await answer(call, parts, signal);
	} catch (error) {
		if (error instanceof ConnectionDropped) throw error;
		const { protocol } = call.service;
		const known = error instanceof ServiceError ? error : asCommonError(error).forProtocol(protocol);
		if (known.wrongSignature) parts.stats.wrongSignature();
		return protocol.error(call.request, known);
	}
}

/** Whatever a handler throws is shown: it belongs to the user's test. */
const asCommonError = (error: unknown): CommonError => {
	if (error instanceof CommonError) return error;
	const message = error instanceof Error ? error.message : String(error);
	const isOurs = error instanceof AwsScopeError;
	return new CommonError("internal", isOurs ? message : `The local AWS failed to process the request: ${message}`);
};

const answer = async (call: Call, parts: Parts, signal: AbortSignal): Promise<AwsResponse> => {
	if (call.readError !== undefined) throw call.readError;
	const { request, service, serviceName, operation, region } = call;
	const { settings, identities, faults, stats } = parts;
	const authorization = readAuthorization(request);
	if (authorization !== undefined) {
		const rules = service.signing ?? DEFAULT_RULES;
		call.caller = await authenticate(request, authorization, identities, rules, settings.clock());
		stats.verified(call.caller.identity);
	} else if (!service.unsignedOperations?.includes(operation)) {
		throw new CommonError("missingToken");
	}
	const { caller } = call;
	const identity = caller && { identity: caller.identity };
	const roleArn = service.assumedRole?.(operation, request);
	if (roleArn !== undefined) {
		call.assumeRoleEnded = stats.assumeRoleStarted(roleArn, caller?.identity.arn ?? "(web identity)");
		if (roleArn !== "") call.roleArn = roleArn;
	}
	const target = { service: serviceName, action: operation, region, ...identity };
	const fault = faults.take({ ...target, ...(call.roleArn && { roleArn: call.roleArn }) });
	if (fault !== undefined) {
		await applyFault(fault, service.protocol, signal);
		call.dropResponse = fault.kind === "drop";
	}
	const handler = Object.hasOwn(settings.handlers, serviceName) ? settings.handlers[serviceName] : undefined;
	if (handler !== undefined && identity !== undefined) {
		const { method, path, query, headers } = request;
		const given: LocalRequest = { ...target, ...identity, method, path, query, headers, body: decodedBody(request) };
		const response = await handler(given);
		if (response !== undefined) return fromHandler(response, call);
	}
	if (service.emulation === undefined) {
		throw new ServiceError(
			501,
			"NotImplemented",
			`The local AWS emulates only ${parts.services.emulated}, not "${serviceName}"; answer it with startLocalAws({ handlers: { ${JSON.stringify(serviceName)}: (request) => … } }).`,
		);
	}
	return service.emulation.answer({ request, operation, region, caller, signal });
};

const fromHandler = ({ status = 200, headers = {}, body = "" }: LocalResponse, { request, service }: Call) => {
	if (!Number.isInteger(status) || status < 200 || status > 599) {
		throw new errors.NotLocalError(`A handler returned the status ${String(status)}; use 200 to 599.`);
	}
	for (const [name, value] of Object.entries(headers)) {
		validateHeaderName(name);
		validateHeaderValue(name, value);
	}
	const response =
		typeof body === "string" || body instanceof Uint8Array
			? { headers, body }
			: service.protocol.success(request, body as Output);
	return {
		status,
		headers: { ...response.headers, ...headers },
		body: response.body,
		...(status >= 400 && { errorCode: headers["x-amzn-errortype"] ?? `Http${status}` }),
	};
};
