/** `@middy/secrets-manager` for docs/libraries.md. */

import secretsManager from "@middy/secrets-manager";
import { clients, followingClient } from "aws-scope";

/** Middy calls it with `new`, once. */
function FollowingSecretsManager() {
	return followingClient(clients.secretsManager);
}

export const passwords = () =>
	//#region secrets
	secretsManager({
		AwsClient: FollowingSecretsManager as never,
		fetchData: { password: "password" },
		setToContext: true,
		cacheExpiry: 0, // its cache is one for all tenants
		disablePrefetch: true, // there is no tenant yet
	});
//#endregion
