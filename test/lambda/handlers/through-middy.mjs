/** middy 6 and 7 around handlers that return and handlers that stream; the tenant is bound in the chain. */

import { Readable } from "node:stream";
import middy6 from "@middy/core";
import { tryCurrentAwsScope } from "aws-scope";
import { awsScope, awsScopeExecution, openAwsScope } from "aws-scope/middy";
import middy7 from "middy7";
import { executionModeStreamifyResponse } from "middy7/StreamifyResponse";
import { chanceOf } from "./chance.mjs";
import { memory } from "./memory.mjs";
import { accounts, ask } from "./tenants.mjs";

const binding = () => awsScope(({ event }) => ({ account: event.tenant, accounts }));

const pauses = {
	before: ({ event }) => chanceOf(event.seed + event.index).pause(),
	after: ({ event }) => chanceOf(event.seed - event.index).pause(),
};

async function work({ index, seed, tenant }) {
	const { pause, chance } = chanceOf(seed + index);
	await pause();
	if (chance(0.03)) throw new Error("on purpose");
	const answered = await ask(tenant);
	await pause();
	return { answered, scope: tryCurrentAwsScope()?.account };
}

const chains = [middy6, middy7].map((middy) => openAwsScope(middy(work)).use(pauses).use(binding()).use(pauses));

let leaks = 0;

/** Both versions in one worker; looks, as the runtime could, whether a scope is left over after a call. */
export const soak = async (event, context) => {
	if (event.report) return { failures: [], leaks, ...memory() };
	try {
		return await chains[event.index % 2](event, context);
	} finally {
		if (tryCurrentAwsScope() !== undefined) leaks += 1;
	}
};

async function* lines(event) {
	for (let count = 0; count < 3; count += 1) yield `${await ask(event.tenant)} ${tryCurrentAwsScope()?.account}\n`;
}

const page = async (event) => ({ statusCode: 200, headers: {}, body: Readable.from(lines(event)) });

export const streaming6 = openAwsScope(middy6({ streamifyResponse: true }))
	.use(binding())
	.handler(page);

export const streaming7 = middy7({ executionMode: awsScopeExecution(executionModeStreamifyResponse) })
	.use(binding())
	.handler(page);
