/** What a session was made from is what it was given then, whatever is written into the caller's objects later. */

import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { resetAwsScope } from "../../local-aws/index.js";
import { accountSessions, assumeRole, clients, session } from "../../src/index.js";
import { EXTERNAL_ID, ROLE, startTenants, type TenantAws, tenant } from "../helpers/aws.js";
import { failure } from "../helpers/pool.js";
import { any, type Refusal, testRefusals } from "../helpers/refusals.js";

const A = tenant(0);
const B = tenant(1);

let all: TenantAws;
/** The tags of whoever called DynamoDB last. */
let tags: unknown;
beforeAll(async () => {
	const dynamodb = ({ identity }: { identity: { accountId: string; tags: unknown } }) => {
		tags = identity.tags;
		return { body: { TableNames: [identity.accountId] } };
	};
	all = await startTenants({ tenants: 2, handlers: { dynamodb } });
});
beforeEach(() => all.aws.resetCounts());
afterEach(() => resetAwsScope());
afterAll(() => all[Symbol.asyncDispose]());

type Keys = { accessKeyId: string; secretAccessKey: string };
class KeyRing {
	accessKeyId = "";
	secretAccessKey = "";
}
const who = async (db = clients.dynamodb()): Promise<string | undefined> => (await db.listTables({})).TableNames?.[0];
const role = (more: object) => assumeRole({ account: A, role: ROLE, externalId: EXTERNAL_ID, ...more });

describe.each<[string, () => Keys]>([
	["a plain object", () => ({ accessKeyId: "", secretAccessKey: "" })],
	["an object of a class", () => new KeyRing()],
])("one object of credentials for two tenants, %s,", (_what, make) => {
	test("makes two sessions, each with the keys that were in it then", async () => {
		const keys = make();
		const ofA = session({ credentials: Object.assign(keys, all.aws.user(A)) });
		const ofB = session({ credentials: Object.assign(keys, all.aws.user(B)) });
		expect(ofA).not.toBe(ofB);
		expect([await who(ofA.clients.dynamodb()), await who(ofB.clients.dynamodb())]).toEqual([A, B]);
	});

	test("makes two clients of an accessor, each with the keys that were in it then", async () => {
		const keys = make();
		const ofA = clients.dynamodb({ credentials: Object.assign(keys, all.aws.user(A)) });
		const ofB = clients.dynamodb({ credentials: Object.assign(keys, all.aws.user(B)) });
		expect(ofA).not.toBe(ofB);
		expect([await who(ofA), await who(ofB)]).toEqual([A, B]);
	});

	test("changed after the first request, changes no session made before", async () => {
		const keys = Object.assign(make(), all.aws.user(A));
		const ofA = session({ credentials: keys });
		expect(await who(ofA.clients.dynamodb())).toBe(A);
		Object.assign(keys, all.aws.user(B));
		ofA.invalidate();
		expect(await who(ofA.clients.dynamodb())).toBe(A);
		expect(await who(session({ credentials: keys }).clients.dynamodb())).toBe(B);
	});
});

test("credentials of a class are the same session as equal plain ones", () => {
	const keys = all.aws.user(A);
	expect(session({ credentials: Object.assign(new KeyRing(), keys) })).toBe(session({ credentials: { ...keys } }));
});

class Policy {
	resource = "tenant-a";
	toJSON(): object {
		return { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "*", Resource: this.resource }] };
	}
}
class Tags {
	[key: string]: string;
}

describe("a policy", () => {
	test.each<[string, { resource: string }]>([
		["with a toJSON() of its class", new Policy()],
		[
			"with a toJSON() of its own",
			{
				resource: "",
				toJSON(): object {
					return { Version: "2012-10-17", Statement: [{ Resource: this.resource }] };
				},
			},
		],
	])("%s makes another session once it says something else", (_what, policy) => {
		policy.resource = "tenant-a";
		const first = role({ policy });
		policy.resource = "tenant-b";
		const second = role({ policy });
		expect(second).not.toBe(first);
		expect(second.key).not.toBe(first.key);
		policy.resource = "tenant-a";
		expect(role({ policy })).toBe(first);
	});

	test("reaches STS as it was when the session was made", async () => {
		const bodies: URLSearchParams[] = [];
		const sts = createServer(async (request, response) => {
			let body = "";
			for await (const piece of request) body += piece;
			bodies.push(new URLSearchParams(body));
			response.writeHead(403, { "content-type": "text/xml" });
			response.end("<ErrorResponse><Error><Code>AccessDenied</Code><Message>No.</Message></Error></ErrorResponse>");
		});
		await new Promise<void>((resolve) => sts.listen(0, "127.0.0.1", resolve));
		const stsEndpoint = `http://127.0.0.1:${(sts.address() as AddressInfo).port}`;
		const policy = new Policy();
		const made = [
			role({ policy, stsEndpoint }),
			accountSessions({ role: ROLE, externalId: EXTERNAL_ID, policy, stsEndpoint })(B),
		];
		policy.resource = "everything";
		made.push(role({ policy, stsEndpoint }));
		for (const each of made) expect(await failure(each.credentials())).toMatchObject({ code: "ASSUME_ROLE_DENIED" });
		const resources = bodies.map((body) => JSON.parse(body.get("Policy") ?? "{}").Statement[0].Resource);
		expect(resources).toEqual(["tenant-a", "tenant-a", "everything"]);
		await new Promise((resolve) => sts.close(resolve).closeAllConnections());
	});
});

test("tags of a class are what they hold when the session is made", async () => {
	const given = Object.assign(new Tags(), { tenant: "a" });
	const ofA = role({ tags: given });
	given["tenant"] = "b";
	const ofB = role({ tags: given });
	expect(ofB).not.toBe(ofA);
	expect(role({ tags: { tenant: "a" } })).toBe(ofA);
	await who(ofA.clients.dynamodb());
	expect(tags).toEqual({ tenant: "a" });
	await who(ofB.clients.dynamodb());
	expect(tags).toEqual({ tenant: "b" });
});

const refused: readonly Refusal[] = [
	[
		"a Map of tags, which would count as no tags,",
		"INVALID_OPTION",
		/assumeRole\(\{ tags \}\) takes an object such as \{ tenant: "acme" \}/,
		() => role({ tags: new Map([["tenant", "a"]]) }),
	],
	[
		"an array of tags",
		"INVALID_OPTION",
		/accountSessions\(\{ tags \}\) takes an object such as/,
		() => accountSessions(any({ role: ROLE, tags: [["tenant", "a"]] })),
	],
	[
		"a parent that was looked up and not found",
		"INVALID_OPTION",
		/assumeRole\(\{ from \}\) takes a session, not undefined/,
		() => role({ from: new Map<string, never>().get("nobody") }),
	],
	[
		"a parent of every account that was not found",
		"INVALID_OPTION",
		/accountSessions\(\{ from \}\) takes a session, not undefined/,
		() => accountSessions(any({ role: ROLE, from: undefined })),
	],
];

testRefusals(refused, () => all.aws);
