/** What the server says of requests whose options came in an unusual form: the identity is the one that they name. */

import { inspect } from "node:util";
import { S3 } from "@aws-sdk/client-s3";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { resetAwsScope, useClock } from "../../local-aws/index.js";
import { awsScope as express } from "../../middleware/express.js";
import { awsScope as koa } from "../../middleware/koa.js";
import { awsScopeExecution, openAwsScope } from "../../middleware/middy.js";
import {
	type AwsSession,
	assumeRole,
	bindAwsScope,
	type Clients,
	clientKey,
	clients,
	configure,
	runInAwsScope,
	session,
	stats,
	withAwsScope,
} from "../../src/index.js";
import { EXTERNAL_ID, ROLE, startTenants, type TenantAws, tenant } from "../helpers/aws.js";
import { failure } from "../helpers/pool.js";
import { any } from "../helpers/refusals.js";

const A = tenant(0);
const B = tenant(1);
const HUB = tenant(2);

let all: TenantAws;
/** Who asked STS for a role last. */
let caller: string | undefined;
beforeAll(async () => {
	all = await startTenants({ tenants: 3 });
	all.aws.onRequest(({ action, identity }) => {
		if (action === "AssumeRole") caller = identity?.accountId;
	});
});
beforeEach(() => all.aws.resetCounts());
afterEach(() => resetAwsScope());
afterAll(() => all[Symbol.asyncDispose]());

const who = async (db = clients.dynamodb()): Promise<string | undefined> => (await db.listTables({})).TableNames?.[0];

class SpecOfB {
	get account() {
		return B;
	}
	get accounts() {
		return all.accounts;
	}
}
const onlyAnswers = <Options extends object>(options: Options): Options =>
	new Proxy({} as Options, { get: (_, name) => options[name as keyof Options] });
/** Of what a getter gives, one after the other. */
const inTurn = <Value>(...values: Value[]): (() => Value) => {
	let turn = 0;
	return () => values[Math.min(turn++, values.length - 1)] as Value;
};

