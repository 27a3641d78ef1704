/** STS: AssumeRole, AssumeRoleWithWebIdentity and GetCallerIdentity, by STS's own rules. */

import { randomUUID } from "node:crypto";
import { deflateRawSync } from "node:zlib";
import type { Identities, Key } from "./identities.js";
import type { Settings } from "./options.js";
import { type Answer, escapeXml, Refusal, STS_NAMESPACE } from "./protocols.js";
import { refusalOf } from "./refusals.js";
import type { Roles } from "./roles.js";
import { type Form, invalid, type RoleRequest, readRoleRequest } from "./sts-parameters.js";

/** What STS works with. */
export interface StsContext {
	readonly identities: Identities;
	readonly roles: Roles;
	readonly settings: Settings;
}

/** Answers an STS request. `caller` may be missing only for AssumeRoleWithWebIdentity. @throws {Refusal} */
export function answerSts(action: string, form: Form, caller: Key | undefined, context: StsContext): Answer {
	if (action === "AssumeRoleWithWebIdentity") return assumeWithWebIdentity(form, context);
	if (caller === undefined) throw refusalOf("missing", "query");
	if (action === "AssumeRole") return assumeRole(form, caller, context);
	if (action === "GetCallerIdentity") return callerIdentity(caller);
	throw new Refusal(
		400,
		"InvalidAction",
		`Could not find operation ${action} for version ${form.get("Version") ?? "2011-06-15"}; of STS the local AWS has AssumeRole, AssumeRoleWithWebIdentity and GetCallerIdentity.`,
	);
}

const callerIdentity = ({ identity, userId }: Key): Answer =>
	answer("GetCallerIdentity", [
		["Arn", identity.arn],
		["UserId", userId],
		["Account", identity.accountId],
	]);

const assumeRole = (form: Form, caller: Key, context: StsContext): Answer => {
	const request = readRoleRequest(form, context.settings);
	const verdict = context.roles.judge(request.role, caller, request);
	if (!verdict.allowed) {
		if (verdict.reason === "mfa")
			throw denied("MultiFactorAuthentication failed with invalid MFA one time pass code. ");
		throw notAuthorized(caller, "sts:AssumeRole", request);
	}
	const chained = caller.identity.roleArn !== undefined;
	if (chained && (request.durationSeconds ?? 0) > 3600) {
		throw invalid("The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.");
	}
	if ((request.durationSeconds ?? 0) > verdict.maxSessionDuration) {
		throw invalid("The requested DurationSeconds exceeds the MaxSessionDuration set for this role.");
	}
	const inherited = caller.identity.sourceIdentity;
	if (inherited !== undefined && request.sourceIdentity !== undefined && request.sourceIdentity !== inherited) {
		throw notAuthorized(caller, "sts:SetSourceIdentity", request);
	}
	return issue(
		"AssumeRole",
		request,
		context,
		{ transitive: caller.transitive, sourceIdentity: request.sourceIdentity ?? inherited },
		[],
	);
};

const assumeWithWebIdentity = (form: Form, context: StsContext): Answer => {
	const request = readRoleRequest(form, context.settings);
	const token = form.get("WebIdentityToken") ?? "";
	if (token.length < 4) {
		throw invalid(
			"1 validation error detected: Value at 'webIdentityToken' failed to satisfy constraint: Member must have length greater than or equal to 4",
		);
	}
	const verdict = context.roles.judge(request.role, undefined, {});
	if (!verdict.allowed) throw denied("Not authorized to perform sts:AssumeRoleWithWebIdentity");
	if ((request.durationSeconds ?? 0) > verdict.maxSessionDuration) {
		throw invalid("The requested DurationSeconds exceeds the MaxSessionDuration set for this role.");
	}
	return issue("AssumeRoleWithWebIdentity", request, context, { transitive: new Map(), sourceIdentity: undefined }, [
		["SubjectFromWebIdentityToken", "local"],
		["Provider", "local"],
	]);
};

type Field = readonly [name: string, value: string | readonly Field[]];

