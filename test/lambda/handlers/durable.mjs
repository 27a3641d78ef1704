/** Durable executions that do everything their SDK offers, in every way to open a scope around them. */

import { withDurableExecution } from "@aws/durable-execution-sdk-js";
import { bindAwsScope, clients, defaultSession, runInAwsScope, tryCurrentAwsScope, withAwsScope } from "aws-scope";
import { awsScope, awsScopeExecution, openAwsScope } from "aws-scope/middy";
import middy from "middy7";
import { executionModeDurableContext } from "middy7/DurableContext";
import { chanceOf } from "./chance.mjs";
import { memory } from "./memory.mjs";
import { accounts, ask } from "./tenants.mjs";

const inScopeOf = (tenant) => {
	const account = tryCurrentAwsScope()?.account;
	if (account !== tenant) throw new Error(`In the scope of ${account} instead of ${tenant}.`);
};

/** Every step asks once; the answers outlive the invocation, so each is the account that acted when the step really ran. */
async function work({ index, seed, tenant, other }, context) {
	const { pause } = chanceOf(seed + index);
	const acting = async (meant) => {
		inScopeOf(meant);
		await pause();
		const answered = await ask(meant);
		inScopeOf(meant);
		return answered;
	};
	const step = (name, within = context) => within.step(name, () => acting(tenant));
	const here = () => inScopeOf(tenant);

	here();
	const first = await step("first");
	const approved = await context.waitForCallback("approval", () => acting(tenant));
	here();
	const { results } = await context
		.parallel("branches", [
			(branch) => step("left", branch),
			async (branch) => {
				await branch.wait("rest", { seconds: 1 });
				here();
				return step("right", branch);
			},
			// A step belongs to the scope in which it is asked for, wherever it is awaited.
			(branch) => runInAwsScope({ account: other, accounts }, () => branch.step("elsewhere", () => acting(other))),
		])
		.then((batch) => ({ results: batch.getResults() }));
	here();
	const again = await context.step(
		"again",
		async ({ attempt }) => {
			const answered = await acting(tenant);
			if (attempt === 1) throw new Error("on purpose");
			return answered;
		},
		{ retryStrategy: () => ({ shouldRetry: true, delay: { seconds: 1 } }) },
	);
	here();
	const pages = await context.map("pages", [1, 2, 3], (page) => step("page", page), { maxConcurrency: 2 });
	const child = await context.runInChildContext("child", async (inner) => {
		await inner.wait("nap", { seconds: 1 });
		return step("grandchild", inner);
	});
	here();
	return { approved, answered: [first, ...results, again, ...pages.getResults(), child] };
}

const ofEvent = ({ tenant }) => ({ account: tenant, accounts });
const ofTenantId = (_envelope, { tenantId }) => ({ account: tenantId, accounts });
const later = { bindLater: true, accounts };
const bound = async (event, context) => {
	const account = await context.step("tenant", async () => event.tenant);
	bindAwsScope({ account });
	return work(event, context);
};
const foundInStep = async (event, context) => ({
	account: await context.step("tenant", async () => event.tenant),
	accounts,
});
// A suspended invocation never answers middy, whose timer for it would stay.
const durable = { executionMode: executionModeDurableContext, timeoutEarlyInMillis: 0 };
const binding = () => awsScope(({ event }) => ofEvent(event));

const ways = {
	"withDurableExecution(withAwsScope(fn, event))": withDurableExecution(withAwsScope(work, ofEvent)),
	"withDurableExecution(withAwsScope(fn, step))": withDurableExecution(withAwsScope(work, foundInStep)),
	"withDurableExecution(withAwsScope(fn, lambdaContext))": withDurableExecution(
		withAwsScope(work, (_event, { lambdaContext }) => ofTenantId(undefined, lambdaContext)),
	),
	"withDurableExecution(withAwsScope(fn, bindLater))": withDurableExecution(withAwsScope(bound, later)),
	"withAwsScope(withDurableExecution(fn), tenantId)": withAwsScope(withDurableExecution(work), ofTenantId),
	"withAwsScope(withDurableExecution(fn), bindLater)": withAwsScope(withDurableExecution(bound), later),
	"withDurableExecution(fn, { client })": withAwsScope(
		withDurableExecution(work, { client: defaultSession().clients.lambda() }),
		ofTenantId,
	),
	"openAwsScope(middy(fn, durable)).use(event)": openAwsScope(middy(work, durable)).use(binding()),
	"openAwsScope(middy(fn, durable)).use(lambdaContext)": openAwsScope(middy(work, durable)).use(
		awsScope(({ context }) => ofTenantId(undefined, context.lambdaContext)),
	),
	"openAwsScope(middy(fn, durable)).use(step)": openAwsScope(middy(work, durable)).use(
		awsScope(({ event, context }) => foundInStep(event, context)),
	),
	"middy({ awsScopeExecution(durable) })": middy({
		...durable,
		executionMode: awsScopeExecution(executionModeDurableContext),
	})
		.use(binding())
		.handler(work),
	"withAwsScope(middy(fn, durable), tenantId)": withAwsScope(middy(work, durable), ofTenantId),
};

let leaks = 0;

/** Every way in one worker; looks, as the runtime could, whether a scope is left over after a call. */
export const each = async (event, context) => {
	if (event.report) return { leaks, ...memory(), ways: Object.keys(ways) };
	try {
		return await ways[inputOf(event).way](event, context);
	} finally {
		if (tryCurrentAwsScope() !== undefined) leaks += 1;
	}
};

/** What a spec function around the durable SDK would have to do to see the execution's own event. */
const inputOf = ({ InitialExecutionState: { Operations } }) => JSON.parse(Operations[0].ExecutionDetails.InputPayload);

/** The mistakes. */
export const eventOfEnvelope = withAwsScope(withDurableExecution(ran), ofEvent);
export const tenantIdOfMiddy = openAwsScope(middy(ran, durable)).use(
	awsScope(({ context }) => ofTenantId(undefined, context)),
);
export const unopened = middy(ran, durable).use(binding());
export const strayedClient = withAwsScope(withDurableExecution(ran, { client: clients.lambda() }), ofTenantId);

async function ran(_event, context) {
	return context.step("ran", async () => console.log("A STEP RAN"));
}

/** The tenant in a module variable, where a step finds the one of whoever came last. */
let current;
export const moduleVariable = withDurableExecution(async ({ tenant }, context) => {
	current = accounts(tenant);
	await context.step("meet", () => ask(tenant, accounts(tenant).clients.dynamodb()));
	return context.step("mixed", () => ask(tenant, current.clients.dynamodb()));
});
