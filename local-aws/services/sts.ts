/** STS: AssumeRole, AssumeRoleWithWebIdentity and GetCallerIdentity, with the checks and error messages of AWS. */

import { deflateRawSync } from "node:zlib";
import type { Key } from "../identities.js";
import { CommonError, type Output, ServiceError } from "../protocols/protocol.js";
import { awsQuery, isForm, queryParameters } from "../protocols/xml.js";
import type { Backend, Service } from "./service.js";
import { type Parameters, type RoleRequest, readRoleRequest, validationError } from "./sts/parameters.js";
import { TrustPolicies } from "./sts/trust.js";

export const sts = (backend: Backend): Service => {
	const context = { ...backend, trust: new TrustPolicies(backend.settings.accounts) };
	const protocol = awsQuery("https://sts.amazonaws.com/doc/2011-06-15/");
	return {
		names: ["sts"],
		protocol,
		recognizes: (request) =>
			request.headers["x-amz-target"] === undefined && (isForm(request) || request.query["Action"] !== undefined),
		unsignedOperations: ["AssumeRoleWithWebIdentity"],
		issuesCredentials: true,
		assumedRole: (operation, request) =>
			operation.startsWith("AssumeRole") ? (queryParameters(request).get("RoleArn") ?? "") : undefined,
		emulation: {
			title: "STS",
			answer: ({ request, operation, caller }) =>
				protocol.success(request, run(operation, queryParameters(request), caller, context)),
		},
	};
};

interface Context extends Backend {
	readonly trust: TrustPolicies;
}

const run = (operation: string, parameters: Parameters, caller: Key | undefined, context: Context): Output => {
	if (operation === "AssumeRoleWithWebIdentity") return assumeRoleWithWebIdentity(parameters, context);
	if (caller === undefined) throw new CommonError("missingToken");
	if (operation === "AssumeRole") return assumeRole(parameters, caller, context);
	if (operation === "GetCallerIdentity") {
		const { arn, accountId } = caller.identity;
		return { Arn: arn, UserId: caller.userId, Account: accountId };
	}
	throw new ServiceError(
		400,
		"InvalidAction",
		`Could not find operation ${operation} for version ${parameters.get("Version") ?? "2011-06-15"}; the local AWS supports AssumeRole, AssumeRoleWithWebIdentity and GetCallerIdentity.`,
	);
};

const assumeRole = (parameters: Parameters, caller: Key, context: Context): Output => {
	const request = readRoleRequest(parameters, context.settings);
	const decision = context.trust.decide(request.role, caller, request);
	if (!decision.allowed) {
		if (decision.reason === "mfa")
			throw accessDenied("MultiFactorAuthentication failed with invalid MFA one time pass code. ");
		throw notAuthorized(caller, "sts:AssumeRole", request);
	}
	const isChained = caller.identity.roleArn !== undefined;
	if (isChained && (request.durationSeconds ?? 0) > 3600) {
		throw validationError(
			"The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.",
		);
	}
	checkDuration(request, decision.maxSessionDuration);
	const inherited = caller.identity.sourceIdentity;
	if (inherited !== undefined && request.sourceIdentity !== undefined && request.sourceIdentity !== inherited) {
		throw notAuthorized(caller, "sts:SetSourceIdentity", request);
	}
	return issueCredentials(request, context, caller.transitiveTags, request.sourceIdentity ?? inherited);
};

const assumeRoleWithWebIdentity = (parameters: Parameters, context: Context): Output => {
	const request = readRoleRequest(parameters, context.settings);
	const token = parameters.get("WebIdentityToken") ?? "";
	if (token.length < 4) {
		throw validationError(
			"1 validation error detected: Value at 'webIdentityToken' failed to satisfy constraint: Member must have length greater than or equal to 4",
		);
	}
	const decision = context.trust.decide(request.role, undefined, {});
	if (!decision.allowed) throw accessDenied("Not authorized to perform sts:AssumeRoleWithWebIdentity");
	checkDuration(request, decision.maxSessionDuration);
	const output = issueCredentials(request, context, new Map(), undefined);
	return { ...output, SubjectFromWebIdentityToken: "local", Provider: "local" };
};

const checkDuration = ({ durationSeconds = 0 }: RoleRequest, maxSessionDuration: number): void => {
	if (durationSeconds <= maxSessionDuration) return;
	throw validationError("The requested DurationSeconds exceeds the MaxSessionDuration set for this role.");
};

const issueCredentials = (
	request: RoleRequest,
	{ identities, settings }: Context,
	inheritedTags: Key["transitiveTags"],
	sourceIdentity: string | undefined,
): Output => {
	const { role, sessionName, tags } = request;
	if (tags.some(([key]) => inheritedTags.has(key.toLowerCase()))) {
		throw new ServiceError(
			400,
			"InvalidParameterValue",
			"One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from the calling session.",
		);
	}
	const packedSize = packedPolicySize(request);
	if (packedSize > 100) {
		throw new ServiceError(
			400,
			"PackedPolicyTooLarge",
			`The packed size of the policy and tags is ${packedSize}% of the limit.`,
		);
	}
	const transitiveKeys = request.transitiveTagKeys.map((key) => key.toLowerCase());
	const ownTransitive = tags
		.filter(([key]) => transitiveKeys.includes(key.toLowerCase()))
		.map((tag) => [tag[0].toLowerCase(), tag] as const);
	const seconds = settings.overrideSeconds ?? request.durationSeconds ?? Math.min(3600, settings.maxSeconds);
	const arn = `arn:${role.partition}:sts::${role.accountId}:assumed-role/${role.name}/${sessionName}`;
	const key = identities.issue({
		accountId: role.accountId,
		arn,
		roleArn: role.roleArn,
		sessionName,
		...(sourceIdentity === undefined ? {} : { sourceIdentity }),
		tags: Object.fromEntries([...inheritedTags.values(), ...tags]),
		transitiveTags: new Map([...inheritedTags, ...ownTransitive]),
		expiresAt: expiry(settings.clock(), seconds),
	});
	return {
		AssumedRoleUser: { AssumedRoleId: key.userId, Arn: arn },
		Credentials: {
			AccessKeyId: key.identity.accessKeyId,
			SecretAccessKey: key.secretAccessKey,
			SessionToken: key.sessionToken,
			Expiration: new Date(key.expiresAt).toISOString().replace(".000Z", "Z"),
		},
		PackedPolicySize: packedSize > 0 ? packedSize : undefined,
		SourceIdentity: sourceIdentity,
	};
};

/** STS rounds down to whole seconds. A lifetime under a minute keeps its milliseconds, so that one second is not zero. */
const expiry = (now: number, seconds: number): number => {
	const at = now + seconds * 1000;
	return seconds < 60 ? Math.round(at) : Math.floor(at / 1000) * 1000;
};

/** An estimate, because AWS does not document its packed format: deflated, with 2048 bytes as the limit. */
const packedPolicySize = ({ policy, policyArns, tags }: RoleRequest): number => {
	if (policy === undefined && policyArns.length === 0 && tags.length === 0) return 0;
	const packed = deflateRawSync([policy, ...policyArns, ...tags.flat()].join("\n")).byteLength;
	return Math.ceil((packed * 100) / 2048);
};

const accessDenied = (message: string) => new ServiceError(403, "AccessDenied", message);

const notAuthorized = (caller: Key, action: string, { role }: RoleRequest) =>
	accessDenied(`User: ${caller.identity.arn} is not authorized to perform: ${action} on resource: ${role.roleArn}`);
