/** Many tenants through few clients: the workload of a test and of a bench. */

import { clients, configure, runInAwsScope, stats } from "../../src/index.js";
import { meantFor, startTenants, type TenantAws } from "../helpers/aws.js";
import { pool } from "../helpers/pool.js";
import { prng } from "../helpers/prng.js";

/** How much of it. */
export interface SoakOptions {
	readonly tenants: number;
	readonly requests: number;
	readonly concurrency: number;
	readonly maxClients: number;
	/** Sockets that the data plane may open. */
	readonly maxSockets: number;
	readonly policy?: "sieve" | "lru" | "lfu";
	readonly seed: number;
}

/** Sends the requests over real sockets, each for the tenant of its scope; gives what was seen on both sides. */
export async function soak(options: SoakOptions) {
	const all = await startTenants({ tenants: options.tenants });
	try {
		return await run(all, options);
	} finally {
		await all[Symbol.asyncDispose]();
	}
}

async function run(all: TenantAws, options: SoakOptions) {
	const { tenants, requests, concurrency, maxClients, maxSockets, policy = "sieve", seed } = options;
	const sockets = { maxSockets, maxTotalSockets: maxSockets };
	configure({ policy, maxClients, clientDefaults: { requestHandler: { httpAgent: sockets, httpsAgent: sockets } } });
	const random = prng(seed);
	const failures: unknown[] = [];
	let mostClients = 0;
	let mostBusy = 0;
	const began = performance.now();
	await pool(requests, concurrency, async () => {
		const account = all.tenants[Math.floor(random() * tenants)] as string;
		try {
			await runInAwsScope({ account, accounts: all.accounts }, async () => {
				const { TableNames } = await clients.dynamodb().listTables({ ExclusiveStartTableName: meantFor(account) });
				if (TableNames?.[0] !== account) throw new Error(`The answer for ${account} is ${TableNames?.[0]}'s.`);
			});
		} catch (error) {
			failures.push(error);
		}
		const { clients: kept, busySockets } = stats();
		mostClients = Math.max(mostClients, kept);
		mostBusy = Math.max(mostBusy, busySockets);
	});
	const { connections, assumeRole } = all.aws.stats();
	return {
		requests: all.seen.length,
		failures,
		wrong: all.wrong().length,
		accounts: new Set(all.seen.map(({ account }) => account)).size,
		unmarked: all.seen.filter(({ meant }) => meant === undefined).length,
		clientsBuilt: stats().clientsBuilt,
		mostClients,
		mostBusy,
		dataSockets: connections.total - (connections.byService["sts"] ?? 0),
		stsSockets: connections.byService["sts"] ?? 0,
		assumeRoleCalls: assumeRole.total,
		seconds: (performance.now() - began) / 1_000,
	};
}
