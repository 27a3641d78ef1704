/** Accounts and roles that cannot be: refused wherever they are named. */

import { afterAll, afterEach, beforeAll } from "vitest";
import { resetAwsScope } from "../../local-aws/index.js";
import { accountSessions, assumeRole, bindAwsScope, clients, runInAwsScope, withAwsScope } from "../../src/index.js";
import { startTenants, type TenantAws, tenant } from "../helpers/aws.js";
import { any, nothing, type Refusal, testRefusals } from "../helpers/refusals.js";

const A = tenant(0);
const B = tenant(1);

let all: TenantAws;
beforeAll(async () => {
	all = await startTenants({ tenants: 2 });
});
afterAll(() => all[Symbol.asyncDispose]());
afterEach(() => resetAwsScope());

const rows: readonly Refusal[] = [
	...[
		["a number", 111111111111],
		["a number that lost its zeros", 7],
		["too short", "1234"],
		["too long", "1111111111111"],
		["not only digits", "11111111111x"],
		["padded", " 111111111111"],
		["with a line end", "111111111111\n"],
		["an object", {}],
		["digits of another script", "١١١١١١١١١١١١"],
	].map(
		([what, account]): Refusal => [
			`an account that is ${what}`,
			"INVALID_OPTION",
			/account id/,
			() => assumeRole({ account: any(account), role: "Reader" }),
		],
	),
	...["", null, undefined].flatMap((found): Refusal[] => {
		const what = `an account that a lookup gave as ${JSON.stringify(found)}`;
		const account = any(found);
		const says = /; find the tenant's account first, or throw if there is none\.$/;
		const accounts = (id: string) => all.accounts(id);
		const calls: Record<string, () => unknown> = {
			"assumeRole()": () => assumeRole({ account, role: "Reader" }),
			"accountSessions()": () => all.accounts(account),
			"runInAwsScope()": () => runInAwsScope({ account, accounts }, nothing),
			"runInAwsScope({ session })": () => runInAwsScope({ session: account }, nothing),
			"a call": () => clients.sts({ account }),
			"a spec function": () => withAwsScope(nothing, () => ({ account, accounts }))(),
			"bindAwsScope()": () => runInAwsScope({ bindLater: true }, () => bindAwsScope({ account, accounts })),
		};
		return Object.entries(calls).map(([where, call]) => [`${what}, in ${where},`, "TENANT_NOT_FOUND", says, call]);
	}),
	[
		"an account that is a number, in a scope",
		"INVALID_OPTION",
		/not the number 7, which would lose leading zeros/,
		() => runInAwsScope({ account: any(7), accounts: all.accounts }, nothing),
	],
	[
		"an account that is a number, in accountSessions()",
		"INVALID_OPTION",
		/would lose leading zeros/,
		() => all.accounts(any(7)),
	],
	[
		"an account that is a number, in a call",
		"INVALID_OPTION",
		/would lose leading zeros/,
		() => clients.sts({ account: any(7) }),
	],
	...[
		"",
		"two words",
		"Reader*",
		"a".repeat(65),
		"Reader\n",
		"../Reader?",
		"arn:aws:iam::111111111111:role/Reader",
	].map(
		(role): Refusal => [
			`a role named ${JSON.stringify(role)}`,
			"INVALID_OPTION",
			/role name/,
			() => assumeRole({ account: A, role }),
		],
	),
	[
		"a role name that accountSessions() cannot use",
		"INVALID_OPTION",
		/role name/,
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
		(roleArn): Refusal => [
			`a role ARN ${JSON.stringify(roleArn)}`,
			"INVALID_OPTION",
			/a role ARN/,
			() => assumeRole({ roleArn: any(roleArn) }),
		],
	),
	[
		"an ARN whose account contradicts account",
		"INVALID_OPTION",
		/account 000000000001 and a roleArn of account 000000000002/,
		() => assumeRole({ account: A, roleArn: `arn:aws:iam::${B}:role/Reader` }),
	],
	[
		"a role and an ARN",
		"INVALID_OPTION",
		/role or roleArn, not both/,
		() => assumeRole(any({ role: "Reader", roleArn: `arn:aws:iam::${B}:role/Reader` })),
	],
	...["a", "two words", "semi;colon", "a".repeat(65), "ünï", ""].map(
		(sessionName): Refusal => [
			`a session name ${JSON.stringify(sessionName)}`,
			"INVALID_OPTION",
			/sessionName/,
			() => assumeRole({ account: A, role: "Reader", sessionName }),
		],
	),
];

testRefusals(rows, () => all.aws);
