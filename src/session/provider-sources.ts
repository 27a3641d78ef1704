/** Sources that assume no role: the SDK's default chain, a profile, given credentials, a provider of the user's. */

import type { AwsCredentialIdentity, AwsCredentialIdentityProvider } from "@smithy/types";
import { CredentialsUnavailableError } from "../errors.js";
import { clock } from "../home/clock.js";
import { importPackage } from "../home/load.js";
import { now } from "../home/moment.js";
import { type CredentialSource, type Fetched, frozen, type StsPlace } from "./credential-source.js";
import { checkCode, type MfaCode } from "./mfa.js";
import { callerConfig, stsHandler } from "./sts-place.js";

type Provider = (options?: Record<string, unknown>) => Promise<AwsCredentialIdentity>;

/** A provider may run a program or wait for a person who types a code. */
const PATIENCE = 300_000;
/** Retries belong where HTTP is spoken: the SDK's own default for containers, given to instance metadata too. */
const HTTP_RETRIES = { maxRetries: 3 };

/**
 * Asks an SDK credential provider as a client asks it: with its region, its profile and its transport. `load` gives it
 * on first use, so that its package is loaded no earlier, and for each attempt, because the settings may have changed.
 */
export function providerSource(label: string, place: StsPlace, load: () => Promise<Provider>): CredentialSource {
	return {
		label,
		patience: PATIENCE,
		// Asking again would prompt or start a program once more.
		attempts: 1,
		provider: true,
		async fetch({ force, asking }) {
			const callerClientConfig = await callerConfig(place, asking);
			const ask = await load();
			return validate(label, await ask({ ...(force && { forceRefresh: true }), callerClientConfig }));
		},
		classify: () => "failed",
		explain: (error) => {
			const said = error instanceof Error ? error.message : String(error);
			return new CredentialsUnavailableError(
				`${label} gave no credentials (${said}); fix its source, which the next request asks again.`,
				{ cause: error },
			);
		},
	};
}

const loadProviders = () =>
	importPackage("@aws-sdk/credential-providers", () => import("@aws-sdk/credential-providers"));

/**
 * The SDK's own chain: environment, profile, web identity, container, instance. The shared files are read anew each time,
 * for the SDK never notices that they were rewritten.
 */
export const defaultChainSource = (label: string): CredentialSource =>
	providerSource(label, {}, async () => {
		const { fromNodeProviderChain } = await loadProviders();
		return fromNodeProviderChain({ ignoreCache: true, clientConfig: nested, ...HTTP_RETRIES }) as Provider;
	});

/**
 * A profile of the shared files, whatever it holds: keys, SSO, a process, a role. Not the chain: for a profile that is
 * missing or empty it goes on to the token file, the container and the instance, which are the process's own identity.
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

/** For the clients that look at nothing else, such as that of IAM Identity Center. */
const nested = {
	get requestHandler() {
		return stsHandler();
	},
};

/** Credentials as they were given, or a provider that the user brings. */
export function givenSource(
	label: string,
	place: StsPlace,
	given: AwsCredentialIdentity | AwsCredentialIdentityProvider,
): CredentialSource {
	const provider = typeof given === "function" ? (given as Provider) : async () => given;
	return providerSource(label, place, async () => provider);
}

/** The SDK's expiry is taken as given, also where a provider stamped it anew to bridge an outage. */
function validate(label: string, answer: AwsCredentialIdentity | undefined): Fetched {
	const { accessKeyId, secretAccessKey, sessionToken, expiration, accountId } = answer ?? {};
	if (!accessKeyId || !secretAccessKey) {
		throw new CredentialsUnavailableError(`${label} was given no access key or no secret with it.`);
	}
	const lifetime =
		expiration === undefined ? Number.POSITIVE_INFINITY : new Date(expiration).getTime() - clock().wall();
	if (Number.isNaN(lifetime)) {
		throw new CredentialsUnavailableError(`${label} was given credentials whose expiration is no date.`);
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
