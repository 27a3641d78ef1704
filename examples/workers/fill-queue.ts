/** Puts every account and region of the organization into the queue. Run it as the management account or a delegated administrator. */

import { accountsInRegions, enabledRegions, organizationAccounts } from "aws-scope/fan-out";
import { sendTargets } from "aws-scope/worker";

//#region fill
export async function fillQueue(queueUrl: string): Promise<void> {
	const targets = accountsInRegions(organizationAccounts(), enabledRegions());
	const { sent, unsent } = await sendTargets(queueUrl, targets);
	console.log(`${sent} targets sent`);
	for (const { target, error } of unsent) console.error(`${target.account} ${target.region}: ${error.message}`);
}
//#endregion

if (process.env["QUEUE_URL"] !== undefined) await fillQueue(process.env["QUEUE_URL"]);
