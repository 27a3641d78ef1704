/** Sources that assume no role: the SDK's default chain, a profile, given credentials, a provider of the user's. */

import type { AwsCredentialIdentity, AwsCredentialIdentityProvider } from "@smithy/types";
import { CredentialsUnavailableError } from "../errors.js";
import { clock } from "../home/clock.js";
import { now } from "./moment.js";
import type { CredentialSource, Fetched } from "./source.js";

type Provider = (options?: Record<string, unknown>) => Promise<AwsCredentialIdentity>;

/** A provider may run a program or wait for a person who types a code. */
const PATIENCE = 300_000;
/** Retries belong where HTTP is spoken: the SDK's own default for containers, given to instance metadata too. */
const HTTP_RETRIES = { maxRetries: 3 };

/** Asks an SDK credential provider; `load` gives it on first use, so that its package is loaded no earlier. */
export function providerSource(label: string, load: () => Promise<Provider>): CredentialSource {
	let provider: Promise<Provider> | undefined;
	return {
		label,
		patience: PATIENCE,
		// Asking again would prompt or start a program once more.
		attempts: 1,
		provider: true,
		async fetch({ force }) {
			provider ??= load();
			const ask = await provider;
			return validate(label, await ask(force ? { forceRefresh: true } : undefined));
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

/**
 * The SDK's own chain: environment, profile, web identity, container, instance. The chain remembers what it found until it
 * is forced; the shared files are read anew each time, for the SDK never notices that they were rewritten.
 */
export const defaultChainSource = (label: string): CredentialSource =>
	providerSource(label, async () => {
		const { fromNodeProviderChain } = await import("@aws-sdk/credential-providers");
		return fromNodeProviderChain({ ignoreCache: true, ...HTTP_RETRIES }) as Provider;
	});

/**
 * A profile of the shared files, whatever it holds: keys, SSO, a process, a role. Not the chain: for a profile that is
 * missing or empty it goes on to the token file, the container and the instance, which are the process's own identity.
 */
export const profileSource = (label: string, profile: string): CredentialSource =>
	providerSource(label, async () => {
		const { fromIni } = await import("@aws-sdk/credential-providers");
		return fromIni({ profile, ignoreCache: true, ...HTTP_RETRIES } as Parameters<typeof fromIni>[0]) as Provider;
	});

/** Credentials as they were given, or a provider that the user brings. */
export function givenSource(
	label: string,
	given: AwsCredentialIdentity | AwsCredentialIdentityProvider,
): CredentialSource {
	const provider = typeof given === "function" ? (given as Provider) : async () => given;
	return providerSource(label, async () => provider);
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
		credentials: Object.freeze({
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
