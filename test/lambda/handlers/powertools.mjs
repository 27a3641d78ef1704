/** Powertools' routers and resolvers, each opening its scope in one of the ways that the documentation shows. */

import { AppSyncEventsResolver } from "@aws-lambda-powertools/event-handler/appsync-events";
import { AppSyncGraphQLResolver } from "@aws-lambda-powertools/event-handler/appsync-graphql";
import { BedrockAgentFunctionResolver } from "@aws-lambda-powertools/event-handler/bedrock-agent";
import { Router } from "@aws-lambda-powertools/event-handler/http";
import { bindAwsScope, clients, runInAwsScope, tryCurrentAwsScope, withAwsScope } from "aws-scope";
import { tenantOfClaim, tenantOfValue } from "aws-scope/lambda";
import { chanceOf } from "./chance.mjs";
import { accounts, ask } from "./tenants.mjs";

const logger = { debug() {}, info() {}, warn() {}, error() {} };
const specOf = (account) => ({ account, accounts });
const claimed = (event) => tenantOfClaim(event, "custom:tenant");
const caller = ({ identity }) => tenantOfValue(identity.claims["custom:tenant"]);

class OnPurpose extends Error {}

const mustBe = (tenant) => {
	const account = tryCurrentAwsScope()?.account;
	if (account !== tenant) throw new Error(`In the scope of ${account} instead of ${tenant}.`);
};

/** Asks as whoever the scope says, of the tenant that the event says; stops at random points in between. */
async function work(tenant, { index, seed, position = 0 }) {
	const { pause, chance } = chanceOf(seed + index + 7919 * position);
	mustBe(tenant);
	await pause();
	const client = clients.dynamodb();
	await pause();
	if (chance(0.03)) throw new OnPurpose("on purpose");
	const answered = await ask(tenant, chance(0.5) ? client : clients.dynamodb());
	mustBe(tenant);
	return { answered };
}

/** The routes, behind a middleware that may open or bind the scope. */
function routes(middleware, onError) {
	const app = new Router({ logger });
	app.use(async ({ reqCtx, next }) => {
		await chanceOf(reqCtx.event.seed - reqCtx.event.index).pause();
		await next();
	});
	app.use(middleware);
	app.get("/", ({ event }) => work(claimed(event), event));
	app.errorHandler(OnPurpose, async (_error, { event }) => onError(claimed(event)));
	return (event, context) => app.resolve(event, context);
}

const pass = ({ next }) => next();
const bind = async ({ reqCtx, next }) => {
	const { pause } = chanceOf(reqCtx.event.seed - reqCtx.event.index - 1);
	await pause();
	bindAwsScope(specOf(claimed(reqCtx.event)));
	await next();
};
const open = ({ reqCtx, next }) => runInAwsScope(specOf(claimed(reqCtx.event)), next);
const askAgain = async (tenant) => ({ statusCode: 200, body: JSON.stringify({ answered: await ask(tenant) }) });

const queries = new AppSyncGraphQLResolver({ logger });
queries.resolver((_args, { event }) => work(caller(event), event), { typeName: "Query", fieldName: "one" });
queries.batchResolver((events) => Promise.all(events.map((event) => work(caller(event), event))), {
	typeName: "Query",
	fieldName: "many",
});
/** Each item is of the tenant that it names. */
queries.batchResolver(
	withAwsScope(
		(_args, { event }) => work(event.source.tenant, event),
		(_args, { event }) => specOf(tenantOfValue(event.source.tenant)),
	),
	{ typeName: "Query", fieldName: "each", aggregate: false, throwOnError: true },
);

const channels = new AppSyncEventsResolver({ logger });
channels.onPublish("/own/*", (_payload, event) => work(caller(event), event));
/** Each message is of the tenant that it names. */
channels.onPublish(
	"/all/*",
	withAwsScope(
		({ tenant }, event) => work(tenant, event),
		({ tenant }) => specOf(tenantOfValue(tenant)),
	),
);

const tools = new BedrockAgentFunctionResolver({ logger });
tools.tool((_params, { event }) => work(event.sessionAttributes.tenant, event), { name: "ask" });

const kinds = {
	router: withAwsScope(routes(pass, askAgain), (event) => specOf(claimed(event))),
	late: withAwsScope(routes(bind, askAgain), { bindLater: true }),
	middleware: routes(open, async () => ({ statusCode: 500, body: "on purpose" })),
	query: withAwsScope(
		(event, context) => queries.resolve(event, context),
		(event) => specOf(caller([event].flat()[0])),
	),
	publish: withAwsScope(
		(event, context) => channels.resolve(event, context),
		(event) => specOf(caller(event)),
	),
	messages: (event, context) => channels.resolve(event, context),
	agent: withAwsScope(
		(event, context) => tools.resolve(event, context),
		({ sessionAttributes }) => specOf(tenantOfValue(sessionAttributes.tenant)),
	),
};

let leaks = 0;

/** Looks, as the runtime could, whether a scope is left over after a call. */
export const soak = async (event, context) => {
	if (event.report) return { leaks, rss: process.memoryUsage.rss() };
	try {
		return await kinds[[event].flat()[0].kind](event, context);
	} finally {
		if (tryCurrentAwsScope() !== undefined) leaks += 1;
	}
};

/** The session in the store that a router keeps for all requests: what the comparison must find. */
const broken = new Router({ logger });
broken.use(async ({ reqCtx, next }) => {
	reqCtx.shared.set("session", accounts(claimed(reqCtx.event)));
	await next();
});
broken.get("/", async ({ event, shared }) => {
	await chanceOf(event.seed + event.index).pause();
	return { answered: await ask(claimed(event), shared.get("session").clients.dynamodb()) };
});
export const sharedStore = (event, context) => broken.resolve(event, context);
