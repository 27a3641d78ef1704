/** No call that lost its tenant becomes the process's own, or another tenant's, by the way in which it opens a scope. */

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { resetAwsScope } from "../../local-aws/index.js";
import {
	type AwsScopeSpec,
	bindAwsScope,
	clients,
	configure,
	currentAwsScope,
	defaultSession,
	errors,
	runInAwsScope,
	stats,
	withAwsScope,
} from "../../src/index.js";
import { OWN, startTenants, type TenantAws, tenant } from "../helpers/aws.js";
import { failure } from "../helpers/pool.js";
import { any, nothing, type Refusal, testRefusals } from "../helpers/refusals.js";

const A = tenant(0);
const B = tenant(1);

let all: TenantAws;
beforeAll(async () => {
	all = await startTenants({ tenants: 2 });
});
beforeEach(() => all.aws.resetCounts());
afterEach(() => resetAwsScope());
afterAll(() => all[Symbol.asyncDispose]());

const who = async (): Promise<string | undefined> => (await clients.dynamodb().listTables({})).TableNames?.[0];
const without: readonly (readonly [what: string, spec: AwsScopeSpec])[] = [
	["a region alone", { region: "eu-west-1" }],
	["client defaults alone", { clientDefaults: { maxAttempts: 2 } }],
	["nothing", {}],
];
const openers: readonly (readonly [how: string, open: (spec: AwsScopeSpec) => unknown])[] = [
	["runInAwsScope", (spec) => runInAwsScope(spec, who)],
	["withAwsScope", (spec) => withAwsScope(who, spec)()],
];
const ways = openers.flatMap(([how, open]) => without.map(([what, spec]) => [how, what, () => open(spec)] as const));

describe.each(ways)("%s() with a spec that names %s, outside every scope", (how, _what, open) => {
	test("serves the process's own identity until it acts for tenants", async () => {
		expect(await open()).toBe(OWN);
	});

	test("is refused as lost in a process that acts for tenants", async () => {
		all.accounts(A).run(nothing);
		const error = await failure(open);
		expect(error).toBeInstanceOf(errors.LostScopeError);
		expect(error.message).toContain(`${how}() was called outside every scope`);
		expect(error.message).toContain("name the tenant in its spec");
		expect(stats().refusals).toBe(1);
		expect(all.aws.stats().requests).toBe(0);
	});

	test("is refused as lost where a scope is required", async () => {
		configure({ requireScope: true });
		expect(await failure(open)).toMatchObject({ code: "LOST_SCOPE" });
		expect(all.aws.stats().requests).toBe(0);
	});

	test("still inherits inside a scope, the process's own too", async () => {
		expect(await all.accounts(A).run(open)).toBe(A);
		expect(await runInAwsScope(defaultSession(), open)).toBe(OWN);
	});
});

test.each(openers)("%s() with accounts but nobody of them is refused from the first time on", async (_how, open) => {
	const refused = { code: "LOST_SCOPE" };
	expect(await failure(async () => open({ accounts: all.accounts }))).toMatchObject(refused);
	expect(await failure(async () => open({ accounts: all.accounts }))).toMatchObject(refused);
	expect(await open({ session: defaultSession(), accounts: all.accounts })).toBe(OWN);
});

test("a scope that is bound later opens outside every scope, whatever the process does", async () => {
	configure({ requireScope: true });
	all.accounts(B).run(nothing);
	const serve = (): Promise<string | undefined> => {
		bindAwsScope(all.accounts(A));
		return who();
	};
	expect(await runInAwsScope({ bindLater: true, region: "eu-west-1" }, serve)).toBe(A);
	expect(await withAwsScope(serve, { bindLater: true })()).toBe(A);
});

describe("an accounts function", () => {
	test.each<[string, (accounts: () => ReturnType<TenantAws["accounts"]>) => unknown]>([
		["a scope", (accounts) => runInAwsScope({ account: A, accounts }, who)],
		["bindAwsScope()", (accounts) => runInAwsScope({ bindLater: true }, () => bindAwsScope({ account: A, accounts }))],
		[
			"an accessor's call",
			(accounts) => runInAwsScope({ session: all.accounts(A), accounts }, () => clients.dynamodb({ account: A })),
		],
		[
			"configure()",
			(accounts) => {
				configure({ accounts });
				return runInAwsScope({ account: A }, who);
			},
		],
	])("that gives %s another account's session is refused", async (_what, open) => {
		const error = await failure(async () => open(() => all.accounts(B)));
		expect(error).toMatchObject({ code: "INVALID_OPTION" });
		expect(error.message).toMatch(`accounts(${A}) returned a session of account ${B}`);
		expect(all.aws.stats().requests).toBe(0);
	});

	test("that binds the scope itself cannot have it bound twice", async () => {
		await runInAwsScope({ bindLater: true }, async () => {
			const accounts = (): ReturnType<TenantAws["accounts"]> => {
				bindAwsScope(all.accounts(B));
				clients.dynamodb();
				return all.accounts(A);
			};
			expect(await failure(() => bindAwsScope({ account: A, accounts }))).toMatchObject({ code: "ALREADY_BOUND" });
			expect(currentAwsScope().account).toBe(B);
			expect(await who()).toBe(B);
		});
	});
});

