/** What a session is made from reaches STS as it was given, and is asked for once. */

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { type LocalEvent, startLocalAws } from "../../local-aws/index.js";
import { assumeRole, defaultSession, session } from "../../src/index.js";
import { failure } from "../helpers/pool.js";
import { MINUTE } from "../helpers/time.js";
import { account, OWN, roleArn, startWorld } from "./world.js";

/** A local AWS that keeps what each request said. */
async function listening(world: Awaited<ReturnType<typeof startWorld>>) {
	const events: LocalEvent[] = [];
	world.aws.onRequest((event) => void events.push(event));
	return events;
}

test("external id, names, tags, source identity and duration arrive, and policies are taken", async () => {
	await using world = await startWorld(1, {
		accounts: [
			OWN,
			{ id: account(0), roles: [{ name: "path/Tenant", externalId: "acme/1", maxSessionDuration: 43_200 }] },
		],
	});
	const made = assumeRole({
		account: account(0),
		role: "path/Tenant",
		externalId: "acme/1",
		sessionName: "alice@example.com",
		sourceIdentity: "alice",
		tags: { tenant: "acme", "cost centre": "42" },
		transitiveTagKeys: ["tenant"],
		policy: { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "s3:*", Resource: "*" }] },
		policyArns: ["arn:aws:iam::aws:policy/ReadOnlyAccess"],
		durationSeconds: 43_200,
		stsRegion: "eu-central-1",
	});
	const events = await listening(world);
	const { expiration } = await made.credentials();
	expect(expiration?.getTime()).toBe(Date.now() + 43_200_000);
	expect(events[0]).toMatchObject({ region: "eu-central-1", roleArn: `arn:aws:iam::${account(0)}:role/path/Tenant` });
	expect(await made.whoami()).toMatchObject({
		account: account(0),
		arn: `arn:aws:sts::${account(0)}:assumed-role/Tenant/alice@example.com`,
	});
	expect(events.at(-1)?.identity).toMatchObject({
		sourceIdentity: "alice",
		tags: { tenant: "acme", "cost centre": "42" },
	});
});

test.each([
	["the source identity", { sourceIdentity: "alice" }, {}, "alice"],
	[
		"the Lambda function and its log stream",
		{},
		{ AWS_LAMBDA_FUNCTION_NAME: "orders", AWS_LAMBDA_LOG_STREAM_NAME: "x]0a1b" },
		"orders-0a1b",
	],
	["the process", {}, {}, `aws-scope-${process.pid}-`],
])("a session without a name is called after %s", async (_, options, environment, name) => {
	await using _world = await startWorld(1);
	for (const [key, value] of Object.entries(environment)) vi.stubEnv(key, value);
	const { arn } = await assumeRole({ roleArn: roleArn(0), ...options }).whoami();
	vi.unstubAllEnvs();
	expect(arn).toContain(`assumed-role/Tenant/${name}`);
});

test("tags follow into a chained role, and so does the source identity", async () => {
	await using world = await startWorld(2);
	const events = await listening(world);
	const parent = assumeRole({
		roleArn: roleArn(0),
		tags: { tenant: "acme", other: "x" },
		transitiveTagKeys: ["tenant"],
		sourceIdentity: "alice",
	});
	await assumeRole({ from: parent, roleArn: roleArn(1) }).whoami();
	expect(events.at(-1)?.identity).toMatchObject({ tags: { tenant: "acme" }, sourceIdentity: "alice" });
});

test("the first caller's region has no say in where STS is called", async () => {
	await using world = await startWorld(1);
	const events = await listening(world);
	const made = assumeRole({ roleArn: roleArn(0) });
	await made.clients.sts("ap-south-1").getCallerIdentity({});
	expect(events.map(({ action, region }) => [action, region])).toEqual([
		["AssumeRole", "us-east-1"],
		["GetCallerIdentity", "ap-south-1"],
	]);
});

test("an MFA code is asked for once per assumption, also when STS fails", async () => {
	const serialNumber = `arn:aws:iam::${OWN}:mfa/alice`;
	await using world = await startWorld(1, {
		accounts: [OWN, { id: account(0), roles: [{ name: "Tenant", mfa: { serialNumber, code: "123456" } }] }],
	});
	const asked: string[] = [];
	let right = false;
	const code = () => {
		asked.push("code");
		return Promise.resolve(right ? "123456" : "000000");
	};
	const made = assumeRole({ roleArn: roleArn(0), mfa: { serialNumber, code } });
	const errors = await Promise.all(Array.from({ length: 10 }, () => failure(made.credentials())));
	expect(errors[0]).toMatchObject({ code: "ASSUME_ROLE_DENIED" });
	expect(asked).toHaveLength(1);
	right = true;
	await world.time.advance(2 * MINUTE);
	using down = world.aws.fail({ kind: "error", service: "sts", status: 503, times: 1 });
	void down;
	expect(await failure(made.credentials())).toMatchObject({ code: "ASSUME_ROLE_FAILED" });
	expect(asked).toHaveLength(2);
	await world.time.advance(MINUTE);
	await Promise.all(Array.from({ length: 10 }, () => made.credentials()));
	expect(asked).toHaveLength(3);
});

test("a person may take longer over the code than STS may take for an answer", async () => {
	const serialNumber = `arn:aws:iam::${OWN}:mfa/alice`;
	await using world = await startWorld(1, {
		accounts: [OWN, { id: account(0), roles: [{ name: "Tenant", mfa: { serialNumber, code: "123456" } }] }],
	});
	let type = (_: string): void => undefined;
	const code = () =>
		new Promise<string>((resolve) => {
			type = resolve;
		});
	const made = assumeRole({ roleArn: roleArn(0), mfa: { serialNumber, code } });
	const asked = made.credentials();
	await world.time.advance(5 * MINUTE);
	type("123456");
	expect((await asked).accountId).toBe(account(0));
});

test("a web identity token is read from its file for every call, and a missing file is told", async () => {
	await using world = await startWorld(1, {}, { hurry: true });
	const folder = await mkdtemp(join(tmpdir(), "aws-scope-"));
	try {
		const webIdentityTokenFile = join(folder, "token");
		const made = session({ webIdentityTokenFile, roleArn: roleArn(0), sessionName: "pod" });
		const error = await failure(made.credentials());
		expect(error).toMatchObject({ code: "ASSUME_ROLE_FAILED", cause: { code: "ENOENT" } });
		expect(error.message).toContain(webIdentityTokenFile);
		await writeFile(webIdentityTokenFile, "eyJhbGciOiJub25lIn0.eyJzdWIiOiJwb2QifQ.\n");
		await world.time.advance(MINUTE);
		expect((await made.whoami()).arn).toBe(`arn:aws:sts::${account(0)}:assumed-role/Tenant/pod`);
		expect(world.aws.stats().actions["sts:AssumeRoleWithWebIdentity"]).toBe(1);
		expect(JSON.stringify(made)).not.toContain("eyJ");
	} finally {
		await rm(folder, { recursive: true });
	}
});

test("the default session is the environment's user, and never a snapshot of another", async () => {
	const aws = await startLocalAws({ accounts: [OWN, account(0)] });
	using _ = aws.useEnv();
	expect(await defaultSession().whoami()).toMatchObject({ account: OWN });
	expect(defaultSession()).toBe(defaultSession());
	await aws.close();
});