const issue = (
	action: string,
	request: RoleRequest,
	{ identities, settings }: StsContext,
	inherited: { readonly transitive: Key["transitive"]; readonly sourceIdentity: string | undefined },
	extra: readonly Field[],
): Answer => {
	const { role, sessionName, tags } = request;
	if (tags.some(([key]) => inherited.transitive.has(key.toLowerCase()))) {
		throw new Refusal(
			400,
			"InvalidParameterValue",
			"One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from the calling session.",
		);
	}
	const packed = packedSize(request);
	if (packed > 100) {
		throw new Refusal(
			400,
			"PackedPolicyTooLarge",
			`The packed size of the policy and tags is ${packed}% of the limit.`,
		);
	}
	const transitiveKeys = request.transitiveTagKeys.map((key) => key.toLowerCase());
	const own = tags.filter(([key]) => transitiveKeys.includes(key.toLowerCase()));
	const seconds = settings.overrideSeconds ?? request.durationSeconds ?? Math.min(3600, settings.maxSeconds);
	const arn = `arn:${role.partition}:sts::${role.accountId}:assumed-role/${role.name}/${sessionName}`;
	const roleId = identities.roleId(role.roleArn);
	const { sourceIdentity } = inherited;
	const key = identities.issue({
		accountId: role.accountId,
		arn,
		roleArn: role.roleArn,
		roleId,
		sessionName,
		...(sourceIdentity === undefined ? {} : { sourceIdentity }),
		tags: Object.fromEntries([...inherited.transitive.values(), ...tags]),
		transitive: new Map([...inherited.transitive, ...own.map((tag) => [tag[0].toLowerCase(), tag] as const)]),
		expiresAt: expiry(settings.clock(), seconds),
	});
	return answer(action, [
		[
			"AssumedRoleUser",
			[
				["AssumedRoleId", key.userId],
				["Arn", arn],
			],
		],
		[
			"Credentials",
			[
				["AccessKeyId", key.identity.accessKeyId],
				["SecretAccessKey", key.secretAccessKey],
				["SessionToken", key.sessionToken],
				["Expiration", new Date(key.expiresAt).toISOString().replace(".000Z", "Z")],
			],
		],
		...(packed > 0 ? [["PackedPolicySize", String(packed)] as const] : []),
		...(sourceIdentity === undefined ? [] : [["SourceIdentity", sourceIdentity] as const]),
		...extra,
	]);
};

/** STS counts in whole seconds; a lifetime under a minute keeps its milliseconds, or a one-second key might be born dead. */
const expiry = (now: number, seconds: number): number => {
	const at = now + seconds * 1000;
	return seconds < 60 ? Math.round(at) : Math.floor(at / 1000) * 1000;
};

/** An estimate: AWS's packing is not public, so deflate stands for it, with 2048 bytes as the limit. */
const packedSize = ({ policy, policyArns, tags }: RoleRequest): number => {
	if (policy === undefined && policyArns.length === 0 && tags.length === 0) return 0;
	const packed = deflateRawSync([policy, ...policyArns, ...tags.flat()].join("\n")).byteLength;
	return Math.ceil((packed * 100) / 2048);
};

const denied = (message: string): Refusal => new Refusal(403, "AccessDenied", message);

const notAuthorized = (caller: Key, action: string, { role }: RoleRequest): Refusal =>
	denied(`User: ${caller.identity.arn} is not authorized to perform: ${action} on resource: ${role.roleArn}`);

const element = ([name, value]: Field): string =>
	`<${name}>${typeof value === "string" ? escapeXml(value) : value.map(element).join("")}</${name}>`;

const answer = (action: string, fields: readonly Field[]): Answer => {
	const requestId = randomUUID();
	const result = element([`${action}Result`, fields]);
	const metadata = element(["ResponseMetadata", [["RequestId", requestId]]]);
	return {
		status: 200,
		headers: { "content-type": "text/xml", "x-amzn-requestid": requestId },
		body: `<${action}Response xmlns="${STS_NAMESPACE}">${result}${metadata}</${action}Response>`,
	};
};
