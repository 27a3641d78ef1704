/** The public functions that create sessions. Equal options return the same session. */

import { SieveStore } from "../cache/sieve.js";
import { canonical } from "../home/canonical.js";
import { digest, objectNumber } from "../home/digest.js";
import { slot } from "../home/home.js";
import { settings } from "../home/settings.js";
import { ambientRegion, sessionRegion } from "./ambient-region.js";
import {
	buildRoleArn,
	checkAccount,
	defaultSessionName,
	isForeign,
	parseRoleArn,
	partitionOf,
	tokenSessionName,
} from "./arns.js";
import { assumeRoleSource, type Parent } from "./assume-role.js";
import { createSession, intern, type KeptSession, maxSessions } from "./cached-sessions.js";
import type { MfaCode, ReadMfaCode } from "./mfa.js";
import { defaultChainSource, givenSource, profileSource } from "./provider-sources.js";
import { checkStsPlace, type ReadRoleSession } from "./role-options.js";
import type { AwsSession } from "./session.js";
import type { SessionLimits } from "./session-limits.js";
import {
	type AccountSessionsOptions,
	type AssumeRoleOptions,
	readAccountSessions,
	readAssumeRole,
	readSession,
	type SessionOptions,
	type WebIdentityOptions,
} from "./session-options.js";
import { webIdentitySource } from "./web-identity.js";

const own = slot("default-session", () =>
	createSession({ key: "default", place: {}, source: defaultChainSource("The default session") }),
);

/**
 * Returns the process's own identity, from the SDK's default credential chain (environment, profile, container, instance).
 * @see https://docs.aws.amazon.com/sdk-for-javascript/v3/developer-guide/setting-credentials-node.html
 */
export const defaultSession = (): AwsSession => own();

/**
 * Creates a session from a profile, credentials, an SDK credential provider or a web identity token file. Makes no call.
 * @throws {InvalidOptionError} code `INVALID_OPTION`
 */
export function session(given: SessionOptions): AwsSession {
	const options = readSession(given);
	const { region } = options;
	const suffix = region === undefined ? "" : `@${region}`;
	if ("profile" in options) {
		const { profile, mfa } = options;
		const code = mfa?.code;
		const codeSuffix = code === undefined ? "" : `#${objectNumber(code)}`;
		return intern(`profile:${JSON.stringify(profile)}${suffix}${codeSuffix}`, () => {
			const place = { profile, region: region ?? sessionRegion(profile) };
			const ask: MfaCode | undefined = code && ((serial) => code.call((mfa as unknown as ReadMfaCode).device, serial));
			return { place, source: profileSource(`The session of profile ${profile}`, place, ask) };
		});
	}
	if ("webIdentityTokenFile" in options) return webIdentitySession(options, region);
	const { credentials } = options;
	return intern(`credentials:${digest(canonical(credentials))}${suffix}`, () => ({
		place: { region },
		account: typeof credentials === "function" ? undefined : credentials.accountId,
		source: givenSource("The session of the given credentials", { region }, credentials),
	}));
}

function webIdentitySession(options: WebIdentityOptions, region: string | undefined): AwsSession {
	const { roleArn, webIdentityTokenFile: tokenFile, stsRegion, stsEndpoint: endpoint } = options;
	const { sessionName = tokenSessionName(), policy, policyArns, durationSeconds } = options;
	const role = parseRoleArn("session({ roleArn })", roleArn);
	const place = { stsRegion, region, endpoint, partition: role.partition };
	const input = {
		RoleArn: roleArn,
		RoleSessionName: sessionName,
		...limits({ policy, policyArns, durationSeconds }),
	};
	const key = `${roleArn}#${digest(canonical({ tokenFile, place, input }))}`;
	const label = `Session ${sessionName} of ${roleArn}`;
	return intern(key, () => {
		const source = webIdentitySource({ label, place, roleArn, role, input, tokenFile });
		return { account: role.account, roleArn, place, source };
	});
}

/**
 * Creates a session for one role in one account. Equal options return the same session. Makes no call.
 * @throws {InvalidOptionError} code `INVALID_OPTION`, before any network call
 * @see https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
 */
export const assumeRole = (options: AssumeRoleOptions): AwsSession => roleSession(readAssumeRole(options));