describe("inside a scope of A", () => {
	const inA = <Result>(fn: () => Result): Result => all.accounts(A).run(fn);

	test.each<[string, () => unknown]>([
		["runInAwsScope()", () => runInAwsScope(new SpecOfB(), () => who())],
		["withAwsScope()", () => withAwsScope(() => who(), new SpecOfB())()],
		[
			"withAwsScope() with a function",
			() =>
				withAwsScope(
					() => who(),
					() => new SpecOfB(),
				)(),
		],
		[
			"awsScope() of a framework that is called back",
			() => new Promise((resolve) => express(new SpecOfB())(any({}), {}, () => resolve(who()))),
		],
		["awsScope() of a framework that awaits", () => koa(new SpecOfB())(any({}), () => who())],
	])("%s with an account that is a getter of a class opens a scope of B", async (_where, call) => {
		expect(await inA(call)).toBe(B);
	});

	test.each<[string, () => unknown]>([
		["runInAwsScope()", () => runInAwsScope(onlyAnswers({ session: all.accounts(B) }), () => who())],
		["awsScope()", () => koa(onlyAnswers({ session: all.accounts(B) }))(any({}), () => who())],
		["clients.dynamodb()", () => clients.dynamodb(onlyAnswers({ session: all.accounts(B) }))],
		["assumeRole()", () => assumeRole(onlyAnswers({ account: B, role: ROLE }))],
		["configure()", () => configure(onlyAnswers({ requireScope: true }))],
	])("%s refuses a proxy that lists no members", async (where, call) => {
		const error = await failure(() => inA(call));
		expect(error.message).toMatch(/^\S+\(\) takes .*, not a proxy that lists no members; copy it\.$/);
		expect(error.message).toContain(where);
		expect(all.aws.stats().requests).toBe(0);
	});

	test("a session that is another one at the second look does not count", async () => {
		const look = inTurn(all.accounts(B), undefined, all.accounts(A));
		const spec = Object.defineProperty({}, "session", { get: look, enumerable: true });
		expect(await inA(() => runInAwsScope(any(spec), () => who()))).toBe(B);
	});

	test("options whose session is a getter that found nobody are refused, whatever calls came before", () =>
		inA(() => {
			class Options {
				maxAttempts = 5;
				get session(): AwsSession | undefined {
					return undefined;
				}
			}
			const hidden = Object.defineProperty({ maxAttempts: 5 }, "session", { get: () => undefined });
			for (let turn = 0; turn < 3; turn += 1) {
				for (const options of [new Options(), hidden]) {
					expect(() => clients.s3(any(options))).toThrow("clients.s3() was given session: undefined");
				}
				clients.s3({ maxAttempts: 5 });
			}
		}));

	test("options of a proxy that denies its account are of that account, whatever calls came before", () =>
		runInAwsScope({ session: all.accounts(A), accounts: all.accounts }, () => {
			const options = new Proxy(
				{ maxAttempts: 5 },
				{
					get: (target, name) => (name === "account" ? B : Reflect.get(target, name)),
				},
			);
			for (let turn = 0; turn < 3; turn += 1) {
				expect(clients.s3(options)).toBe(clients.s3({ account: B, maxAttempts: 5 }));
				expect(clients.s3(options)).not.toBe(clients.s3({ maxAttempts: 5 }));
			}
			clients.s3({});
			expect(() => clients.s3(onlyAnswers({ maxAttempts: 9 }))).toThrow("not a proxy that lists no members");
			expect(() => clients.s3(onlyAnswers({ account: B }))).toThrow("not a proxy that lists no members");
		}));

	test("SDK options that are getters of a class are options, whatever calls came before", () =>
		inA(() => {
			class Options {
				region = "eu-west-1";
				get maxAttempts() {
					return 7;
				}
			}
			for (let turn = 0; turn < 3; turn += 1) {
				expect(clients.s3(new Options())).toBe(clients.s3({ region: "eu-west-1", maxAttempts: 7 }));
				expect(clients.s3(new Options())).not.toBe(clients.s3({ region: "eu-west-1" }));
			}
		}));
});

describe("a role", () => {
	class TenantRole {
		get account() {
			return A;
		}
		get role() {
			return ROLE;
		}
		get externalId() {
			return EXTERNAL_ID;
		}
		get from() {
			return all.accounts(HUB);
		}
	}

	test.each<[string, () => object]>([
		["of a class", () => new TenantRole()],
		[
			"made with Object.create()",
			() => Object.create({ account: A, role: ROLE, externalId: EXTERNAL_ID, from: all.accounts(HUB) }),
		],
	])("%s is assumed by the session that it names", async (_what, make) => {
		expect(await who(assumeRole(any(make())).clients.dynamodb())).toBe(A);
		expect(caller).toBe(HUB);
	});

	test("is asked for with the MFA code of a device of a class", async () => {
		class Device {
			readonly #code = "123456";
			readonly serialNumber = "arn:aws:iam::000000000001:mfa/me";
			code() {
				return this.#code;
			}
		}
		const role = { account: A, role: ROLE, externalId: EXTERNAL_ID };
		const device = new Device();
		const made = assumeRole({ ...role, mfa: device });
		expect(await who(made.clients.dynamodb())).toBe(A);
		expect(assumeRole({ ...role, mfa: { serialNumber: device.serialNumber, code: device.code } })).toBe(made);
	});

	test("has the session policy that its objects inherit", () => {
		const deny = { Effect: "Deny", Action: "*", Resource: "*" };
		const role = { account: A, role: ROLE };
		const inherited = Object.create({ Statement: [Object.create(deny)] });
		expect(assumeRole({ ...role, policy: inherited })).toBe(assumeRole({ ...role, policy: { Statement: [deny] } }));
		expect(() => assumeRole({ ...role, policy: { Statement: new Map([["Effect", "Deny"]]) } })).toThrow(
			"assumeRole({ policy }) takes an options object, not an iterable",
		);
	});
});

