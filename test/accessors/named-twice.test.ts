/** The clients of a session are that session's: a call of them that names another identity is refused, not obeyed. */

import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { resetAwsScope } from "../../local-aws/index.js";
import { clients } from "../../src/index.js";
import { startTenants, type TenantAws, tenant } from "../helpers/aws.js";
import { any, type Refusal, testRefusals } from "../helpers/refusals.js";

const A = tenant(0);
const B = tenant(1);

let all: TenantAws;
beforeAll(async () => {
	all = await startTenants({ tenants: 2 });
});
beforeEach(() => all.aws.resetCounts());
afterEach(() => resetAwsScope());
afterAll(() => all[Symbol.asyncDispose]());

const ofA = () => all.accounts(A).clients;
const nobody = new Map<string, never>().get("nobody");

const rows: readonly Refusal[] = [
	[
		"another session",
		"INVALID_OPTION",
		/clients\.dynamodb\(\) of a session takes no other \{ session \}/,
		() => ofA().dynamodb({ session: all.accounts(B) }),
	],
	[
		"another session that the options inherit",
		"INVALID_OPTION",
		/takes no other \{ session \}/,
		() => ofA().dynamodb(Object.create({ session: all.accounts(B) })),
	],
	[
		"another session of the document client",
		"INVALID_OPTION",
		/clients\.dynamodbDocument\(\) of a session takes no other \{ session \}/,
		() => ofA().dynamodbDocument({ session: all.accounts(B) }),
	],
	[
		"a session that was not found",
		"INVALID_OPTION",
		/takes no other \{ session \}/,
		() => ofA().dynamodb({ session: any(nobody) }),
	],
	["an account", "INVALID_OPTION", /one identity, not session and account/, () => ofA().dynamodb({ account: B })],
	[
		"credentials",
		"INVALID_OPTION",
		/one identity, not session and credentials/,
		() => ofA().dynamodb({ credentials: all.aws.user(B) }),
	],
	["a session as all of its options", "INVALID_OPTION", /session/, () => ofA().dynamodb(any(all.accounts(B)))],
	...[null, [], 5, ""].map(
		(args): Refusal => [
			`${JSON.stringify(args)} as options`,
			"INVALID_OPTION",
			/clients\.dynamodb\(\) takes a region/,
			() => ofA().dynamodb(any(args)),
		],
	),
	["null as options of the scope's clients", "INVALID_OPTION", /not null/, () => clients.dynamodb(any(null))],
	["an array as options of the scope's clients", "INVALID_OPTION", /not an array/, () => clients.dynamodb(any([]))],
];

testRefusals(rows, () => all.aws);

test("a session's own clients take that session by name, a region and options", async () => {
	const own = ofA();
	expect(own.dynamodb({ session: all.accounts(A) })).toBe(own.dynamodb());
	expect(own.dynamodb({ region: "eu-west-1" })).toBe(own.dynamodb("eu-west-1"));
	expect((await all.accounts(B).run(() => own.dynamodb({ maxAttempts: 2 }).listTables({}))).TableNames).toEqual([A]);
});