describe("what is written later", () => {
	test("into a handler's spec changes no identity", async () => {
		const spec: { session: ReturnType<TenantAws["accounts"]> } = { session: all.accounts(A) };
		const handler = withAwsScope(who, spec);
		expect(await handler()).toBe(A);
		spec.session = all.accounts(B);
		expect(await handler()).toBe(A);
		Object.assign(spec, { session: undefined });
		expect(await handler()).toBe(A);
	});

	test("into configure()'s client defaults is in no client", async () => {
		const clientDefaults: Record<string, unknown> = { maxAttempts: 2 };
		configure({ clientDefaults });
		Object.assign(clientDefaults, { maxAttempts: 7, token: { token: "text" }, credentials: all.aws.user(OWN) });
		await all.accounts(A).run(async () => {
			expect(await clients.dynamodb().config.maxAttempts()).toBe(2);
			expect(clients.dynamodb().config).not.toHaveProperty("token");
			expect(await who()).toBe(A);
		});
	});
});

test("a handler's spec may be an object of a class", async () => {
	class Spec {
		get session(): ReturnType<TenantAws["accounts"]> {
			return all.accounts(A);
		}
	}
	expect(await withAwsScope(who, new Spec())()).toBe(A);
});

test.each<[string, (spec: never) => unknown]>([
	["runInAwsScope()", (spec) => runInAwsScope(spec, who)],
	["withAwsScope()", (spec) => withAwsScope(who, spec)()],
	["bindAwsScope()", (spec) => runInAwsScope({ bindLater: true }, () => bindAwsScope(spec))],
])("%s refuses a spec that was not awaited, instead of going on as somebody else", async (call, open) => {
	const find = async (): Promise<AwsScopeSpec> => all.accounts(B);
	const error = await failure(() => all.accounts(A).run(() => open(any(find()))));
	expect(error).toMatchObject({ code: "INVALID_OPTION" });
	expect(error.message).toBe(`${call} takes a session, { session } or { account }, not a promise; await it.`);
	expect(all.aws.stats().requests).toBe(0);
});

const nobody = new Map<string, never>().get("nobody");
const holes: readonly Refusal[] = [
	[
		"a handler whose spec was looked up and not found",
		"TENANT_NOT_FOUND",
		/withAwsScope\(\) was given undefined; find the tenant's account/,
		() => withAwsScope(nothing, nobody),
	],
	...[[], A, 42, new Map([["account", A]])].map(
		(spec): Refusal => [
			`a handler whose spec is ${JSON.stringify(spec)}`,
			"INVALID_OPTION",
			/withAwsScope\(\) takes a session, \{ session \} or \{ account \}, not/,
			() => withAwsScope(nothing, any(spec))(),
		],
	),
	[
		"a handler whose spec's session was not found",
		"TENANT_NOT_FOUND",
		/session: undefined/,
		() => withAwsScope(nothing, any({ session: nobody }))(),
	],
	...["s3ExpressIdentityProvider", "signerConstructor", "apiKey"].flatMap((name): Refusal[] => [
		[
			`${name} among configure()'s client defaults`,
			"INVALID_OPTION",
			new RegExp(`configure\\(\\{ clientDefaults \\}\\) cannot contain "${name}"`),
			() => configure({ clientDefaults: { [name]: {} } }),
		],
		[
			`${name} among a scope's client defaults`,
			"INVALID_OPTION",
			new RegExp(`cannot contain "${name}"`),
			() => all.accounts(A).run(() => runInAwsScope({ clientDefaults: { [name]: {} } }, nothing)),
		],
	]),
	...["undefined", "null"].flatMap((region): Refusal[] => [
		[
			`a scope's region "${region}"`,
			"INVALID_OPTION",
			/takes a region such as/,
			() => runInAwsScope({ region }, nothing),
		],
		[`an accessor's region "${region}"`, "INVALID_OPTION", /takes a region such as/, () => clients.dynamodb(region)],
		[`configure()'s region "${region}"`, "INVALID_OPTION", /takes a region such as/, () => configure({ region })],
	]),
];

testRefusals(holes, () => all.aws);
