/** Everything that a busy multi-tenant function does, stopping at random points; each request says whom it is meant for. */

import { threadId } from "node:worker_threads";
import { clients, defaultSession, runInAwsScope, tryCurrentAwsScope, withAwsScope } from "aws-scope";
import { chanceOf } from "./chance.mjs";
import { memory } from "./memory.mjs";
import { accounts, ask } from "./tenants.mjs";

const OWN = process.env.OWN_ACCOUNT;
const left = new Set();
const failures = [];
let leaks = 0;

function leave(work) {
	const kept = work.catch((error) => failures.push(String(error))).finally(() => left.delete(kept));
	left.add(kept);
}

const mustBe = (tenant) => {
	const account = tryCurrentAwsScope()?.account;
	if (account !== tenant) throw new Error(`In the scope of ${account} instead of ${tenant}.`);
};

async function work({ index, seed, tenant, other }) {
	const { pause, chance } = chanceOf(seed + index);
	mustBe(tenant);
	await pause();
	if (chance(0.1)) {
		await runInAwsScope({ account: other, accounts }, async () => {
			await pause();
			mustBe(other);
			await ask(other);
		});
		mustBe(tenant);
	}
	if (chance(0.05)) leave(new Promise((resolve) => setTimeout(() => resolve(ask(tenant)), 3)));
	if (chance(0.05)) await ask(OWN, defaultSession().clients.dynamodb());
	const client = clients.dynamodb();
	await pause();
	if (chance(0.03)) throw new Error("on purpose");
	const answered = await ask(tenant, chance(0.5) ? client : clients.dynamodb());
	mustBe(tenant);
	return { answered, threadId };
}

const scoped = withAwsScope(work, ({ index, seed, tenant }) => {
	const { pause, chance } = chanceOf(seed - index - 1);
	const spec = chance(0.5) ? accounts(tenant) : { account: tenant, accounts };
	if (chance(0.5)) return spec;
	return pause().then(async () => {
		if (chance(0.1)) await ask(OWN);
		return spec;
	});
});

/** Looks, as the runtime could, whether a scope is left over after a call. */
export const handler = async (event, context) => {
	if (event.report) {
		await Promise.all(left);
		return { failures, leaks, ...memory() };
	}
	try {
		return await scoped(event, context);
	} finally {
		if (tryCurrentAwsScope() !== undefined) leaks += 1;
	}
};
