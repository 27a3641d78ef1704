/** Joins the layers: what a session offers but cannot know is handed to it here. */

import { clientsOf } from "./accessors/clients.js";
import { sessionAccessor } from "./accessors/resolve.js";
import { settings } from "./home/settings.js";
import { runInAwsScope } from "./scope/scope.js";
import { defaultStsRegion } from "./session/names.js";
import type { AwsSession, CallerIdentity } from "./session/session.js";
import { atEndpoint, stsHandler, stsRegion } from "./session/sts-place.js";
import { setUpward } from "./session/upward.js";

setUpward({ run: runInAwsScope, clients: clientsOf, whoami });

async function whoami(session: AwsSession): Promise<CallerIdentity> {
	const { GetCallerIdentityCommand, STSClient } = await import("@aws-sdk/client-sts");
	const { place } = session;
	const sts = sessionAccessor(
		{ call: "whoami()", load: () => STSClient, document: false },
		session,
	)({
		region: (await stsRegion(place, undefined)) ?? defaultStsRegion("aws"),
		...atEndpoint(place.endpoint),
		...(settings().sts && { requestHandler: stsHandler() }),
	});
	const {
		Account = "",
		Arn = "",
		UserId = "",
	} = await (sts as InstanceType<typeof STSClient>).send(new GetCallerIdentityCommand({}));
	return Object.freeze({ account: Account, arn: Arn, userId: UserId });
}
