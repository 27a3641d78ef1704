/** Where no scope is: the default session serves until this process acts for tenants, and never after. */

import { AsyncLocalStorage } from "node:async_hooks";
import { DynamoDB } from "@aws-sdk/client-dynamodb";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { resetAwsScope } from "../../local-aws/index.js";
import {
	accountSessions,
	bindAwsScope,
	client,
	clients,
	close,
	configure,
	currentAwsScope,
	defaultSession,
	defineClients,
	errors,
	runInAwsScope,
	session,
	stats,
	tryCurrentAwsScope,
	withAwsScope,
} from "../../src/index.js";
import { EXTERNAL_ID, OWN, ROLE, startTenants, type TenantAws, tenant } from "../helpers/aws.js";
import { gate } from "../helpers/barrier.js";
import { failure } from "../helpers/pool.js";
import { any, nothing } from "../helpers/refusals.js";

const A = tenant(0);

let all: TenantAws;
beforeEach(async () => {
	all = await startTenants({ tenants: 1 });
});
afterEach(() => all[Symbol.asyncDispose]());

/** Runs it in the context of this file, which is outside every scope. */
const outside = AsyncLocalStorage.snapshot();
const whoAnswers = async (): Promise<string | undefined> => (await clients.dynamodb().listTables({})).TableNames?.[0];
const tenants = (): ReturnType<typeof accountSessions> => accountSessions({ role: ROLE, externalId: EXTERNAL_ID });

describe("a process that has entered no tenant's scope", () => {
	test("needs no scope at all", async () => {
		expect(await whoAnswers()).toBe(OWN);
		expect(tryCurrentAwsScope()).toBeUndefined();
	});

	test.each<[string, () => unknown]>([
		["opened scopes of the default session", () => runInAwsScope(defaultSession(), nothing)],
		["opened a scope that names no session", () => runInAwsScope({ region: "eu-west-1" }, nothing)],
		["made sessions", () => tenants()(A)],
		["obtained a tenant's client by naming it", () => clients.dynamodb({ session: tenants()(A) })],
		["wrapped a tenant's handler that was never called", () => withAwsScope(nothing, tenants()(A))],
		["wrapped a handler whose spec function was never called", () => withAwsScope(nothing, () => tenants()(A))],
		["wrapped a handler that binds later and was never called", () => withAwsScope(nothing, { bindLater: true })],
		["wrapped a handler with accounts that was never called", () => withAwsScope(nothing, { accounts: tenants() })],
	])("and still needs none after it %s", async (_what, act) => {
		act();
		expect(await whoAnswers()).toBe(OWN);
	});
});

const entrances: readonly (readonly [string, () => unknown])[] = [
	["runInAwsScope(session)", () => runInAwsScope(tenants()(A), nothing)],
	["runInAwsScope({ session })", () => runInAwsScope({ session: tenants()(A) }, nothing)],
	["runInAwsScope({ account })", () => runInAwsScope({ account: A, accounts: tenants() }, nothing)],
	["session.run()", () => tenants()(A).run(nothing)],
	["withAwsScope(fn, session)", () => withAwsScope(nothing, tenants()(A))()],
	["withAwsScope(fn, function)", () => withAwsScope(nothing, () => tenants()(A))()],
	["bindAwsScope()", () => runInAwsScope({ bindLater: true }, () => bindAwsScope(tenants()(A)))],
	["a scope of given credentials", () => runInAwsScope(session({ credentials: all.aws.user(A) }), nothing)],
];

/** The first sign that a process acts for tenants, before any of them is known. Each gives a promise of its end. */
const signs: readonly (readonly [string, (until: Promise<void>) => unknown])[] = [
	["a scope that waits for its identity", (until) => runInAwsScope({ bindLater: true }, () => until)],
	["a handler that waits for its identity", (until) => withAwsScope(() => until, { bindLater: true })()],
	[
		"a spec function that still looks for the tenant",
		(until) => withAwsScope(nothing, () => until.then(() => tenants()(A)))(),
	],
	[
		"a spec function that looked and found the process",
		(until) =>
			withAwsScope(
				() => until,
				() => defaultSession(),
			)(),
	],
	[
		"a scope that says how accounts are entered",
		(until) => runInAwsScope({ session: defaultSession(), accounts: tenants() }, () => until),
	],
	["a scope that could not be opened", () => failure(() => runInAwsScope(any({ account: undefined }), nothing))],
	["an identity that came where no scope was open", () => failure(() => bindAwsScope(tenants()(A)))],
	["configure({ accounts })", () => configure({ accounts: tenants() })],
];