test("configure() takes requireScope from a getter and from what it inherits", () => {
	for (const settings of [
		Object.create({ requireScope: true }),
		new (class {
			get requireScope() {
				return true;
			}
		})(),
	]) {
		configure(settings);
		expect(() => clients.dynamodb()).toThrow("outside every scope");
		configure({ requireScope: undefined });
	}
});

describe.each<[string, (real: AwsSession) => AwsSession]>([
	["behind a proxy", (real) => new Proxy(real, {})],
	[
		"behind a proxy that reads for itself",
		(real) => new Proxy(real, { get: (target, name) => Reflect.get(target, name) }),
	],
	["inherited with Object.create()", (real) => Object.create(real)],
])("a session %s", (_how, wrap) => {
	const ways: [string, (given: AwsSession) => unknown][] = [
		["an accessor's", (given) => who(clients.dynamodb({ session: given }))],
		["that of a scope", (given) => runInAwsScope(given, () => who())],
		["named in a scope", (given) => runInAwsScope({ session: given }, () => who())],
		["what accounts() gives", (given) => runInAwsScope({ account: A, accounts: () => given }, () => who())],
		["run()", (given) => given.run(() => who())],
		["clients", (given) => who(given.clients.dynamodb())],
		["whoami()", async (given) => (await given.whoami()).account],
		[
			"a parent",
			(given) =>
				assumeRole({ account: A, role: ROLE, externalId: EXTERNAL_ID, from: given })
					.credentials()
					.then(() => caller),
		],
	];

	test.each(ways)("as %s is the session itself", async (_where, use) => {
		const real = all.accounts(A);
		expect(await use(wrap(real))).toBe(A);
		expect(await use(real)).toBe(A);
		const clientsBuilt = stats().clientsBuilt;
		expect(await use(wrap(real))).toBe(A);
		expect(stats().clientsBuilt).toBe(clientsBuilt);
	});

	test("forgets its credentials and shows its state like the session itself", async () => {
		const real = all.accounts(A);
		await who(real.clients.dynamodb());
		expect(JSON.stringify(wrap(real))).toBe(JSON.stringify(real));
		wrap(real).invalidate();
		expect(real.toJSON()).toMatchObject({ state: "empty" });
		expect(inspect(real)).toContain("empty");
	});
});

test.each<[string, (given: AwsSession) => unknown]>([
	["clients.dynamodb()", (given) => clients.dynamodb({ session: given })],
	["runInAwsScope()", (given) => runInAwsScope(given, () => who())],
	["runInAwsScope()", (given) => runInAwsScope({ session: given }, () => who())],
	["assumeRole({ from })", (given) => assumeRole({ account: A, role: ROLE, from: given })],
	["A session's method", (given) => (given.clients as Clients).dynamodb()],
	["A session's method", (given) => given.run(() => who())],
])("%s refuses what shows another account than the session behind it, and nothing is cached", async (where, use) => {
	const liar = Object.create(all.accounts(A), { account: { value: B, enumerable: true } }) as AwsSession;
	const before = stats();
	const error = await failure(() => use(liar));
	expect(error).toMatchObject({ code: "INVALID_OPTION" });
	expect(error.message).toContain(where);
	expect(stats()).toEqual(before);
	expect(await who(all.accounts(A).clients.dynamodb())).toBe(A);
});

