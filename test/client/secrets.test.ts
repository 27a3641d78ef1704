/** No key, label, error, event or inspection shows a secret. */

import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { inspect } from "node:util";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { resetAwsScope } from "../../local-aws/index.js";
import { home } from "../../src/home/home.js";
import {
	type AwsSession,
	assumeRole,
	clients,
	configure,
	currentAwsScope,
	runInAwsScope,
	session,
	stats,
} from "../../src/index.js";
import { OWN, startTenants, type TenantAws, tenant } from "../helpers/aws.js";
import { failure } from "../helpers/pool.js";

const A = tenant(0);
const SECRET = "s3cr3t-nobody-may-read";
/** Six digits, as STS takes them. */
const CODE = "482913";
const POLICY = { Statement: [{ Sid: "OnlyThis", Effect: "Deny", Action: `secret:${SECRET}`, Resource: "*" }] };

const NOTHING_OF = new RegExp(`${SECRET}|\\b${CODE}\\b`);

const CHANNELS = [
	"client:built",
	"client:evicted",
	"session:evicted",
	"session:refreshed",
	"session:refresh-failed",
	"session:invalidated",
	"refused",
];
const events: unknown[] = [];
const listener = (message: unknown): void => void events.push(message);

let all: TenantAws;
beforeAll(async () => {
	for (const name of CHANNELS) subscribe(`aws-scope:${name}`, listener);
	all = await startTenants({ tenants: 1 });
});
afterAll(async () => {
	for (const name of CHANNELS) unsubscribe(`aws-scope:${name}`, listener);
	await all[Symbol.asyncDispose]();
});
afterEach(() => resetAwsScope());

/** Everything that a log, a debugger's console or an error report would show of a value. */
const shown = (value: unknown): string => {
	const json = (): string => {
		try {
			return JSON.stringify(value) ?? "";
		} catch {
			return "";
		}
	};
	const error =
		value instanceof Error ? `${value.message}\n${value.stack}\n${inspect(value.cause, { depth: 12 })}` : "";
	return [
		inspect(value, { depth: 12, getters: true }),
		inspect(value, { showHidden: true }),
		json(),
		error,
		`${value}`,
	].join("\n");
};

const sessions: readonly (readonly [string, () => AwsSession])[] = [
	["an external id", () => assumeRole({ account: A, role: "Tenant", externalId: SECRET })],
	["a session policy", () => assumeRole({ account: A, role: "Tenant", policy: POLICY })],
	["tags", () => assumeRole({ account: A, role: "Tenant", tags: { note: SECRET } })],
	[
		"an invalid MFA code",
		() =>
			assumeRole({ account: A, role: "Tenant", mfa: { serialNumber: "arn:aws:iam::1:mfa/me", code: () => SECRET } }),
	],
	[
		"an MFA code",
		() => assumeRole({ account: A, role: "Tenant", mfa: { serialNumber: "arn:aws:iam::1:mfa/me", code: () => CODE } }),
	],
	[
		"given keys",
		() => session({ credentials: { ...all.aws.user(OWN), secretAccessKey: SECRET, sessionToken: SECRET } }),
	],
	[
		"a provider's keys",
		() =>
			session({
				credentials: async () => ({ accessKeyId: "AKIDEXAMPLE", secretAccessKey: SECRET, sessionToken: SECRET }),
			}),
	],
	[
		"a parent's keys",
		() =>
			assumeRole({
				account: A,
				role: "Tenant",
				from: session({ credentials: { ...all.aws.user(OWN), secretAccessKey: SECRET } }),
			}),
	],
];

test.each(sessions)("a session with %s shows nothing of it, also when it fails", async (_what, make) => {
	events.length = 0;
	const made = make();
	const views: unknown[] = [made.key, made, { made }, [made]];
	const error = await runInAwsScope({ session: made, region: "eu-west-1" }, async () => {
		const db = clients.dynamodb();
		views.push(currentAwsScope(), db, clients, made.clients);
		return failure(db.listTables({}));
	});
	expect(events.length).toBeGreaterThan(0);
	views.push(error, stats(), ...events, [...home.slots]);
	for (const view of views) expect(shown(view)).not.toMatch(NOTHING_OF);
});

test("nor does a session whose credentials work", async () => {
	events.length = 0;
	const made = all.accounts(A);
	await runInAwsScope(made, async () => {
		const db = clients.dynamodb();
		await db.listTables({});
		const { secretAccessKey, sessionToken = "" } = await made.credentials();
		expect(sessionToken).not.toBe("");
		for (const view of [made, made.key, currentAwsScope(), db, stats(), ...events, [...home.slots]]) {
			expect(shown(view)).not.toContain(secretAccessKey);
			expect(shown(view)).not.toContain(sessionToken);
			expect(shown(view)).not.toContain("external-id-nobody-may-read");
		}
	});
});

test.each<[string, () => unknown]>([
	[
		"an external id that is malformed",
		() => assumeRole({ account: A, role: "Tenant", externalId: `${SECRET} ${SECRET}` }),
	],
	["keys that are incomplete", () => session({ credentials: { secretAccessKey: SECRET } as never })],
	["keys in the wrong place", () => clients.dynamodb({ credentials: SECRET as never })],
	[
		"keys in the wrong place of a scope",
		() => runInAwsScope({ clientDefaults: { credentials: { secretAccessKey: SECRET } } }, () => undefined),
	],
	["an unknown option's value", () => assumeRole({ account: A, role: "Tenant", externalID: SECRET } as never)],
	[
		"an MFA code given as text",
		() =>
			assumeRole({ account: A, role: "Tenant", mfa: { serialNumber: "arn:aws:iam::1:mfa/me", code: SECRET as never } }),
	],
])("an error about %s does not repeat it", async (_what, call) => {
	expect(shown(await failure(call))).not.toContain(SECRET);
});

test("what is given for a client's options is in no key that an event tells", () => {
	events.length = 0;
	configure({ maxClients: 1 });
	clients.dynamodb({ customUserAgent: SECRET });
	clients.dynamodb({ credentials: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: SECRET } });
	clients.dynamodb();
	expect(events).toHaveLength(5);
	expect(shown(events)).toContain("DynamoDB");
	expect(shown(events)).not.toContain(SECRET);
});
