/** Invocations of many tenants by `withAwsScope` and `runInAwsScope`: nested scopes, timers, work left behind. */

import {
	type AccountSessions,
	clients,
	currentAwsScope,
	runInAwsScope,
	tryCurrentAwsScope,
	withAwsScope,
} from "../../src/index.js";
import { meantFor, type TenantAws } from "../helpers/aws.js";
import type { Invocation } from "../helpers/interleave.js";

const REGIONS = ["us-east-1", "eu-central-1", undefined] as const;

async function ask(meant: string, { chance, pause }: Invocation): Promise<void> {
	const db = clients.dynamodb(REGIONS[chance(0.5) ? 0 : chance(0.5) ? 1 : 2]);
	if (chance(0.3)) await pause();
	await db.listTables({ ExclusiveStartTableName: meantFor(meant) });
}

/** A tenant's work, and the work of others that it runs in between; `own` is whose scope it must find itself in. */
async function work(accounts: AccountSessions, own: string, invocation: Invocation, depth = 0): Promise<void> {
	const { pause, chance, other, leave } = invocation;
	await pause();
	if (depth < 2 && chance(0.15)) {
		const tenant = other();
		await runInAwsScope(chance(0.3) ? accounts(tenant) : { account: tenant }, () =>
			work(accounts, tenant, invocation, depth + 1),
		);
	}
	if (depth < 2 && chance(0.05)) {
		await runInAwsScope({ region: "eu-west-1" }, () => work(accounts, own, invocation, depth + 1));
	}
	// Not awaited by the invocation: it goes on after the handler has returned.
	if (chance(0.05)) leave(new Promise((resolve) => void setTimeout(() => resolve(ask(own, invocation)), 2)));
	if (chance(0.03)) await Promise.all([ask(own, invocation), ask(own, invocation)]);
	await pause();
	if (currentAwsScope().account !== own) throw new Error(`The scope of ${own} is lost.`);
	await ask(own, invocation);
}

/** Every second invocation through a wrapped handler that finds its tenant after a while, the others directly. */
export function handlerLoad({ accounts }: TenantAws): (invocation: Invocation) => Promise<void> {
	const handler = withAwsScope(
		(invocation: Invocation) => work(accounts, invocation.tenant, invocation),
		async ({ tenant, pause }) => {
			await pause();
			return { account: tenant, accounts };
		},
	);
	return async (invocation) => {
		const { index, tenant } = invocation;
		await (index % 2 === 0
			? handler(invocation)
			: runInAwsScope({ account: tenant, accounts }, () => work(accounts, tenant, invocation)));
		if (tryCurrentAwsScope() !== undefined) throw new Error("A scope leaked to the caller.");
	};
}
