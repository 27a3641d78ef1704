/** The public makers of sessions; equal options give the same session while the home keeps it. */

import { SieveStore } from "../cache/sieve.js";
import { canonical } from "../home/canonical.js";
import { slot } from "../home/home.js";
import { digest } from "../home/identity.js";
import { settings } from "../home/settings.js";
import { ambientRegion, sessionRegion } from "./ambient-region.js";
import { assumeRoleSource, type Parent } from "./assume-role.js";
import { intern, type KeptSession, maxSessions } from "./intern.js";
import {
	buildRoleArn,
	checkAccount,
	defaultSessionName,
	defaultStsRegion,
	parseRoleArn,
	partitionOf,
} from "./names.js";
import {
	type AccountSessionsOptions,
	type AssumeRoleOptions,
	readAccountSessions,
	readAssumeRole,
	readSession,
	type SessionOptions,
	type WebIdentityOptions,
} from "./options.js";
import type { ReadRoleSession } from "./role-options.js";
import { AwsSession } from "./session.js";
import { defaultChainSource, givenSource, profileSource } from "./sources.js";
import type { StsPlace } from "./sts.js";
import { webIdentitySource } from "./web-identity.js";

const own = slot(
	"default-session",
	() => new AwsSession({ key: "default", source: defaultChainSource("The default session") }),
);

/**
 * The process's own identity: whatever the SDK's default chain finds (environment, profile, container, instance).
 * @see https://docs.aws.amazon.com/sdk-for-javascript/v3/developer-guide/setting-credentials-node.html
 */
export const defaultSession = (): AwsSession => own();

/**
 * The identity of a profile, of given credentials or of an SDK credential provider. No call is made yet.
 * @throws {InvalidOptionError} code `INVALID_OPTION`
 */
export function session(given: SessionOptions): AwsSession {
	const options = readSession(given);
	const { region } = options;
	const suffix = region === undefined ? "" : `@${region}`;
	if ("profile" in options) {
		const { profile } = options;
		const source = () => profileSource(`The session of profile ${profile}`, profile);
		return intern(`profile:${JSON.stringify(profile)}${suffix}`, () => ({
			region: region ?? sessionRegion(profile),
			source: source(),
		}));
	}
	if ("webIdentityTokenFile" in options) return webIdentitySession(options, region);
	const { credentials } = options;
	return intern(`credentials:${digest(canonical(credentials))}${suffix}`, () => ({
		region,
		account: typeof credentials === "function" ? undefined : credentials.accountId,
		source: givenSource("The session of the given credentials", credentials),
	}));
}

function webIdentitySession(options: WebIdentityOptions, region: string | undefined): AwsSession {
	const { roleArn, webIdentityTokenFile: tokenFile, sessionName = defaultSessionName() } = options;
	const role = parseRoleArn("session({ roleArn })", roleArn);
	const place = stsPlace(role.partition, options.stsRegion ?? region, options.stsEndpoint);
	const key = `${roleArn}#${digest(canonical({ tokenFile, sessionName, place, region }))}`;
	const label = `Session ${sessionName} of ${roleArn}`;
	const source = () => webIdentitySource({ label, place, roleArn, role, sessionName, tokenFile });
	return intern(key, () => ({ account: role.account, roleArn, region, source: source() }));
}

/** Where STS is called: the named region, else the process's, else the partition's usual one; never a client's. */
const stsPlace = (partition: string, region: string | undefined, endpoint: string | undefined): StsPlace => ({
	region: region ?? settings().region ?? ambientRegion() ?? defaultStsRegion(partition),
	endpoint,
});

/**
 * Acts as one role in one account. Equal options give the same session; no call is made yet.
 * @throws {InvalidOptionError} code `INVALID_OPTION`, before any network call
 * @see https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
 */
export const assumeRole = (options: AssumeRoleOptions): AwsSession => roleSession(readAssumeRole(options));

/** What is keyed is what STS is sent, and both are what was read. */
function roleSession(options: AssumeRoleOptions & ReadRoleSession): AwsSession {
	const { from = defaultSession(), account, role, roleArn: givenArn, stsEndpoint, region, mfa } = options;
	const stsRegion = options.stsRegion ?? region ?? from.region;
	const partition = partitionOf(stsRegion ?? settings().region ?? ambientRegion());
	const roleArn = givenArn ?? buildRoleArn("assumeRole({ role })", partition, account as string, role);
	const parsed = parseRoleArn("assumeRole({ roleArn })", roleArn);
	const place = stsPlace(parsed.partition, stsRegion, stsEndpoint);
	const mfaKey = mfa && { serialNumber: mfa.serialNumber, code: mfa.code };
	const content = { ...options, from: from.key, account: undefined, role: undefined, roleArn, place, mfa: mfaKey };
	const key = `${roleArn}#${digest(canonical(content))}`;
	return intern(key, () => {
		const input = assumeRoleInput(roleArn, options);
		const label = `Session ${input.RoleSessionName} of ${roleArn}`;
		const source = assumeRoleSource({ label, parent: parentOf(from), place, roleArn, role: parsed, mfa, input });
		return { account: parsed.account, roleArn, region, source };
	});
}

/**
 * The same role in every account: gives a function from an account id to its session.
 * @example
 * const accounts = accountSessions({ role: "Reader", externalId: "acme" });
 * await accounts("111111111111").whoami();
 * @throws {InvalidOptionError} code `INVALID_OPTION`, before any network call
 */
export function accountSessions(options: AccountSessionsOptions): (account: string) => AwsSession {
	const fixed = readAccountSessions(options);
	// Not the options: inspection shows the keys of a WeakMap.
	const owner = {};
	return (account) => {
		const known = sessionsOf(owner);
		const existing = known.peek(account);
		if (existing !== undefined) {
			known.touch(existing);
			return existing.session;
		}
		checkAccount("accountSessions()(account)", account);
		const created = roleSession({ ...fixed, account });
		known.add({ key: account, session: created, visited: false });
		return created;
	};
}

const byOptions = slot("account-sessions", () => new WeakMap<object, SieveStore<KeptSession>>());

/** The sessions that one `accountSessions()` has given, found by account alone; in the home, so that they end with it. */
function sessionsOf(options: object): SieveStore<KeptSession> {
	const known = byOptions().get(options);
	if (known !== undefined) return known;
	const created = new SieveStore<KeptSession>(maxSessions());
	byOptions().set(options, created);
	return created;
}

/** By itself, so that what a session keeps for life is its parent and not all that it was made from. */
const parentOf = (from: AwsSession): Parent => ({
	label: from.roleArn ?? `session ${from.key}`,
	isRole: from.roleArn !== undefined,
	credentials: () => from.credentials(),
	forgetFailure: () => from.forgetFailure(),
	rejected: (accessKeyId) => from.rejected(accessKeyId),
});

function assumeRoleInput(roleArn: string, options: AssumeRoleOptions) {
	const { externalId, sessionName, tags, transitiveTagKeys, policy, policyArns, durationSeconds, sourceIdentity } =
		options;
	return {
		RoleArn: roleArn,
		RoleSessionName: sessionName ?? sourceIdentity ?? defaultSessionName(),
		DurationSeconds: durationSeconds ?? 3_600,
		ExternalId: externalId,
		SourceIdentity: sourceIdentity,
		Policy: policy === undefined ? undefined : JSON.stringify(policy),
		PolicyArns: policyArns?.map((arn) => ({ arn })),
		Tags: tags === undefined ? undefined : Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
		TransitiveTagKeys: transitiveTagKeys && [...transitiveTagKeys],
	};
}
