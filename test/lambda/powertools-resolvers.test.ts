/** Powertools' resolvers for AppSync and Bedrock agents: what of them runs in a scope, by where the scope is opened. */

import { AppSyncEventsResolver } from "@aws-lambda-powertools/event-handler/appsync-events";
import { AppSyncGraphQLResolver } from "@aws-lambda-powertools/event-handler/appsync-graphql";
import { BedrockAgentFunctionResolver } from "@aws-lambda-powertools/event-handler/bedrock-agent";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { resetAwsScope } from "../../local-aws/index.js";
import { type AwsScopeSpec, runInAwsScope, tryCurrentAwsScope, withAwsScope } from "../../src/index.js";
import { startTenants, type TenantAws, tenant } from "../helpers/aws.js";
import { agentEvent, context, fieldEvent, publishEvent } from "./events.js";
import { quiet, seen } from "./seen.js";

const A = tenant(0);
const B = tenant(1);

let all: TenantAws;
beforeAll(async () => {
	all = await startTenants({ tenants: 2 });
});
beforeEach(async () => {
	await resetAwsScope();
	// Somebody was here before: from then on nothing outside a scope is taken for the process itself.
	await runInAwsScope({ account: B, accounts: all.accounts }, async () => undefined);
});
afterAll(() => all[Symbol.asyncDispose]());

const ofA = (): AwsScopeSpec => ({ account: A, accounts: all.accounts });

/** Says what it sees, at once and later; fails if it is told to. */
async function look({ fail }: { readonly fail?: boolean } = {}): Promise<string> {
	const before = seen();
	await new Promise(setImmediate);
	if (fail) throw new TypeError(before);
	return before === seen() ? before : `${before}, then ${seen()}`;
}

const field = (name: string, args: object = {}) => fieldEvent(["Query", name], { args, tenant: A });

type Opened = "around" | "inside";
/** Runs a call in the scope, or lets what is called open it. */
const opened =
	(where: Opened, here: Opened) =>
	<Fn extends (...args: never[]) => unknown>(fn: Fn): Fn =>
		where === here ? withAwsScope(fn, ofA()) : fn;

test.each([
	["around", A],
	["inside", "LOST_SCOPE"],
] as const)(
	"GraphQL, with the scope opened %s: resolvers are in it, and exception handlers see %s",
	async (where, handled) => {
		const inside = opened(where, "inside");
		const app = new AppSyncGraphQLResolver({ logger: quiet });
		const here = { typeName: "Query" };
		app.resolver(inside(look), { ...here, fieldName: "one" });
		app.resolver(
			inside(() => seen()),
			{ ...here, fieldName: "atOnce" },
		);
		app.batchResolver(
			inside((events: unknown[]) => Promise.all(events.map(() => look()))),
			{ ...here, fieldName: "many" },
		);
		app.batchResolver(inside(look), { ...here, fieldName: "each", aggregate: false });
		app.exceptionHandler(TypeError, async ({ message }) => ({ thrown: message, handled: await look() }));
		const resolve = opened(where, "around")((event: unknown) => app.resolve(event, context()));

		expect(await resolve(field("one"))).toBe(A);
		expect(await resolve(field("atOnce"))).toBe(A);
		expect(await resolve([field("many"), field("many")])).toEqual([A, A]);
		expect(await resolve([field("each"), field("each", { fail: true })])).toEqual([A, null]);
		expect(await resolve(field("one", { fail: true }))).toEqual({ thrown: A, handled });
		await expect(async () => resolve(field("nowhere"))).rejects.toThrow("No resolver found");
		expect(tryCurrentAwsScope()).toBeUndefined();
	},
);

test("GraphQL: a wrapped method keeps the object that it is bound to", async () => {
	class Orders {
		readonly name = "orders";
		readonly read = withAwsScope(async function (this: Orders) {
			return `${this.name} of ${await look()}`;
		}, ofA());
	}
	const orders = new Orders();
	const app = new AppSyncGraphQLResolver({ logger: quiet });
	app.resolver(orders.read as () => Promise<string>, { typeName: "Query", fieldName: "read" });
	expect(await app.resolve(field("read"), context(), { scope: orders })).toBe(`orders of ${A}`);
});

test.each(["around", "inside"] as const)(
	"AppSync Events, with the scope opened %s: handlers are in it",
	async (where) => {
		const inside = opened(where, "inside");
		const app = new AppSyncEventsResolver({ logger: quiet });
		app.onPublish("/each/*", inside(look));
		app.onPublish(
			"/all/*",
			inside((events: { id: string }[]) => Promise.all(events.map(async ({ id }) => ({ id, payload: await look() })))),
			{ aggregate: true },
		);
		const subscribers: string[] = [];
		app.onSubscribe(
			"/each/*",
			inside(async () => {
				subscribers.push(await look());
			}),
		);
		const resolve = opened(where, "around")((event: unknown) => app.resolve(event, context()));

		expect(await resolve(publishEvent("/each/one", [{}, { fail: true }], A))).toEqual({
			events: [
				{ id: "0", payload: A },
				{ id: "1", error: `TypeError - ${A}` },
			],
		});
		expect(await resolve(publishEvent("/all/one", [{}, {}], A))).toEqual({
			events: ["0", "1"].map((id) => ({ id, payload: A })),
		});
		const { info, ...rest } = publishEvent("/each/one", [], A);
		await resolve({ ...rest, events: null, info: { ...info, operation: "SUBSCRIBE" } });
		expect(subscribers).toEqual([A]);
	},
);

test.each(["around", "inside"] as const)(
	"a Bedrock agent, with the scope opened %s: tools are in it",
	async (where) => {
		const app = new BedrockAgentFunctionResolver({ logger: quiet });
		app.tool(opened(where, "inside")(look), { name: "look" });
		app.tool(
			opened(where, "inside")(() => look({ fail: true })),
			{ name: "fail" },
		);
		const resolve = opened(where, "around")((event: unknown) => app.resolve(event, context()));
		const said = async (name: string) =>
			(await resolve(agentEvent(name, {}, { tenant: A }))).response.functionResponse.responseBody.TEXT.body;
		expect(await said("look")).toBe(JSON.stringify(A));
		expect(await said("fail")).toContain(`TypeError - ${A}`);
	},
);
