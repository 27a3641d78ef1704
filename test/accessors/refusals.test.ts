/** Bad input is refused by name, in one helpful sentence, before anything is sent. */

import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import {
	type AwsScopeErrorCode,
	accountSessions,
	assumeRole,
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
	withAwsScope,
} from "../../src/index.js";
import { startTenants, type TenantAws, tenant } from "../helpers/aws.js";
import { failure } from "../helpers/pool.js";

const A = tenant(0);
const B = tenant(1);

let all: TenantAws;
beforeAll(async () => {
	all = await startTenants({ tenants: 2 });
});
afterAll(() => all[Symbol.asyncDispose]());
afterEach(() => close());

/** What JavaScript lets callers pass, whatever the types say. */
const any = (value: unknown): never => value as never;
const nothing = (): undefined => undefined;
const asA = <Result>(fn: () => Result): Result => runInAwsScope(all.accounts(A), fn);

type Row = readonly [what: string, code: AwsScopeErrorCode, says: RegExp, call: () => unknown];

const rows: readonly Row[] = [
	// accounts
	...[
		["a number", 111111111111],
		["a number that lost its zeros", 7],
		["too short", "1234"],
		["too long", "1111111111111"],
		["not only digits", "11111111111x"],
		["padded", " 111111111111"],
		["with a line end", "111111111111\n"],
		["empty", ""],
		["null", null],
		["an object", {}],
		["digits of another script", "١١١١١١١١١١١١"],
	].map(
		([what, account]): Row => [
			`an account that is ${what}`,
			"INVALID_OPTION",
			/account id/,
			() => assumeRole({ account: any(account), role: "Reader" }),
		],
	),
	[
		"an account that is a number, in a scope",
		"INVALID_OPTION",
		/a number loses its leading zeros; got the number 7/,
		() => runInAwsScope({ account: any(7), accounts: all.accounts }, nothing),
	],
	[
		"an account that is a number, in accountSessions()",
		"INVALID_OPTION",
		/a number loses its leading zeros/,
		() => all.accounts(any(7)),
	],
	[
		"an account that is a number, in a call",
		"INVALID_OPTION",
		/a number loses its leading zeros/,
		() => clients.sts({ account: any(7) }),
	],
	[
		"an undefined account of a role",
		"INVALID_OPTION",
		/takes account and role, or roleArn/,
		() => assumeRole({ account: any(undefined), role: "Reader" }),
	],
	[
		"an undefined account of a scope",
		"INVALID_OPTION",
		/account: undefined/,
		() => runInAwsScope({ account: any(undefined) }, nothing),
	],
	[
		"an undefined session of a scope",
		"INVALID_OPTION",
		/session: undefined/,
		() => runInAwsScope({ session: any(undefined) }, nothing),
	],
	[
		"an undefined account of a call",
		"INVALID_OPTION",
		/account: undefined/,
		() => clients.sts({ account: any(undefined) }),
	],
	[
		"an undefined session of a call",
		"INVALID_OPTION",
		/session: undefined/,
		() => clients.sts({ session: any(undefined) }),
	],
	["an undefined account in accountSessions()", "INVALID_OPTION", /12 digits/, () => all.accounts(any(undefined))],
	[
		"an undefined account that a spec function found",
		"INVALID_OPTION",
		/named no session and no account/,
		() => withAwsScope(nothing, () => ({ account: any(undefined), accounts: all.accounts }))(),
	],
	[
		"an undefined account given to bindAwsScope()",
		"INVALID_OPTION",
		/account: undefined/,
		() => runInAwsScope({ bindLater: true }, () => bindAwsScope({ account: any(undefined) })),
	],
	// roles
	...[
		"",
		"two words",
		"Reader*",
		"a".repeat(65),
		"Reader\n",
		"../Reader?",
		"arn:aws:iam::111111111111:role/Reader",
	].map(
		(role): Row => [
			`a role named ${JSON.stringify(role)}`,
			"INVALID_OPTION",
			/role's name/,
			() => assumeRole({ account: A, role }),
		],
	),
	[
		"a role name that accountSessions() cannot use",
		"INVALID_OPTION",
		/role's name/,
		() => accountSessions({ role: "two words" })(A),
	],
	...[
		"Reader",
		"arn:aws:iam::1234:role/Reader",
		"arn:aws:iam::111111111111:user/Reader",
		"arn:aws:sts::111111111111:role/Reader",
		"arn:aws:iam::111111111111:role/",
		"arn:aws:iam::111111111111:role/Reader\n",
		7,
	].map(
		(roleArn): Row => [
			`a role ARN ${JSON.stringify(roleArn)}`,
			"INVALID_OPTION",
			/a role's ARN/,
			() => assumeRole({ roleArn: any(roleArn) }),
		],
	),
	[
		"an ARN whose account contradicts account",
		"INVALID_OPTION",
		/account 000000000001 but a roleArn of account 000000000002/,
		() => assumeRole({ account: A, roleArn: `arn:aws:iam::${B}:role/Reader` }),
	],
	[
		"a role and an ARN",
		"INVALID_OPTION",
		/role or roleArn, not both/,
		() => assumeRole(any({ role: "Reader", roleArn: `arn:aws:iam::${B}:role/Reader` })),
	],
	...["a", "two words", "semi;colon", "a".repeat(65), "ünï", ""].map(
		(sessionName): Row => [
			`a session name ${JSON.stringify(sessionName)}`,
			"INVALID_OPTION",
			/sessionName/,
			() => assumeRole({ account: A, role: "Reader", sessionName }),
		],
	),
	// unknown options
	[
		"an unknown option of assumeRole()",
		"INVALID_OPTION",
		/no option "acount"/,
		() => assumeRole(any({ acount: A, role: "Reader" })),
	],
	[
		"an unknown option of accountSessions()",
		"INVALID_OPTION",
		/no option "account"/,
		() => accountSessions(any({ role: "Reader", account: A })),
	],
	["an unknown option of session()", "INVALID_OPTION", /no option "name"/, () => session(any({ name: "dev" }))],
	["an unknown option of configure()", "INVALID_OPTION", /no option "strict"/, () => configure(any({ strict: true }))],
	[
		"an unknown option of a scope",
		"INVALID_OPTION",
		/no option "tenant"/,
		() => runInAwsScope(any({ tenant: A }), nothing),
	],
	[
		"an unknown option of bindAwsScope()",
		"INVALID_OPTION",
		/no option "tenant"/,
		() => runInAwsScope({ bindLater: true }, () => bindAwsScope(any({ tenant: A }))),
	],
	// identities
	[
		"two identities in a call",
		"INVALID_OPTION",
		/one identity, not session and account/,
		() => clients.sts(any({ session: defaultSession(), account: A })),
	],
	[
		"two identities in a scope",
		"INVALID_OPTION",
		/session or account, not both/,
		() => runInAwsScope(any({ session: defaultSession(), account: A }), nothing),
	],
	[
		"a session where the call's options belong",
		"INVALID_OPTION",
		/\{ session \}/,
		() => clients.sts(any(defaultSession())),
	],
	[
		"something else as session",
		"INVALID_OPTION",
		/takes a session, not an object/,
		() => clients.sts({ session: any({}) }),
	],
	[
		"an account without anything that gives its session",
		"NO_ACCOUNT_SESSIONS",
		/accountSessions\(\{ role \}\)/,
		() => clients.sts({ account: A }),
	],
	[
		"accounts that give something else",
		"INVALID_OPTION",
		/gave undefined, not a session/,
		() => runInAwsScope({ account: A, accounts: any(nothing) }, nothing),
	],
	[
		"credentials among a scope's client defaults",
		"INVALID_OPTION",
		/cannot hold "credentials"/,
		() => runInAwsScope({ clientDefaults: { credentials: {} } }, nothing),
	],
	[
		"a region among configure()'s client defaults",
		"INVALID_OPTION",
		/cannot hold "region"/,
		() => configure({ clientDefaults: { region: "eu-west-1" } }),
	],
	["a malformed region", "INVALID_OPTION", /a region such as/, () => clients.sts("eu-west-1/../evil")],
	["a malformed region, by keyword", "INVALID_OPTION", /a region such as/, () => clients.sts({ region: any(7) })],
	["an empty region", "INVALID_OPTION", /a region such as/, () => clients.sts("")],
	// services
	[
		"an unknown service",
		"UNKNOWN_SERVICE",
		/did you mean clients\.dynamodb\?/,
		() => (clients as unknown as Record<string, () => void>)["dynamoDB"],
	],
	[
		"an unknown service of a session",
		"UNKNOWN_SERVICE",
		/names no AWS service/,
		() => (defaultSession().clients as unknown as Record<string, () => void>)["frobnicator"],
	],
	[
		"an SDK package that is not installed",
		"MISSING_PACKAGE",
		/npm install @aws-sdk\/client-wisdom`/,
		() => (clients as unknown as Record<string, () => void>)["wisdom"]?.(),
	],
	["no client class", "NOT_A_CLIENT", /DynamoDBClient, not a function/, () => client(any(nothing))],
	["undefined as client class", "NOT_A_CLIENT", /not undefined/, () => client(any(undefined))],
	[
		"no client class in defineClients()",
		"NOT_A_CLIENT",
		/defineClients\(\{ orders \}\)/,
		() => defineClients({ orders: any(class {}) }),
	],
	// scopes
	[
		"a scope bound twice",
		"ALREADY_BOUND",
		/acts as arn:aws:iam::000000000001:role\/Tenant/,
		() =>
			runInAwsScope({ bindLater: true }, () => {
				bindAwsScope(all.accounts(A));
				bindAwsScope(all.accounts(B));
			}),
	],
	[
		"a bound scope bound again to the same session",
		"ALREADY_BOUND",
		/open a new scope/,
		() =>
			runInAwsScope({ bindLater: true }, () => {
				bindAwsScope(all.accounts(A));
				bindAwsScope(all.accounts(A));
			}),
	],
	["binding outside every scope", "SCOPE_NOT_OPEN", /outside every scope/, () => bindAwsScope(all.accounts(A))],
	[
		"binding a scope that has its identity",
		"SCOPE_NOT_OPEN",
		/bindLater: true/,
		() => asA(() => bindAwsScope(all.accounts(A))),
	],
	[
		"binding without an identity",
		"INVALID_OPTION",
		/bindAwsScope\(\) takes a session/,
		() => runInAwsScope({ bindLater: true }, () => bindAwsScope({ region: "eu-west-1" })),
	],
	[
		"an accessor in an unbound scope",
		"UNBOUND_SCOPE",
		/before bindAwsScope\(\)/,
		() => runInAwsScope({ bindLater: true }, () => clients.dynamodb()),
	],
	[
		"an accessor with a region in an unbound scope",
		"UNBOUND_SCOPE",
		/before bindAwsScope\(\)/,
		() => runInAwsScope({ bindLater: true }, () => clients.dynamodb("eu-west-1")),
	],
	[
		"an accessor with options in an unbound scope",
		"UNBOUND_SCOPE",
		/before bindAwsScope\(\)/,
		() => runInAwsScope({ bindLater: true }, () => clients.dynamodb({ maxAttempts: 1 })),
	],
	[
		"the document accessor in an unbound scope",
		"UNBOUND_SCOPE",
		/before bindAwsScope\(\)/,
		() => runInAwsScope({ bindLater: true }, () => clients.dynamodbDocument()),
	],
	[
		"the current scope before it is bound",
		"UNBOUND_SCOPE",
		/before bindAwsScope\(\)/,
		() => runInAwsScope({ bindLater: true }, () => currentAwsScope()),
	],
	[
		"a nested scope that inherits no identity",
		"UNBOUND_SCOPE",
		/names none itself/,
		() => runInAwsScope({ bindLater: true }, () => runInAwsScope({ region: "eu-west-1" }, nothing)),
	],
	[
		"the current scope outside every scope",
		"NO_SCOPE",
		/withAwsScope\(\) or runInAwsScope\(\)/,
		() => currentAwsScope(),
	],
	...(
		[
			"clients.dynamodb()",
			"clients.dynamodb(region)",
			"clients.dynamodb(options)",
			"clients.dynamodbDocument()",
		] as const
	).map(
		(call, index): Row => [
			`${call} outside every scope in a process that acts for tenants`,
			"LOST_SCOPE",
			/outside every scope in a process that acts for tenants; .* or name a session/,
			() => {
				asA(nothing);
				return [
					() => clients.dynamodb(),
					() => clients.dynamodb("eu-west-1"),
					() => clients.dynamodb({ maxAttempts: 1 }),
					() => clients.dynamodbDocument(),
				][index]?.();
			},
		],
	),
	// spec functions
	...[undefined, null, {}, { region: "eu-west-1" }].map(
		(spec): Row => [
			`a spec function that gives ${JSON.stringify(spec)}`,
			"INVALID_OPTION",
			/spec function of withAwsScope\(\) named no session and no account/,
			() =>
				withAwsScope(
					nothing,
					any(() => spec),
				)(),
		],
	),
	[
		"an async spec function that gives nothing",
		"INVALID_OPTION",
		/named no session and no account/,
		() =>
			withAwsScope(
				nothing,
				any(async () => undefined),
			)(),
	],
	[
		"a spec function that gives a text",
		"INVALID_OPTION",
		/named no session and no account \("000000000001"\)/,
		() =>
			withAwsScope(
				nothing,
				any(() => A),
			)(),
	],
	[
		"a handler that is no function",
		"INVALID_OPTION",
		/takes a function, not undefined/,
		() => withAwsScope(any(undefined)),
	],
	[
		"bindLater with an identity",
		"INVALID_OPTION",
		/bindLater or an identity, not both/,
		() => runInAwsScope(any({ bindLater: true, account: A, accounts: all.accounts }), nothing),
	],
	[
		"bindLater that is no boolean",
		"INVALID_OPTION",
		/takes true or false/,
		() => runInAwsScope(any({ bindLater: "yes" }), nothing),
	],
	[
		"a setting of the wrong type",
		"INVALID_OPTION",
		/"refuse", "warn" or "allow", not "no"/,
		() => configure({ strayedClient: any("no") }),
	],
	["a size that is not one", "BAD_SIZE", /whole number/, () => configure({ maxClients: 0 })],
];

describe("refused before anything is sent", () => {
	test.each(rows)("%s", async (_what, code, says, call) => {
		const error = await failure(call);
		expect(error).toMatchObject({ code });
		expect(error).toBeInstanceOf(errors.AwsScopeError);
		expect(error.message).toMatch(says);
		expect(error.message, "one sentence").toMatch(/^\S[^\n]*[.?]$/);
		expect(error.message, "one sentence").not.toMatch(/[a-z)]\. [A-Z]/);
		expect(error.message.length).toBeLessThan(400);
		expect(all.aws.stats().requests).toBe(0);
	});
});
