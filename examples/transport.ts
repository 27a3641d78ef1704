/** Code for docs/transport.md. */

import { Agent } from "node:https";
import { clients, configure, runInAwsScope } from "aws-scope";
import { LRUCache } from "lru-cache";

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
		sts: { requestHandler: { requestTimeout: 10_000 } }, // merged over it, for STS and the providers only
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

//#region per-tenant
const agents = new LRUCache<string, Agent>({
	max: 100,
	memoMethod: () => new Agent({ keepAlive: true, maxSockets: 16, timeout: 20_000 }),
});

export function perTenant(account: string, work: () => Promise<void>): Promise<void> {
	const httpsAgent = agents.memo(account);
	return runInAwsScope({ account, clientDefaults: { requestHandler: { httpsAgent } } }, work);
}
//#endregion
