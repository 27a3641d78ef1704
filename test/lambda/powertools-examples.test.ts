/** The recipes for Powertools' router and resolvers do what the page says. */

import type { AppSyncEventsPublishEvent } from "@aws-lambda-powertools/event-handler/types";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import * as http from "../../examples/powertools-http.js";
import * as resolvers from "../../examples/powertools-resolvers.js";
import { resetAwsScope } from "../../local-aws/index.js";
import { tryCurrentAwsScope } from "../../src/index.js";
import { OWN, startTenants, type TenantAws } from "../helpers/aws.js";
import { barrier } from "../helpers/barrier.js";
import { agentEvent, context, fieldEvent, httpEvent, publishEvent } from "./events.js";
import { deployExample } from "./examples.js";
import { deploy, start } from "./function.js";

// Powertools tells of every error that it answers, by the console that it finds when it is loaded.
const printed = vi.hoisted(() => vi.spyOn(console, "error").mockReturnValue());
afterAll(() => printed.mockRestore());

const ACCOUNTS = { acme: "111111111111", blum: "222222222222" } as const;
type Name = keyof typeof ACCOUNTS;
const NAMES: readonly Name[] = Array.from({ length: 30 }, (_, index) => (index % 3 === 0 ? "acme" : "blum"));

let all: TenantAws;
/** What the server awaits before it answers. */
let meet: () => Promise<void>;
beforeAll(async () => {
	all = await startTenants({
		tenants: 0,
		before: () => meet(),
		options: { accounts: [OWN, ...Object.values(ACCOUNTS)] },
	});
});
beforeEach(async () => {
	meet = () => Promise.resolve();
	await resetAwsScope();
	all.seen.splice(0);
	all.aws.resetCounts();
});
afterEach(() => expect(all.seen.filter(({ account }) => account === OWN)).toEqual([]));
afterAll(() => all[Symbol.asyncDispose]());

const bodyOf = async (answer: Promise<{ statusCode?: number | undefined; body?: string | undefined }>) => {
	const { statusCode, body = "" } = await answer;
	expect(tryCurrentAwsScope()).toBeUndefined();
	return { statusCode, body: JSON.parse(body) as unknown };
};
const order = (id: string, tenant: Name) => ({ id, account: ACCOUNTS[tenant] });
const publish = (path: string, payloads: object[], tenant?: string) => publishEvent(path, payloads, tenant) as never;

/** How each recipe is called for an order of a tenant, and what it then gives. */
const recipes: [string, (tenant: string | undefined, id: string) => Promise<unknown>][] = [
	[
		"the router",
		async (tenant, id) => (await bodyOf(http.handler(httpEvent(`/orders/${id}`, { tenant }), context()))).body,
	],
	[
		"the router that authenticates",
		async (tenant, id) => {
			const headers = tenant === undefined ? {} : { "x-api-key": `key-of-${tenant}` };
			const { statusCode, body } = await bodyOf(http.authenticated(httpEvent(`/orders/${id}`, { headers }), context()));
			if (statusCode === 401) throw new Error("Unknown tenant.");
			return body;
		},
	],
	[
		"a field",
		(tenant, id) =>
			resolvers.graphql(fieldEvent(["Query", "order"], { args: { id }, tenant }), context()) as Promise<unknown>,
	],
	[
		"a batch of fields",
		async (tenant = "", id) => {
			const items = [id, "other"].map((source) =>
				fieldEvent(["Item", "order"], { source: { id: source, tenant }, tenant }),
			);
			const [answer, other] = (await resolvers.graphql(items, context())) as object[];
			expect({ ...other, id }).toEqual(answer);
			return answer;
		},
	],
	[
		"an agent's tool",
		async (tenant, id) => {
			const attributes: Record<string, string> = tenant === undefined ? {} : { tenant };
			const event = agentEvent("readOrder", { id, tenant: "acme" }, attributes);
			const { response } = await resolvers.agent(event, context());
			return JSON.parse(response.functionResponse.responseBody.TEXT.body);
		},
	],
];

describe.each(recipes)("%s", (_, call) => {
	test("answers 30 calls at once, each from its tenant's account", async () => {
		const met = barrier(NAMES.length);
		meet = () => met();
		const answers = await Promise.all(NAMES.map((name, index) => call(name, `${index}`)));
		expect(answers).toEqual(NAMES.map((name, index) => order(`${index}`, name)));
		expect(all.aws.stats().assumeRole.total).toBe(2);
	});

	test("sends nothing for nobody, nor for somebody unknown", async () => {
		const attempt = async (tenant?: string) => call(tenant, "1");
		await expect(attempt()).rejects.toThrow();
		await expect(attempt("nobody")).rejects.toThrow(/Unknown tenant|no tenant "nobody"/);
		expect(all.aws.stats().requests).toBe(0);
	});
});

