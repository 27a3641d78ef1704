/** Not even the deepest look at the home, hidden members and all, shows what makes a session. */

import { createHmac } from "node:crypto";
import { inspect } from "node:util";
import { DynamoDB } from "@aws-sdk/client-dynamodb";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { resetAwsScope } from "../../local-aws/index.js";
import { digest } from "../../src/home/digest.js";
import { home } from "../../src/home/home.js";
import {
	accountSessions,
	assumeRole,
	clientKey,
	clients,
	configure,
	defaultSession,
	runInAwsScope,
	session,
} from "../../src/index.js";
import { EXTERNAL_ID, OWN, ROLE, startTenants, type TenantAws, tenant } from "../helpers/aws.js";
import { failure } from "../helpers/pool.js";

const A = tenant(0);
const PASSWORD = "hunter2-nobody-may-read";

let all: TenantAws;
beforeAll(async () => {
	all = await startTenants({ tenants: 2 });
});
afterEach(() => resetAwsScope());
afterAll(() => all[Symbol.asyncDispose]());

const deep = { depth: Infinity, showHidden: true, maxArrayLength: null, maxStringLength: null, getters: true } as const;

test("the home shows no external id, no secret key and no token of sessions that are at work", async () => {
	const user = all.aws.user(tenant(1));
	const made = [
		session({ credentials: user }),
		assumeRole({ account: A, role: ROLE, externalId: EXTERNAL_ID }),
		accountSessions({ role: ROLE, externalId: EXTERNAL_ID })(tenant(1)),
		assumeRole({ account: A, role: ROLE, externalId: EXTERNAL_ID, from: session({ credentials: all.aws.user(OWN) }) }),
		defaultSession(),
	];
	const secrets = [EXTERNAL_ID, user.secretAccessKey, all.aws.user(OWN).secretAccessKey];
	configure({ accounts: accountSessions({ role: ROLE, externalId: EXTERNAL_ID }) });
	for (const each of made) {
		await each.run(() => clients.dynamodb({ maxAttempts: 2 }).listTables({}));
		await clients.dynamodb({ session: each }).listTables({});
		const { secretAccessKey, sessionToken = secretAccessKey } = await each.credentials();
		secrets.push(secretAccessKey, sessionToken);
	}
	await runInAwsScope({ account: A }, () => clients.dynamodb().listTables({}));
	const shown = inspect(home, deep);
	// It is a deep look: the sessions and the clients are in it.
	for (const each of made) expect(shown).toContain(each.key);
	expect(shown).toContain("DynamoDB");
	for (const secret of secrets) expect(shown.split(secret).length - 1, "times that a secret is shown").toBe(0);
});

test("the home shows nothing with which its digests could be made elsewhere", () => {
	clientKey(DynamoDB, { session: defaultSession(), maxAttempts: 7 });
	const content = "guess";
	const expected = digest(content);
	const seen = new Set<unknown>();
	const keys: Uint8Array[] = [];
	const look = (value: unknown): void => {
		if (value === null || typeof value !== "object" || seen.has(value)) return;
		seen.add(value);
		if (value instanceof Uint8Array) keys.push(value);
		else if (value instanceof Map || value instanceof Set) for (const each of value.values()) look(each);
		else
			for (const { value: member } of Object.values(Object.getOwnPropertyDescriptors(value)) as PropertyDescriptor[]) {
				look(member);
			}
	};
	look(home);
	expect(seen.size).toBeGreaterThan(10);
	for (const key of keys) {
		const made = createHmac("sha256", key).update(content, "utf16le").digest("base64url");
		expect(made.startsWith(expected)).toBe(false);
	}
	expect(inspect(home.slots.get("identity"), deep)).not.toMatch(/Buffer|Uint8Array/);
});

test.each([
	["of another scheme", `htps://user:${PASSWORD}@sts.example.com`],
	["that is no URL", `https://user:${PASSWORD}@`],
	["with a password", `https://user:${PASSWORD}@sts.example.com`],
	["that is no text", [`https://user:${PASSWORD}@sts.example.com`]],
])("an STS endpoint %s is refused without being shown", async (_what, stsEndpoint) => {
	for (const call of [
		() => assumeRole({ account: A, role: ROLE, stsEndpoint: stsEndpoint as string }),
		() => accountSessions({ role: ROLE, stsEndpoint: stsEndpoint as string }),
		() =>
			session({
				webIdentityTokenFile: "/token",
				roleArn: `arn:aws:iam::${A}:role/${ROLE}`,
				stsEndpoint: stsEndpoint as string,
			}),
	]) {
		const error = await failure(call);
		expect(error).toMatchObject({ code: "INVALID_OPTION" });
		expect(error.message).toContain('takes a URL such as "https://sts.eu-central-1.amazonaws.com"');
		expect(inspect(error, deep)).not.toContain(PASSWORD);
	}
});