describe("work that is lost while the process's first scope has no tenant yet", () => {
	test.each(signs)("is not the process's own: %s", async (_what, begin) => {
		const tick = gate();
		const lost = tick.opened.then(whoAnswers);
		const end = gate();
		const begun = begin(end.opened);
		tick.open();
		expect(await failure(lost)).toBeInstanceOf(errors.LostScopeError);
		end.open();
		await begun;
		expect(await failure(whoAnswers)).toBeInstanceOf(errors.LostScopeError);
		expect(all.aws.stats().services["dynamodb"]).toBeUndefined();
	});

	test("a spec function that looks the tenant up does so as the process, the first time and the next", async () => {
		const looked: unknown[] = [];
		const handler = withAwsScope(whoAnswers, async () => {
			looked.push(await whoAnswers());
			return tenants()(A);
		});
		expect([await handler(), await handler()]).toEqual([A, A]);
		expect(looked).toEqual([OWN, OWN]);
	});

	test("configure({ requireScope: false }) still serves the process", async () => {
		configure({ requireScope: false });
		expect(await runInAwsScope({ bindLater: true }, () => outside(whoAnswers))).toBe(OWN);
	});
});

describe("a process that has entered a tenant's scope", () => {
	test.each(entrances)("by %s is refused the process's own identity outside every scope", (_how, enter) => {
		enter();
		for (const call of [
			() => clients.dynamodb(),
			() => clients.dynamodb("eu-west-1"),
			() => clients.dynamodb({ maxAttempts: 1 }),
			() => clients.dynamodbDocument(),
			() => client(DynamoDB),
		]) {
			expect(call).toThrow(errors.LostScopeError);
		}
		expect(() => currentAwsScope()).toThrow(errors.NoAwsScopeError);
		expect(all.aws.stats().requests).toBe(0);
		expect(stats().refusals).toBe(5);
	});

	test("is told how to name a session, in the words of the call that it made", () => {
		runInAwsScope(tenants()(A), nothing);
		expect(() => clients.dynamodb()).toThrow("or name a session: clients.dynamodb({ session }).");
		expect(() => client(DynamoDB)).toThrow("or name a session: client(DynamoDB, { session }).");
		expect(() => defineClients({ orders: DynamoDB }).orders()).toThrow("or name a session: orders({ session }).");
	});

	test("is refused too for a client that was warm before", () => {
		clients.dynamodb();
		runInAwsScope(tenants()(A), nothing);
		expect(() => clients.dynamodb()).toThrow(errors.LostScopeError);
	});

	test("may name a session outside every scope, the process's own too", async () => {
		runInAwsScope(tenants()(A), nothing);
		const named = [clients.dynamodb({ session: defaultSession() }), clients.dynamodb({ session: tenants()(A) })];
		const answers = await Promise.all(named.map((db) => db.listTables({})));
		expect(answers.map(({ TableNames }) => TableNames)).toEqual([[OWN], [A]]);
	});

	test("may use the process's own identity inside a scope of it", async () => {
		runInAwsScope(tenants()(A), nothing);
		expect(await runInAwsScope(defaultSession(), whoAnswers)).toBe(OWN);
	});

	test("is not forgotten by close(): a call that is lost then is no call of the process's own", async () => {
		runInAwsScope(tenants()(A), nothing);
		await close();
		expect(() => clients.dynamodb()).toThrow(errors.LostScopeError);
		await resetAwsScope();
		expect(await whoAnswers()).toBe(OWN);
	});
});

describe("configure({ requireScope })", () => {
	test("true refuses from the start", () => {
		configure({ requireScope: true });
		expect(() => clients.dynamodb()).toThrow(errors.LostScopeError);
	});

	test("true refuses what was served before, also a warm client", () => {
		clients.dynamodb();
		configure({ requireScope: true });
		expect(() => clients.dynamodb()).toThrow(errors.LostScopeError);
	});

	test("false serves the process's own identity whatever was entered", async () => {
		configure({ requireScope: false });
		runInAwsScope(tenants()(A), nothing);
		expect(await whoAnswers()).toBe(OWN);
	});

	test("true is not forgotten by close(), which forgets false", async () => {
		configure({ requireScope: true });
		await close();
		expect(() => clients.dynamodb()).toThrow(errors.LostScopeError);
		expect(() => runInAwsScope({ region: "eu-west-1" }, nothing)).toThrow(errors.LostScopeError);
		configure({ requireScope: false });
		runInAwsScope(tenants()(A), nothing);
		await close();
		expect(() => clients.dynamodb()).toThrow(errors.LostScopeError);
	});

	test("true is not forgotten by the end of the handle that configure() gave", async () => {
		await configure({ requireScope: true })[Symbol.asyncDispose]();
		expect(() => clients.dynamodb()).toThrow(errors.LostScopeError);
		configure({ requireScope: undefined });
		expect(await whoAnswers()).toBe(OWN);
	});

	test("true is forgotten between tests, by resetAwsScope()", async () => {
		configure({ requireScope: true });
		await resetAwsScope();
		expect(await whoAnswers()).toBe(OWN);
	});

	test("undefined goes back to the rule", () => {
		configure({ requireScope: false });
		runInAwsScope(tenants()(A), nothing);
		configure({ requireScope: undefined });
		expect(() => clients.dynamodb()).toThrow(errors.LostScopeError);
	});
});
