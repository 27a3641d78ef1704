/** Leads this process to the moto server that `npm run test:moto` has started, empty again. */

import { environment, setEnvironment } from "../../local-aws/environment.js";
import { resetAwsScope } from "../../local-aws/index.js";

/** The account that moto gives every key that it has not issued itself. */
export const OWN = "123456789012";

/** The role of every account; moto lets anybody assume any role, also one that nobody has made. */
export const ROLE = "Tenant";

/** An emptied moto. */
export interface Moto extends AsyncDisposable {
	readonly endpoint: string;
}

/** Empties moto and applies its environment until disposed; then the home is empty, too. */
export async function emptyMoto({ endpointInEnv = true } = {}): Promise<Moto> {
	const endpoint = process.env["AWS_SCOPE_MOTO"] as string;
	const reset = await fetch(`${endpoint}/moto-api/reset`, { method: "POST" });
	if (!reset.ok) throw new Error(`moto answered its reset with ${reset.status}.`);
	const key = { accessKeyId: "testing", secretAccessKey: "testing", accountId: OWN, arn: `arn:aws:iam::${OWN}:root` };
	const { AWS_ENDPOINT_URL, ...others } = environment(endpoint, "us-east-1", key);
	const restore = setEnvironment(endpointInEnv ? { ...others, AWS_ENDPOINT_URL: endpoint } : others);
	return {
		endpoint,
		async [Symbol.asyncDispose]() {
			await resetAwsScope();
			restore();
		},
	};
}
