/** Credential sources that assume no role: the default chain, profiles, static credentials and providers. */

import type { AwsCredentialIdentity, AwsCredentialIdentityProvider } from "@smithy/types";
import { CredentialsUnavailableError } from "../errors.js";
import { clock } from "../home/clock.js";
import { importPackage } from "../home/load.js";
import { now } from "../home/moment.js";
import { type CredentialSource, type Fetched, frozen, type StsPlace } from "./credential-source.js";
import { checkCode, type MfaCode } from "./mfa.js";
import { callerConfig, stsHandler } from "./sts-place.js";

type Provider = (options?: Record<string, unknown>) => Promise<AwsCredentialIdentity>;

/** A provider may run a program or wait for a user to enter a code. */
const PATIENCE = 300_000;
/** The SDK's default for container metadata, used for instance metadata, too. */
const HTTP_RETRIES = { maxRetries: 3 };

/**
 * Calls an SDK credential provider as a client does: with a region, a profile and a request handler. `load` runs for each
 * attempt, because settings may change, and loads the provider's package on first use.
 */
export function providerSource(label: string, place: StsPlace, load: () => Promise<Provider>): CredentialSource {
	return {
		label,
		patience: PATIENCE,
		// A retry would prompt the user or start a program again.
		attempts: 1,
		provider: true,
		async fetch({ force, asking }) {
			const callerClientConfig = await callerConfig(place, asking);
			const provider = await load();
			return validate(label, await provider({ ...(force && { forceRefresh: true }), callerClientConfig }));
		},
		classify: () => "failed",
		explain: (error) => {
			const reason = error instanceof Error ? error.message : String(error);
			return new CredentialsUnavailableError(
				`${label} has no credentials (${reason}); fix their source, which the next request calls again.`,
				{ cause: error },
			);
		},
	};
}

const loadProviders = () =>
	importPackage("@aws-sdk/credential-providers", () => import("@aws-sdk/credential-providers"));

/**
 * The SDK's default chain: environment, profile, web identity, container, instance. The shared files are read each time,
 * because the SDK would not notice changes.
 */
export const defaultChainSource = (label: string): CredentialSource =>
	providerSource(label, {}, async () => {
		const { fromNodeProviderChain } = await loadProviders();
		return fromNodeProviderChain({ ignoreCache: true, clientConfig: nested, ...HTTP_RETRIES }) as Provider;
	});

/**
 * A profile of any kind: keys, SSO, a process, a role. Doesn't use the default chain, which for a missing or empty profile
 * goes on to the token file, the container and the instance, and those are the process's own identity.
 */
export function profileSource(label: string, place: StsPlace, code: MfaCode | undefined): CredentialSource {
	const { profile } = place;
	const mfaCodeProvider = code && (async (serialNumber: string) => checkCode(label, await code(serialNumber)));
	return providerSource(label, place, async () => {
		const { fromIni } = await loadProviders();
		const init = { profile, ignoreCache: true, clientConfig: nested, mfaCodeProvider, ...HTTP_RETRIES };
		return fromIni(init as Parameters<typeof fromIni>[0]) as Provider;
	});
}

/** For clients that read only this, such as the one for IAM Identity Center. */
const nested = {
	get requestHandler() {
		return stsHandler();
	},
};

/** Static credentials, or a user's provider. */
export function givenSource(
	label: string,
	place: StsPlace,
	given: AwsCredentialIdentity | AwsCredentialIdentityProvider,
): CredentialSource {
	const provider = typeof given === "function" ? (given as Provider) : async () => given;
	return providerSource(label, place, async () => provider);
}

/** Checks a provider's result. Its expiry is used as it is, even if the provider extended it during an outage. */
function validate(label: string, answer: AwsCredentialIdentity | undefined): Fetched {
	const { accessKeyId, secretAccessKey, sessionToken, expiration, accountId } = answer ?? {};
	if (!accessKeyId || !secretAccessKey) {
		throw new CredentialsUnavailableError(
			`${label} received credentials without an access key id or a secret access key.`,
		);
	}
	const lifetime =
		expiration === undefined ? Number.POSITIVE_INFINITY : new Date(expiration).getTime() - clock().wall();
	if (Number.isNaN(lifetime)) {
		throw new CredentialsUnavailableError(`${label} received credentials whose expiration is not a date.`);
	}
	return {
		credentials: frozen({
			...answer,
			accessKeyId,
			secretAccessKey,
			...(sessionToken === undefined ? {} : { sessionToken }),
			...(expiration === undefined ? {} : { expiration: new Date(expiration) }),
			...(accountId === undefined ? {} : { accountId }),
		}),
		lifetime,
		since: now(),
	};
}