test("an error names the function that was called, whatever is wrong with its spec and whoever finds it", async () => {
	const nobody = { account: A };
	const open = (spec: unknown) => failure(() => koa(any(spec))(any({}), () => who()));
	expect((await open(nobody)).message).toMatch(/^awsScope\(\) names account 000000000001/);
	expect((await open(() => nobody)).message).toMatch(/^awsScope\(\) names account 000000000001/);
	expect((await open(() => ({ region: "x y" }))).message).toMatch(/^awsScope\(\) \{ region \} takes a region/);
	expect((await open(() => ({ region: "eu-west-1" }))).message).toMatch(
		/^The spec function of awsScope\(\) returned no/,
	);
	expect((await open(async () => undefined)).message).toMatch(/^awsScope\(\) was given undefined; find the tenant/);
	expect(() => koa(any({ acount: A }))).toThrow(/^awsScope\(\) has no option "acount"/);
	const bound = await failure(() =>
		runInAwsScope({ bindLater: true }, () => koa(any(() => nobody))(any({}), () => who())),
	);
	expect(bound.message).toMatch(/^awsScope\(\) names account/);
	expect(() => openAwsScope(() => undefined, any({ session: all.accounts(A) }))).toThrow(
		/^openAwsScope\(\) has no option "session"; it takes accounts, region, clientDefaults\.$/,
	);
	const execution = awsScopeExecution(() => () => undefined, any({ regio: "x" }));
	expect(() => execution()).toThrow(/^awsScopeExecution\(\) has no option "regio"/);
});

test("a scope that is opened by a class's options has their accounts", async () => {
	class Open {
		get accounts() {
			return all.accounts;
		}
	}
	const open = openAwsScope(() => {
		bindAwsScope({ account: B });
		return who();
	}, new Open());
	expect(await open()).toBe(B);
});

test("what an iterable, a promise or a misspelt getter of a class would name is refused", () => {
	class Misspelt {
		get acount() {
			return A;
		}
	}
	expect(() => runInAwsScope(any(new Misspelt()), () => who())).toThrow('runInAwsScope() has no option "acount"');
	expect(() => assumeRole(any(new Misspelt()))).toThrow('assumeRole() has no option "acount"');
	expect(() => clients.dynamodb(any(new Map()))).toThrow("takes a region or an options object, not an iterable");
	expect(() => clients.dynamodb(any(Promise.resolve({})))).toThrow("not a promise; await it");
	expect(() => session(any(new Map([["profile", "dev"]])))).toThrow(
		"session() takes an options object, not an iterable",
	);
});

test("options of a request handler that are getters of a class are options, as they are when they are given", () => {
	class Handler {
		get requestTimeout() {
			return 1_234;
		}
	}
	const plain = clients.s3({ requestHandler: { requestTimeout: 1_234 } });
	expect(clients.s3({ requestHandler: new Handler() })).toBe(plain);
	const requestHandler = { requestTimeout: 1_234 };
	configure({ clientDefaults: { requestHandler } });
	requestHandler.requestTimeout = 9;
	expect(clients.s3().config.requestHandler).toBe(plain.config.requestHandler);
	expect(() => clients.s3({ requestHandler: onlyAnswers({ requestTimeout: 1 }) })).toThrow(
		"clients.s3() { requestHandler } takes options or a request handler, not a proxy that lists no members",
	);
});

test("a key is that of the plain options", () => {
	expect(clientKey(S3, Object.create({ region: "eu-west-1", maxAttempts: 2 }))).toBe(
		clientKey(S3, { region: "eu-west-1", maxAttempts: 2 }),
	);
});

test("credentials() reads what it was asked once", async () => {
	let asked = 0;
	const own = session({ credentials: async () => ({ accessKeyId: `AKID${++asked}`, secretAccessKey: "example" }) });
	await own.credentials();
	const look = inTurn<boolean | undefined>(true, undefined);
	const options = new (class {
		get forceRefresh() {
			return look();
		}
	})();
	expect(await own.credentials(options)).toMatchObject({ accessKeyId: "AKID2" });
});

test("useClock() refuses a clock that has no hands", () => {
	expect(() => useClock(any({}))).toThrow("useClock() takes a clock whose wall is a function, not undefined.");
	expect(() => useClock(any(undefined))).toThrow("useClock() takes a clock");
});

test("a process whose first spec could not be read acts for tenants", () => {
	expect(() => runInAwsScope(any({ account: undefined }), () => who())).toThrow("account: undefined");
	expect(() => clients.dynamodb()).toThrow("outside every scope");
});
