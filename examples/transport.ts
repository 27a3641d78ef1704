/** What the page about transports shows. */

import { Agent } from "node:https";
import { clients, configure, runInAwsScope } from "aws-scope";

export function options(): readonly object[] {
	//#region options
	const quick = { connectionTimeout: 500, requestTimeout: 2_000, throwOnRequestTimeout: true };
	const tables = clients.dynamodb({ requestHandler: quick });
	const files = clients.s3({ requestHandler: { ...quick } }); // the same sockets as tables
	//#endregion
	return [tables, files];
}

export function proxy(agent: Agent): void {
	//#region proxy
	configure({
		clientDefaults: { requestHandler: { httpsAgent: agent } }, // data, STS and the SDK's credential providers
		sts: { requestHandler: { requestTimeout: 10_000 } }, // on top of it, for STS and the providers alone
	});
	//#endregion
}

export function everywhere(): void {
	//#region everywhere
	configure({ clientDefaults: { maxAttempts: 5, requestHandler: { requestTimeout: 10_000 } } });
	//#endregion
}

export function ownPool(): object {
	//#region own-pool
	const exports = clients.s3({ requestHandler: { httpsAgent: { maxSockets: 32 } } });
	//#endregion
	return exports;
}

const agents = new Map<string, Agent>();

export function perTenant(account: string, work: () => Promise<void>): Promise<void> {
	//#region per-tenant
	const httpsAgent = agents.get(account) ?? new Agent({ keepAlive: true, maxSockets: 16, timeout: 20_000 });
	agents.set(account, httpsAgent);
	return runInAwsScope({ account, clientDefaults: { requestHandler: { httpsAgent } } }, work);
	//#endregion
}
