/** What accessors refuse: wrong options, identities and services. */

import { STS, type STSClientConfig } from "@aws-sdk/client-sts";
import { afterAll, afterEach, beforeAll } from "vitest";
import { resetAwsScope } from "../../local-aws/index.js";
import {
	accountSessions,
	assumeRole,
	bindAwsScope,
	client,
	clients,
	configure,
	defaultSession,
	defineClients,
	runInAwsScope,
	session,
} from "../../src/index.js";
import { startTenants, type TenantAws, tenant } from "../helpers/aws.js";
import { any, nothing, type Refusal, testRefusals } from "../helpers/refusals.js";

const A = tenant(0);

/** Older versions of the SDK have another middleware that signs. */
class OldSTS extends STS {
	constructor(options: STSClientConfig) {
		super(options);
		Reflect.deleteProperty(this.config, "httpAuthSchemes");
	}
}

let all: TenantAws;
beforeAll(async () => {
	all = await startTenants({ tenants: 2 });
});
afterAll(() => all[Symbol.asyncDispose]());
afterEach(() => resetAwsScope());

const rows: readonly Refusal[] = [
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
		/returned an object; return a session/,
		() => runInAwsScope({ account: A, accounts: any(() => ({ account: A })) }, nothing),
	],
	[
		"credentials among a scope's client defaults",
		"INVALID_OPTION",
		/cannot contain "credentials"/,
		() => runInAwsScope({ clientDefaults: { credentials: {} } }, nothing),
	],
	[
		"a region among configure()'s client defaults",
		"INVALID_OPTION",
		/cannot contain "region"/,
		() => configure({ clientDefaults: { region: "eu-west-1" } }),
	],
	["a malformed region", "INVALID_OPTION", /a region such as/, () => clients.sts("eu-west-1/../evil")],
	["a malformed region, by keyword", "INVALID_OPTION", /a region such as/, () => clients.sts({ region: any(7) })],
	["an empty region", "INVALID_OPTION", /a region such as/, () => clients.sts("")],
	[
		"an unknown service",
		"UNKNOWN_SERVICE",
		/did you mean clients\.dynamodb\?/,
		() => (clients as unknown as Record<string, () => void>)["dynamoDB"],
	],
	[
		"an unknown service of a session",
		"UNKNOWN_SERVICE",
		/doesn't name an AWS service/,
		() => (defaultSession().clients as unknown as Record<string, () => void>)["frobnicator"],
	],
	[
		"an SDK package that is not installed",
		"MISSING_PACKAGE",
		/npm install @aws-sdk\/client-wisdom`/,
		() => (clients as unknown as Record<string, () => void>)["wisdom"]?.(),
	],
	["no client class", "NOT_A_CLIENT", /DynamoDBClient, not a function/, () => client(any(nothing))],
	[
		"a client class of the SDK before 3.523",
		"NOT_A_CLIENT",
		/OldSTS .* before version 3\.523; install a newer/,
		() => client(OldSTS, { session: defaultSession() }),
	],
	["undefined as client class", "NOT_A_CLIENT", /not undefined/, () => client(any(undefined))],
	[
		"no client class in defineClients()",
		"NOT_A_CLIENT",
		/defineClients\(\{ orders \}\)/,
		() => defineClients({ orders: any(class {}) }),
	],
];

testRefusals(rows, () => all.aws);
