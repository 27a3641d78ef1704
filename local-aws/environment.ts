/** The environment variables that direct every AWS SDK to the local AWS. */

import { devNull } from "node:os";
import type { LocalUser } from "./types.js";

/** The variables that are to be set. */
export function environment(endpoint: string, region: string, user: LocalUser): Readonly<Record<string, string>> {
	return Object.freeze({
		AWS_ENDPOINT_URL: endpoint,
		AWS_ACCESS_KEY_ID: user.accessKeyId,
		AWS_SECRET_ACCESS_KEY: user.secretAccessKey,
		AWS_REGION: region,
		AWS_DEFAULT_REGION: region,
		// Neither the developer's own profiles nor an instance role may be used by mistake.
		AWS_CONFIG_FILE: devNull,
		AWS_SHARED_CREDENTIALS_FILE: devNull,
		AWS_EC2_METADATA_DISABLED: "true",
	});
}

/** Sets the variables in `process.env` and removes those that would override them. Returns what restores them. */
export function setEnvironment(variables: Readonly<Record<string, string>>): () => void {
	const overriding = Object.keys(process.env).filter((name) => OVERRIDES.test(name));
	const names = new Set([...overriding, ...Object.keys(variables)]);
	const former = [...names].map((name) => [name, process.env[name]] as const);
	for (const name of overriding) delete process.env[name];
	Object.assign(process.env, variables);
	return () => {
		for (const [name, value] of former.splice(0)) {
			if (value === undefined) delete process.env[name];
			else process.env[name] = value;
		}
	};
}

const OVERRIDES = new RegExp(
	`^AWS_(?:${[
		"SESSION_TOKEN|CREDENTIAL_EXPIRATION|CREDENTIAL_SCOPE|ACCOUNT_ID|BEARER_TOKEN_\\w+|CONTAINER_\\w+",
		"PROFILE|DEFAULT_PROFILE|ROLE_ARN|ROLE_SESSION_NAME|WEB_IDENTITY_TOKEN_FILE|SDK_LOAD_CONFIG",
		"ENDPOINT_URL_\\w+|IGNORE_CONFIGURED_ENDPOINT_URLS|USE_FIPS_ENDPOINT|USE_DUALSTACK_ENDPOINT",
	].join("|")})$`,
);
