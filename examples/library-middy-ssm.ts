/** `@middy/ssm` for docs/libraries.md. */

import ssm from "@middy/ssm";
import { clients, followingClient } from "aws-scope";

/** Middy calls it with `new`, once. */
function FollowingSsm() {
	return followingClient(clients.ssm);
}

export const limits = () =>
	//#region ssm
	ssm({
		AwsClient: FollowingSsm as never,
		fetchData: { limit: "/limit" },
		setToContext: true,
		cacheExpiry: 0, // its cache is one for all tenants
		disablePrefetch: true, // there is no tenant yet
	});
//#endregion
