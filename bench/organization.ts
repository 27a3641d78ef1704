/**
 * How an organization is listed whose Organizations throttles as AWS's does, by a token bucket:
 * `npm run -s ts -- bench/organization.ts`.
 */

import Table from "cli-table3";
import { organizationAccounts } from "../fan-out/index.js";
import { startLocalAws } from "../local-aws/index.js";

/** Requests per second, and how many at once. AWS does not promise these numbers. */
const RATE = 8;
const BURST = 15;
const LATENCY_MS = 30;

async function list(accounts: number, tags: boolean): Promise<(string | number)[]> {
	const aws = await startLocalAws({
		accounts: Array.from({ length: accounts }, (_, index) => ({
			id: String(index + 1).padStart(12, "0"),
			tags: { env: "prod" },
		})),
	});
	aws.useEnv();
	let tokens = BURST;
	let last = performance.now();
	let requests = 0;
	let throttled = 0;
	const isThrottled = (): boolean => {
		const now = performance.now();
		tokens = Math.min(BURST, tokens + ((now - last) / 1_000) * RATE);
		last = now;
		requests += 1;
		const refused = tokens < 1;
		if (refused) throttled += 1;
		else tokens -= 1;
		return refused;
	};
	aws.fail({ kind: "error", status: 400, code: "TooManyRequestsException", match: isThrottled });
	aws.fail({ kind: "delay", delayMs: LATENCY_MS });
	const start = performance.now();
	let first = 0;
	let found = 0;
	for await (const _ of organizationAccounts(tags ? { tags: { env: "prod" } } : {})) {
		found += 1;
		if (found === 1) first = performance.now() - start;
	}
	const seconds = (performance.now() - start) / 1_000;
	const ideal = Math.max(0, requests - throttled - BURST) / RATE;
	await aws.close();
	const what = tags ? "with their tags" : "";
	return [found, what, requests, throttled, first.toFixed(0), seconds.toFixed(1), ideal.toFixed(1)];
}

const head = ["accounts", "", "requests", "throttled", "first in ms", "seconds", "at best"];
const table = new Table({ head, style: { head: [] } });
table.push(await list(3_000, false), await list(200, true));
console.log(`Organizations with ${RATE} requests per second, a burst of ${BURST}, and ${LATENCY_MS} ms each`);
console.log(table.toString());
