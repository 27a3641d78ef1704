/** What scopes and the functions that find their specs refuse. */

import { afterAll, afterEach, beforeAll } from "vitest";
import { resetAwsScope } from "../../local-aws/index.js";
import { bindAwsScope, clients, configure, currentAwsScope, runInAwsScope, withAwsScope } from "../../src/index.js";
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

const asA = <Result>(fn: () => Result): Result => runInAwsScope(all.accounts(A), fn);

const rows: readonly Refusal[] = [
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
		/names no identity/,
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
		(call, index): Refusal => [
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
	...[undefined, null].flatMap((found): Refusal[] => [
		[
			`a spec function that gives ${found}`,
			"TENANT_NOT_FOUND",
			new RegExp(`withAwsScope\\(\\) was given ${found}; find the tenant's account`),
			() =>
				withAwsScope(
					nothing,
					any(() => found),
				)(),
		],
		[
			`runInAwsScope(${found})`,
			"TENANT_NOT_FOUND",
			/find the tenant's account/,
			() => runInAwsScope(any(found), nothing),
		],
		[
			`bindAwsScope(${found})`,
			"TENANT_NOT_FOUND",
			/find the tenant's account/,
			() => runInAwsScope({ bindLater: true }, () => bindAwsScope(any(found))),
		],
		[
			`accounts() that gives ${found}`,
			"TENANT_NOT_FOUND",
			new RegExp(`accounts\\(${A}\\) returned ${found}; find the tenant's account`),
			() => runInAwsScope({ account: A, accounts: any(() => found) }, nothing),
		],
	]),
	...[{}, { region: "eu-west-1" }].map(
		(spec): Refusal => [
			`a spec function that gives ${JSON.stringify(spec)}`,
			"INVALID_OPTION",
			/spec function of withAwsScope\(\) returned no session and no account/,
			() =>
				withAwsScope(
					nothing,
					any(() => spec),
				)(),
		],
	),
	[
		"an async spec function that gives nothing",
		"TENANT_NOT_FOUND",
		/find the tenant's account/,
		() =>
			withAwsScope(
				nothing,
				any(async () => undefined),
			)(),
	],
	[
		"a spec function that gives a text",
		"INVALID_OPTION",
		/withAwsScope\(\) takes a session, \{ session \} or \{ account \}, not text/,
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
	["a size that is not one", "BAD_SIZE", /positive integer/, () => configure({ maxClients: 0 })],
];

testRefusals(rows, () => all.aws);
