/** The environment that leads every AWS SDK to the local AWS, and nowhere else. */

import { devNull } from "node:os";
import type { LocalUser } from "./types.js";

/** Variables for a child process, or for `Object.assign(process.env, …)`. */
export function environment(endpoint: string, region: string, user: LocalUser): Readonly<Record<string, string>> {
	return Object.freeze({
		AWS_ENDPOINT_URL: endpoint,
		AWS_ACCESS_KEY_ID: user.accessKeyId,
		AWS_SECRET_ACCESS_KEY: user.secretAccessKey,
		AWS_REGION: region,
		AWS_DEFAULT_REGION: region,
		// Neither the developer's own profiles nor the instance's role may answer when a key is missing.
		AWS_CONFIG_FILE: devNull,
		AWS_SHARED_CREDENTIALS_FILE: devNull,
		AWS_EC2_METADATA_DISABLED: "true",
	});
}

/** Applies the variables to `process.env` and takes out what would lead elsewhere, until disposed. */
export function applyEnvironment(variables: Readonly<Record<string, string>>): Disposable {
	const stray = Object.keys(process.env).filter((name) => ELSEWHERE.test(name));
	const before = [...new Set([...stray, ...Object.keys(variables)])].map((name) => [name, process.env[name]] as const);
	for (const name of stray) delete process.env[name];
	Object.assign(process.env, variables);
	let restored = false;
	return {
		[Symbol.dispose]: () => {
			if (restored) return;
			restored = true;
			for (const [name, value] of before) {
				if (value === undefined) delete process.env[name];
				else process.env[name] = value;
			}
		},
	};
}

const ELSEWHERE = new RegExp(
	`^AWS_(?:${[
		"SESSION_TOKEN",
		"CREDENTIAL_EXPIRATION",
		"CREDENTIAL_SCOPE",
		"ACCOUNT_ID",
		"PROFILE",
		"DEFAULT_PROFILE",
		"ROLE_ARN",
		"ROLE_SESSION_NAME",
		"WEB_IDENTITY_TOKEN_FILE",
		"CONTAINER_\\w+",
		"BEARER_TOKEN_\\w+",
		"ENDPOINT_URL_\\w+",
		"IGNORE_CONFIGURED_ENDPOINT_URLS",
		"USE_FIPS_ENDPOINT",
		"USE_DUALSTACK_ENDPOINT",
		"SDK_LOAD_CONFIG",
	].join("|")})$`,
);