test("one route is answered from another region, in the same account", async () => {
	const paths = ["/archive/1", "/orders/1"];
	await Promise.all(paths.map((path) => http.handler(httpEvent(path, { tenant: "acme" }), context())));
	expect(all.seen.map(({ account, region }) => [account, region]).toSorted()).toEqual([
		[ACCOUNTS.acme, "eu-west-1"],
		[ACCOUNTS.acme, all.aws.env["AWS_REGION"]],
	]);
});

test("the body of the streaming recipe can also be sent in one piece", async () => {
	const { body = "", isBase64Encoded } = await http.handler(httpEvent("/orders", { tenant: "blum" }), context());
	const page = JSON.stringify([{ id: { S: "1" }, account: { S: ACCOUNTS.blum } }]);
	expect(Buffer.from(body, isBase64Encoded ? "base64" : "utf8").toString()).toBe(page + page);
});

test("a key that nobody has is answered with 401", async () => {
	const headers = { "x-api-key": "key-of-nobody" };
	expect(await bodyOf(http.authenticated(httpEvent("/orders/1", { headers }), context()))).toMatchObject({
		statusCode: 401,
	});
});

test("a batch of several callers is answered for none", async () => {
	const items = NAMES.map((tenant) => fieldEvent(["Item", "order"], { source: { id: "1", tenant }, tenant }));
	await expect(async () => resolvers.graphql(items, context())).rejects.toThrow("A batch of several tenants.");
	expect(all.aws.stats().requests).toBe(0);
});

test("items of several tenants are each read in their own account, and one of nobody's is null", async () => {
	const owners: string[] = ["blum", "acme", "nobody", "blum"];
	const items = owners.map((owner, index) =>
		fieldEvent(["Report", "order"], { source: { id: `${index}`, tenant: owner }, tenant: "acme" }),
	);
	expect(await resolvers.graphql(items, context())).toEqual([
		order("0", "blum"),
		order("1", "acme"),
		null,
		order("3", "blum"),
	]);
});

test("what a publisher sends is saved in the publisher's account", async () => {
	const sent = (name: Name) => publish("/orders/new", [{ id: "1" }, { id: "2" }], name);
	const answers = await Promise.all(NAMES.map((name) => resolvers.published(sent(name), context())));
	expect(answers[0]).toEqual({ events: ["1", "2"].map((id, index) => ({ id: `${index}`, payload: { id } })) });
	const saved = (name: Name) => all.seen.filter(({ account }) => account === ACCOUNTS[name]).length;
	expect([saved("acme"), saved("blum")]).toEqual([20, 40]);
	await expect(async () => resolvers.published(publish("/orders/new", [{ id: "1" }]), context())).rejects.toThrow();
	expect(all.seen).toHaveLength(60);
});

test("messages of several tenants are each saved in their own account; one of nobody's fails alone", async () => {
	const note = (tenant: Name) => `meant-for-${ACCOUNTS[tenant]}`;
	const messages = NAMES.map((tenant) => ({ id: "1", tenant, note: note(tenant) }));
	const sent = publish("/changes/all", [...messages, { id: "1", tenant: "nobody" }, { id: "1" }]);
	const answer = (await resolvers.forwarded(sent as AppSyncEventsPublishEvent, context())) as {
		readonly events: readonly { readonly payload?: object; readonly error?: string }[];
	};
	expect(answer.events.slice(0, NAMES.length)).toEqual(messages.map((payload, index) => ({ id: `${index}`, payload })));
	expect(answer.events.slice(NAMES.length).map(({ error }) => error)).toEqual([
		'Error - There is no tenant "nobody".',
		expect.stringContaining("TenantNotFoundError"),
	]);
	expect(all.seen).toHaveLength(NAMES.length);
	expect(all.wrong()).toEqual([]);
});

test("the streaming recipe sends its pages, under AWS's own runtime client", async () => {
	using deployment = deploy();
	deployExample(deployment, "powertools-http");
	await using running = await start({ deployment, aws: all.aws, handler: "powertools-http.streaming" });
	for (const [name, account] of Object.entries(ACCOUNTS)) {
		const event = httpEvent("/orders", { headers: { "x-api-key": `key-of-${name}` } });
		const { streamed, body } = await running.invoke(event);
		const page = JSON.stringify([{ id: { S: "1" }, account: { S: account } }]);
		expect([streamed, body.split("\0".repeat(8))[1]]).toEqual([true, page + page]);
	}
	const { body } = await running.invoke(httpEvent("/orders", { headers: { "x-api-key": "key-of-nobody" } }));
	expect(body).toContain('"statusCode":401');
});