/** The key and the STS parameters come from the same checked copy of the options. */
function roleSession(options: AssumeRoleOptions & ReadRoleSession): AwsSession {
	const { from = defaultSession(), account, role, roleArn: givenArn, stsRegion, stsEndpoint: endpoint, mfa } = options;
	const here = stsRegion ?? options.region ?? from.region ?? settings().region ?? ambientRegion();
	const roleArn = givenArn ?? buildRoleArn("assumeRole({ role })", partitionOf(here), account as string, role);
	const parsed = parseRoleArn("assumeRole({ roleArn })", roleArn);
	const { partition } = parsed;
	checkStsPlace("assumeRole", options, partition);
	const mfaKey = mfa && { serialNumber: mfa.serialNumber, code: mfa.code };
	const content = { ...options, from: from.key, account: undefined, role: undefined, roleArn, mfa: mfaKey };
	const key = `${roleArn}#${digest(canonical(content))}`;
	return intern(key, () => {
		const inherited = from.region !== undefined && isForeign(from.region, partition) ? undefined : from.region;
		const { region = inherited } = options;
		const place = { stsRegion, region, endpoint, partition, profile: from.place.profile };
		const input = assumeRoleInput(roleArn, options);
		const label = `Session ${input.RoleSessionName} of ${roleArn}`;
		const source = assumeRoleSource({ label, parent: parentOf(from), place, roleArn, role: parsed, mfa, input });
		return { account: parsed.account, roleArn, place, source };
	});
}

/**
 * Returns a function that maps an account id to its session, for the same role in every account. An optional region
 * determines the role's partition. There is one session per account and partition, not per region.
 * @example
 * const accounts = accountSessions({ role: "Reader", externalId: "acme" });
 * await accounts("111111111111").whoami();
 * @throws {InvalidOptionError} code `INVALID_OPTION`, before any network call
 */
export function accountSessions(options: AccountSessionsOptions): SessionsByAccount {
	const fixed = readAccountSessions(options);
	// Not the options themselves, because inspection shows a WeakMap's keys.
	const owner = {};
	return (account: string, where?: Where) => {
		const known = sessionsOf(owner);
		const region = where?.region;
		const partition = region === undefined ? undefined : partitionOf(region);
		const key = partition === undefined ? account : `${partition}:${account}`;
		// The account isn't checked yet. Only a string of this length can be one.
		const existing = typeof account === "string" && account.length === 12 ? known.peek(key) : undefined;
		if (existing !== undefined) {
			known.touch(existing);
			return existing.session;
		}
		checkAccount("accountSessions()(account)", account);
		const role = partition && buildRoleArn("accountSessions({ role })", partition, account, fixed.role);
		const created = roleSession(role ? { ...fixed, role: undefined, roleArn: role } : { ...fixed, account });
		known.add({ key, session: created, visited: false });
		return created;
	};
}

interface Where {
	readonly region?: string | undefined;
}

/** Two overloads, so that it can be passed to `Array.map()`. */
interface SessionsByAccount {
	(account: string): AwsSession;
	(account: string, where: Where): AwsSession;
}

const byOptions = slot("account-sessions", () => new WeakMap<object, SieveStore<KeptSession>>());

/** The sessions of one `accountSessions()`, by account. They are in the home, so that `close()` drops them. */
function sessionsOf(options: object): SieveStore<KeptSession> {
	const known = byOptions().get(options);
	if (known !== undefined) return known;
	const created = new SieveStore<KeptSession>(maxSessions());
	byOptions().set(options, created);
	return created;
}

/** Created in its own function, so that its closures keep only the parent session alive. */
const parentOf = (from: AwsSession): Parent => ({
	label: from.roleArn ?? (from.key === "default" ? "the default session" : `session ${from.key}`),
	isRole: from.roleArn !== undefined,
	credentials: (asking) => from.credentialsFor(asking),
	forgetFailure: () => from.startOver(),
	rejected: (accessKeyId) => from.rejected(accessKeyId),
});

/** The STS parameters that limit a session. */
const limits = ({ policy, policyArns, durationSeconds = 3_600 }: SessionLimits) => ({
	DurationSeconds: durationSeconds,
	Policy: policy && JSON.stringify(policy),
	PolicyArns: policyArns?.map((arn) => ({ arn })),
});

function assumeRoleInput(roleArn: string, options: AssumeRoleOptions) {
	const { externalId, sessionName, tags, transitiveTagKeys, sourceIdentity } = options;
	return {
		RoleArn: roleArn,
		RoleSessionName: sessionName ?? sourceIdentity ?? defaultSessionName(),
		ExternalId: externalId,
		SourceIdentity: sourceIdentity,
		...limits(options),
		Tags: tags === undefined ? undefined : Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
		TransitiveTagKeys: transitiveTagKeys && [...transitiveTagKeys],
	};
}
