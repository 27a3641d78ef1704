/** What the handlers share: shared code that knows nothing of tenants, and one line that knows their role. */

import { accountSessions, clients } from "aws-scope";

export const accounts = accountSessions({ role: "Tenant", externalId: process.env.EXTERNAL_ID });

/** Sends one request that says whom it is meant for; gives the account that answered. */
export async function ask(tenant, client = clients.dynamodb()) {
	const answer = await client.getItem({ TableName: `meant-for-${tenant}`, Key: { id: { S: "1" } } });
	return answer.Item.account.S;
}

/** A promise and what settles it. */
export function gate() {
	let open;
	const opened = new Promise((resolve) => {
		open = resolve;
	});
	return { opened, open };
}
