/**
 * Sends requests for 1,000 tenants through a cache of 10 clients at concurrency 100, over real sockets: `npm run
 * soak:cache`, or with `REQUESTS=10000` for fewer. Fails unless every request succeeds with its own tenant's identity, and
 * within the socket limit.
 */

import { soak } from "../test/cache/soak.js";

// Hides the SDK's notice that it will stop supporting Node 20.
process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] ??= "true";

const REQUESTS = Number(process.env["REQUESTS"] ?? 100_000);
const SOCKETS = 40;

const { failures, ...seen } = await soak({
	tenants: 1_000,
	requests: REQUESTS,
	concurrency: 100,
	maxClients: 10,
	maxSockets: SOCKETS,
	seed: 1,
});
console.log({ ...seen, failed: failures.length, perSecond: Math.round(seen.requests / seen.seconds) });
const right =
	failures.length === 0 &&
	seen.requests === REQUESTS &&
	seen.wrong === 0 &&
	seen.mostClients <= 10 &&
	seen.dataSockets <= SOCKETS &&
	seen.assumeRoleCalls <= 1_000;
if (!right) throw new Error(`The soak failed; the first failure: ${String(failures[0])}`);
